"""A scripted model on loopback, reached through LangChain's own client, and a question for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from corpus import Library, split_passages
from retrieval.answer import Outcome, Question
from retrieval.compose.draft import Draft, DraftClaim, Span
from retrieval.compose.generative import Budget, Writer, open_writer
from retrieval.configuration import Configuration
from retrieval.features import Holds
from retrieval.query import make_query
from retrieval.retriever import Hit
from retrieval.understanding import Inquiry, Intent, Part
from tests.e2e.chat_model.scripted import ScriptedModel, scripted_model

TODAY = date(2026, 11, 22)
QUESTION = "What tariff do Japanese cars pay today?"
BOTTOM_LINE = (
    "Japanese cars and auto parts (Section 232) pay 15% in total, normal duty included, "
    "throughout 2026."
)
SHORT = Budget(
    seconds=20,
    first_seconds=5,
    silence_seconds=1,
    backoff_seconds=0.01,
    longest_wait_seconds=1,
)


@pytest.fixture(scope="session")
def library() -> Library:
    return Library.load()


@pytest.fixture
def server() -> Iterator[ScriptedModel]:
    with scripted_model() as model:
        yield model


@pytest.fixture
def hits(library: Library) -> list[list[Hit]]:
    """Passages about Japanese cars from three documents, as a search would hand them over."""
    passages = [
        passage
        for name in ("us-japan-2026-status", "eo-14345-us-japan", "s232-autos-10908")
        for passage in split_passages(library.get(name))
    ]
    found = [Hit(number, passage, 1.0, 1, 1) for number, passage in enumerate(passages)]
    return [found[::2], found[1::2]]


@pytest.fixture
def fallback(library: Library) -> Draft:
    """What the extractive composer would say."""
    document = library.get("us-japan-2026-status")
    start = document.body.index(BOTTOM_LINE)
    span = Span(document, "Key provisions", start, start + len(BOTTOM_LINE))
    return Draft(outcome=Outcome.ANSWERED, claims=(DraftClaim(BOTTOM_LINE, (span,)),))


AskFor = Callable[..., Inquiry]


@pytest.fixture
def ask_for() -> AskFor:
    def make(text: str = QUESTION, language: str = "en", **question: object) -> Inquiry:
        asked = Question.model_validate({"question": text, **question})
        part = Part(query=make_query(text), asks=Holds.PERCENT)
        return Inquiry(
            question=asked,
            as_of=TODAY,
            dated=False,
            language="ja" if language == "ja" else "en",
            intent=Intent.FACTS,
            parts=(part,),
        )

    return make


OpenAt = Callable[..., Writer]
Write = Callable[..., Draft]


@pytest.fixture
def open_at(tmp_path: Path) -> OpenAt:
    """Opens a writer the way the product does, for a server at an address."""

    def make(url: str, **limits: float) -> Writer:
        configuration = Configuration(
            home=tmp_path, model="openai:scripted", model_url=url, model_api_key="sk-scripted"
        )
        opened = open_writer(configuration, budget=SHORT.model_copy(update=limits))
        assert opened is not None
        return opened

    return make


@pytest.fixture
def writer(server: ScriptedModel, open_at: OpenAt) -> Writer:
    return open_at(server.url)


@pytest.fixture
def write(
    writer: Writer, ask_for: AskFor, hits: list[list[Hit]], library: Library, fallback: Draft
) -> Write:
    """Asks a question; the writer, the inquiry and the draft to fall back on can be others."""

    def make(
        text: str = QUESTION,
        language: str = "en",
        *,
        by: Writer = writer,
        inquiry: Inquiry | None = None,
        over: Draft = fallback,
        **question: object,
    ) -> Draft:
        return by.write(inquiry or ask_for(text, language, **question), hits, library, over)

    return make
