"""What the turn's page shows of answer and evidence, made ready for the template."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict

from bot.review.marking import Change, Piece, compare, surroundings

if TYPE_CHECKING:
    from bot.journal.review import Correction, TurnDetail
    from corpus import Library
    from retrieval.answer import Answer, Citation


_MARK = re.compile(r"\[(\d{1,4})\]", re.ASCII)


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class QuoteView(_View):
    """A citation in its document. `exact`: the words still stand there; `anchor`: its place."""

    number: int
    anchor: str
    title: str
    section: str
    issuer: str
    published: date
    status: str
    url: str | None
    href: str
    exact: bool
    pieces: tuple[Piece, ...]


class ClaimView(_View):
    """A claim with the quotes it rests on."""

    position: int
    text: str
    citations: tuple[int, ...]
    quotes: tuple[QuoteView, ...]
    ungrounded: bool
    inexact: bool


class AnswerPiece(_View):
    """A run of the answer; `number`: it is the mark of this citation, to lead to its quote."""

    text: str
    number: int | None = None


class CutView(_View):
    """A claim that a check cut before anyone read it."""

    text: str | None
    gate: str
    reason: str | None


class PassageView(_View):
    """A passage that was found, with its text where the documents still hold it."""

    rank: int
    document_id: str
    title: str
    section: str
    href: str
    score: float
    dense_rank: int | None
    keyword_rank: int | None
    cited: bool
    changed: bool
    text: str | None


class CorrectionView(_View):
    """A version of the corrected answer, and what it changed."""

    version: int
    reviewer: str
    at: object
    changes: tuple[Change, ...]


def claim_views(detail: TurnDetail, library: Library) -> tuple[ClaimView, ...]:
    """The claims that were sent, in order; each quote is anchored where it first stands."""
    if detail.answer is None:
        return ()
    cited = {citation.number: citation for citation in detail.answer.citations}
    anchored: set[int] = set()
    views = []
    for claim in detail.claims:
        if claim.gate is not None:
            continue
        quotes = []
        for number in dict.fromkeys(claim.citations):
            if number not in cited:
                continue
            again = number in anchored
            anchored.add(number)
            anchor = f"quote-{number}-{claim.position}" if again else f"quote-{number}"
            quotes.append(_quote(cited[number], anchor, library, detail.item.id))
        views.append(
            ClaimView(
                position=claim.position,
                text=claim.text or "",
                citations=claim.citations,
                quotes=tuple(quotes),
                ungrounded=claim.grounded is False,
                inexact=claim.exact is False,
            )
        )
    return tuple(views)


def answer_pieces(answer: Answer | None) -> tuple[AnswerPiece, ...]:
    """The answer's text, the marks of citations it holds told apart from the rest."""
    if answer is None:
        return ()
    cited = {citation.number for citation in answer.citations}
    pieces = []
    for number, part in enumerate(_MARK.split(answer.text)):
        # Every second part is what the pattern caught: a mark's figures.
        if number % 2 == 0:
            pieces.append(AnswerPiece(text=part))
        else:
            known = int(part) if int(part) in cited else None
            pieces.append(AnswerPiece(text=f"[{part}]", number=known))
    return tuple(piece for piece in pieces if piece.text)


def other_quotes(detail: TurnDetail, library: Library) -> tuple[QuoteView, ...]:
    """Citations that no claim rests on: those of the notices alone."""
    if detail.answer is None:
        return ()
    used = {number for claim in detail.claims if claim.gate is None for number in claim.citations}
    return tuple(
        _quote(citation, f"quote-{citation.number}", library, detail.item.id)
        for citation in detail.answer.citations
        if citation.number not in used
    )


def cut_views(detail: TurnDetail) -> tuple[CutView, ...]:
    """The claims that were cut, and why."""
    return tuple(
        CutView(text=claim.text, gate=claim.gate, reason=claim.reason)
        for claim in detail.claims
        if claim.gate is not None
    )


def passage_views(detail: TurnDetail, library: Library) -> tuple[PassageView, ...]:
    """The passages, best first."""
    views = []
    for passage in detail.passages:
        known = passage.document_id in library
        document = library.get(passage.document_id) if known else None
        text = document.body[passage.start : passage.end] if document else None
        same = text is not None and (
            passage.text_hash is None
            or hashlib.sha256(text.encode()).hexdigest() == passage.text_hash
        )
        views.append(
            PassageView(
                rank=passage.rank,
                document_id=passage.document_id,
                title=document.title if document else passage.document_id,
                section=passage.section,
                href=document_href(passage.document_id, passage.start, passage.end, detail.item.id),
                score=passage.score,
                dense_rank=passage.dense_rank,
                keyword_rank=passage.keyword_rank,
                cited=passage.cited,
                changed=not same,
                text=text,
            )
        )
    return tuple(views)


def correction_views(
    answer: Answer | None, corrections: Iterable[Correction]
) -> tuple[CorrectionView, ...]:
    """Each version beside the one before it, the first beside the answer; newest first."""
    views, before = [], answer.text if answer else ""
    for correction in sorted(corrections, key=lambda one: one.version):
        views.append(
            CorrectionView(
                version=correction.version,
                reviewer=correction.reviewer,
                at=correction.at,
                changes=compare(before, correction.text),
            )
        )
        before = correction.text
    return tuple(reversed(views))


def document_href(document_id: str, start: int, end: int, turn_id: str) -> str:
    """Where a span is shown in its document."""
    query = urlencode({"start": start, "end": end, "turn": turn_id})
    return f"/documents/{document_id}?{query}#quote"


def _quote(citation: Citation, anchor: str, library: Library, turn_id: str) -> QuoteView:
    known = citation.document_id in library
    body = library.get(citation.document_id).body if known else ""
    exact = body[citation.start : citation.end] == citation.quote
    return QuoteView(
        number=citation.number,
        anchor=anchor,
        title=citation.title,
        section=citation.section,
        issuer=citation.issuer,
        published=citation.published,
        status=citation.status.value,
        url=citation.url if (citation.url or "").startswith(("http://", "https://")) else None,
        href=document_href(citation.document_id, citation.start, citation.end, turn_id),
        exact=exact,
        pieces=(
            surroundings(body, citation.start, citation.end)
            if exact
            else (Piece(text=citation.quote, marked=True),)
        ),
    )
