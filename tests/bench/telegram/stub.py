"""A chain that answers at once, or after a moment, and repeats in its answer what was asked."""

from __future__ import annotations

import os
import random
import time
from datetime import date

from langchain_core.runnables import RunnableLambda

from corpus import Library, sentence_spans
from retrieval.answer import Answer, Citation, Claim, Outcome, Question

DOCUMENT = "us-japan-2026-status"
SLOWEST_S = "STUB_SLOWEST_S"
"""The environment variable with how long an answer takes at most; default: no time."""


def stub_chain(library: Library) -> RunnableLambda[Question, Answer]:
    """The chain."""
    document = library.get(DOCUMENT)
    spans = list(sentence_spans(document.body))[1:3]
    citations = tuple(
        Citation(
            number=number,
            document_id=document.id,
            title=document.title,
            kind=document.kind,
            issuer=document.issuer,
            section="",
            published=document.published,
            status=document.status,
            url=document.url,
            quote=document.body[start:end],
            start=start,
            end=end,
        )
        for number, (start, end) in enumerate(spans, start=1)
    )
    claims = tuple(Claim(text=c.quote, citations=(c.number,)) for c in citations)
    told = "\n\n".join(f"{c.text} [{c.citations[0]}]" for c in claims)
    slowest = float(os.environ.get(SLOWEST_S, "0"))

    def answer(question: Question) -> Answer:
        if slowest:
            time.sleep(random.uniform(0, slowest))  # noqa: S311 - no secret
        return Answer(
            question_id=question.id,
            question=question.text,
            as_of=date(2026, 11, 22),
            language="en",
            outcome=Outcome.ANSWERED,
            text=f"Asked: {question.text}\n\n{told}",
            claims=claims,
            citations=citations,
            composer="stub",
            corpus_fingerprint=library.fingerprint,
        )

    return RunnableLambda(answer)
