"""Passages as a model is shown them, from the real corpus."""

from __future__ import annotations

from datetime import date

import pytest

from corpus import Document, Library, split_passages
from retrieval.answer import Outcome, Question
from retrieval.compose.draft import Draft, DraftClaim, Span
from retrieval.compose.generative.material import Excerpt, gather_material
from retrieval.features import Holds
from retrieval.query import make_query
from retrieval.retriever import Hit
from retrieval.understanding import Inquiry, Intent, Part

BOTTOM_LINE = (
    "Japanese cars and auto parts (Section 232) pay 15% in total, normal duty included, "
    "throughout 2026."
)


@pytest.fixture(scope="session")
def library() -> Library:
    return Library.load()


@pytest.fixture(scope="session")
def status(library: Library) -> Document:
    return library.get("us-japan-2026-status")


@pytest.fixture(scope="session")
def hits(library: Library) -> list[Hit]:
    found = [
        passage
        for name in ("us-japan-2026-status", "s122-surcharge-11012")
        for passage in split_passages(library.get(name))
    ]
    return [Hit(number, passage, 1.0, 1, 1) for number, passage in enumerate(found)]


@pytest.fixture(scope="session")
def fallback(status: Document) -> Draft:
    start = status.body.index(BOTTOM_LINE)
    span = Span(status, "Key provisions", start, start + len(BOTTOM_LINE))
    return Draft(outcome=Outcome.ANSWERED, claims=(DraftClaim(BOTTOM_LINE, (span,)),))


@pytest.fixture(scope="session")
def excerpts(library: Library, hits: list[Hit], fallback: Draft) -> tuple[Excerpt, ...]:
    return gather_material([hits], fallback, library, date(2026, 11, 22), tokens=6_000)


@pytest.fixture
def inquiry() -> Inquiry:
    text = "What tariff do Japanese cars pay today?"
    return Inquiry(
        question=Question(question=text),
        as_of=date(2026, 11, 22),
        dated=False,
        language="en",
        intent=Intent.FACTS,
        parts=(Part(query=make_query(text), asks=Holds.PERCENT),),
    )
