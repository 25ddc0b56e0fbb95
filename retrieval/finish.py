"""From a checked draft to an Answer: citations numbered in the order they are met, text set."""

from __future__ import annotations

from collections.abc import Iterable

from retrieval.answer import Answer, Citation, Claim, Notice, PassageRef, Timings
from retrieval.compose.draft import Draft, DraftClaim, Span
from retrieval.retriever import Hit
from retrieval.understanding import Inquiry

MOST_PASSAGES = 10


def finish(
    inquiry: Inquiry,
    draft: Draft,
    hits: Iterable[Hit],
    *,
    fingerprint: str,
    timings: Timings,
) -> Answer:
    """Number the citations and set the text."""
    numbering = _Numbering()
    claims = numbering.numbered(draft.claims)
    notices = tuple(
        Notice(
            kind=n.kind,
            text=n.text,
            document_id=n.document.id,
            citations=numbering.cite(n.spans),
        )
        for n in draft.notices
    )
    return Answer(
        question_id=inquiry.question.id,
        question=inquiry.question.question,
        as_of=inquiry.as_of,
        language=inquiry.language,
        outcome=draft.outcome,
        text=_text(draft, claims),
        claims=claims,
        citations=tuple(numbering.citations),
        notices=notices,
        passages=tuple(_reference(hit) for hit in _distinct(hits)),
        composer=draft.composer,
        corpus_fingerprint=fingerprint,
        timings_ms=timings,
        report=draft.report,
    )


def number_claims(claims: Iterable[DraftClaim]) -> tuple[Claim, ...]:
    """Claims of an answer that is still being written, with the numbers they will have in it."""
    return _Numbering().numbered(claims)


class _Numbering:
    """Gives each place that is cited a number, in the order they are met."""

    def __init__(self) -> None:
        self.citations: list[Citation] = []
        self._numbers: dict[tuple[str, int, int], int] = {}

    def numbered(self, claims: Iterable[DraftClaim]) -> tuple[Claim, ...]:
        return tuple(Claim(text=c.text, citations=self.cite(c.spans)) for c in claims)

    def cite(self, spans: Iterable[Span]) -> tuple[int, ...]:
        found = []
        for span in spans:
            key = (span.document.id, span.start, span.end)
            if key not in self._numbers:
                self._numbers[key] = len(self._numbers) + 1
                self.citations.append(_citation(self._numbers[key], span))
            found.append(self._numbers[key])
        return tuple(dict.fromkeys(found))


def _text(draft: Draft, claims: Iterable[Claim]) -> str:
    """Paragraphs: the opening, each claim with its [n] and any heading before it, the closing."""
    lines = [draft.opening]
    for draft_claim, claim in zip(draft.claims, claims, strict=True):
        marks = "".join(f"[{number}]" for number in claim.citations)
        heading = f"{draft_claim.heading} " if draft_claim.heading else ""
        lines.append(f"{heading}{claim.text} {marks}")
    lines.append(draft.closing)
    return "\n\n".join(line for line in lines if line)


def _citation(number: int, span: Span) -> Citation:
    document = span.document
    return Citation(
        number=number,
        document_id=document.id,
        title=document.title,
        kind=document.kind,
        issuer=document.issuer,
        section=span.section,
        published=document.published,
        status=document.status,
        url=document.url,
        quote=span.quote,
        start=span.start,
        end=span.end,
    )


def _distinct(hits: Iterable[Hit]) -> list[Hit]:
    """Each passage once, at most so many."""
    return list({hit.position: hit for hit in hits}.values())[:MOST_PASSAGES]


def _reference(hit: Hit) -> PassageRef:
    return PassageRef(
        document_id=hit.passage.document_id,
        section=hit.passage.section,
        start=hit.passage.start,
        end=hit.passage.end,
        score=hit.score,
        dense_rank=hit.dense_rank,
        keyword_rank=hit.keyword_rank,
    )
