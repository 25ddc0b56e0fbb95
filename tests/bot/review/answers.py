"""Answers with real quotes, to be judged."""

from __future__ import annotations

from datetime import date

from corpus import Document, Library
from retrieval.answer import (
    Answer,
    Citation,
    Claim,
    Notice,
    NoticeKind,
    Outcome,
    PassageRef,
    Question,
    Timings,
)

QUOTED = ("us-japan-2026-status", "s232-autos-10908")
"""The documents that `answer_to` quotes."""


def answer_to(question: Question, library: Library, **changes: object) -> Answer:
    """An answer of two claims, each resting on a sentence of a real document."""
    citations = tuple(
        _citation(number, library.get(name)) for number, name in enumerate(QUOTED, start=1)
    )
    usual: dict[str, object] = {
        "question_id": question.id,
        "question": question.question,
        "as_of": date(2026, 11, 22),
        "language": "en",
        "outcome": Outcome.ANSWERED,
        "text": "\n\n".join(f"{c.quote} [{c.number}]" for c in citations),
        "claims": tuple(Claim(text=c.quote, citations=(c.number,)) for c in citations),
        "citations": citations,
        "notices": (
            Notice(
                kind=NoticeKind.EXPIRING,
                text="This ends soon.",
                document_id=QUOTED[0],
                citations=(1,),
            ),
        ),
        "passages": tuple(
            PassageRef(
                document_id=c.document_id,
                section=c.section,
                start=c.start,
                end=c.end,
                score=1 / c.number,
                dense_rank=c.number,
                keyword_rank=None,
            )
            for c in citations
        ),
        "composer": "extractive",
        "corpus_fingerprint": library.fingerprint,
        "timings_ms": Timings(search=20, total=250),
    }
    return Answer.model_validate(usual | changes)


def refusal_to(question: Question, library: Library) -> Answer:
    """An answer that says the corpus does not hold it."""
    return answer_to(
        question,
        library,
        outcome=Outcome.NOT_IN_CORPUS,
        text="The documents do not say.",
        claims=(),
        citations=(),
        notices=(),
    )


def _citation(number: int, document: Document) -> Citation:
    line = next(line for line in document.body.split("\n") if line.startswith("- ") and "%" in line)
    quote = line.removeprefix("- ")
    start = document.body.index(quote)
    return Citation(
        number=number,
        document_id=document.id,
        title=document.title,
        kind=document.kind,
        issuer=document.issuer,
        section="Key provisions",
        published=document.published,
        status=document.status,
        url=document.url,
        quote=quote,
        start=start,
        end=start + len(quote),
    )
