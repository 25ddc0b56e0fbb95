"""Asking the real chain, and what every answer must be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from langchain_core.runnables import Runnable

from corpus import Library
from retrieval.answer import Answer, Question, Turn


class Asker:
    """Asks a chain in one line."""

    def __init__(self, chain: Runnable[Question, Answer]) -> None:
        self.chain = chain

    def __call__(
        self,
        text: str,
        *,
        as_of: date | None = None,
        history: Iterable[str] = (),
        language: Literal["en", "ja"] | None = None,
    ) -> Answer:
        turns = tuple(Turn(question=question) for question in history)
        question = Question(question=text, as_of=as_of, history=turns, language=language)
        return self.chain.invoke(question)


def told(answer: Answer) -> tuple[str, ...]:
    """What the answer claims, sentence by sentence."""
    return tuple(claim.text for claim in answer.claims)


def cited(answer: Answer) -> set[str]:
    """The documents that the answer's claims rest on."""
    numbers = {number for claim in answer.claims for number in claim.citations}
    return {c.document_id for c in answer.citations if c.number in numbers}


def assert_cited_word_for_word(answer: Answer, library: Library) -> None:
    """Every claim and notice cites, and every quote stands at its place in its document."""
    known = [citation.number for citation in answer.citations]
    assert known == list(range(1, len(known) + 1))
    for citation in answer.citations:
        body = library.get(citation.document_id).body
        assert citation.quote == body[citation.start : citation.end] != ""
    for claim in answer.claims:
        assert claim.citations
        assert set(claim.citations) <= set(known)
        assert f"{claim.text} [{claim.citations[0]}]" in answer.text
    for notice in answer.notices:
        assert notice.citations
        assert set(notice.citations) <= set(known)
