"""An update that is cut off half way and worked on again: once is what the person sees."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.telegram.runtime import crew
from corpus.errors import StorageError
from tests.bot.telegram.talk.conftest import Town, labels
from tests.bot.telegram.talk.dialogues import ANSWERS, allocate, last, walk
from tests.telegram_fake.people import Person

Method = Callable[..., Awaitable[Any]]


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is cut off is tried again at once."""
    # The clock of these tests stands still.
    monkeypatch.setattr(crew, "RETRY_AFTER", timedelta())


class Cut:
    """Has a method fail once, before it does anything or after it has done it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.happened = asyncio.Event()

    def at(self, owner: object, name: str, *, after: bool = False) -> None:
        method: Method = getattr(owner, name)

        async def cut(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any method
            if self.happened.is_set():
                return await method(*args, **kwargs)
            if after:
                await method(*args, **kwargs)
            self.happened.set()
            raise StorageError("the database went away")

        self._monkeypatch.setattr(type(owner), name, lambda _, *a, **k: cut(*a, **k))


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Cut:
    return Cut(monkeypatch)


async def settled(town: Town, person: Person, cut: Cut) -> str:
    async with asyncio.timeout(10):
        await cut.happened.wait()
    return (await last(town, person)).text


@pytest.mark.parametrize(
    ("where", "after"), [("end", True), ("save", True), ("make", False), ("make", True)]
)
async def test_a_written_answer_counts_once_and_for_its_own_question(
    town: Town, cut: Cut, where: str, after: bool
) -> None:
    ada = town.telegram.person(100)
    await walk(town, ada, ANSWERS[:5])
    state = town.services.state
    cut.at(state.buttons if where == "make" else state.dialogues, where, after=after)
    await ada.write("30")

    assert "Question 7 of 11" in await settled(town, ada, cut)
    assert town.asked == [], "an answer is no question for the documents"
    await ada.press(ada.inbox[-1], "yes")
    assert "Question 8 of 11" in (await last(town, ada)).text


async def test_what_was_wrong_with_an_answer_is_told_after_a_cut_too(town: Town, cut: Cut) -> None:
    ada = town.telegram.person(100)
    await walk(town, ada, ANSWERS[:5])
    cut.at(town.services.state.buttons, "make")
    await ada.write("a lot")

    told = await settled(town, ada, cut)
    assert told.startswith("“a lot” is not a percentage")
    assert "Question 6 of 11" in told
    await ada.write("30")
    assert "Question 7 of 11" in (await last(town, ada)).text


@pytest.mark.parametrize(("button", "expected"), [("yes", "8 of 11"), ("‹ Back", "6 of 11")])
async def test_a_tap_counts_once(town: Town, cut: Cut, button: str, expected: str) -> None:
    ada = town.telegram.person(100)
    question = await walk(town, ada, ANSWERS[:6])
    cut.at(town.services.state.dialogues, "save", after=True)
    await ada.press(question, button)

    assert expected in await settled(town, ada, cut)


async def test_a_result_is_made_and_kept_once(town: Town, cut: Cut) -> None:
    ada = town.telegram.person(100)
    summary = await walk(town, ada)
    cut.at(town.services.state.buttons, "make")
    await ada.press(summary, "Show the mix")
    told = await settled(town, ada, cut)

    (kept,) = town.journal.results_of(100, "allocation")
    assert kept.id in told
    assert sum(message.file is not None for message in ada.inbox) == 1
    assert labels(ada.inbox[-1])[0] == "Why"


async def test_a_portfolio_is_compared_and_kept_once(town: Town, cut: Cut) -> None:
    ada = town.telegram.person(100)
    await allocate(town, ada)
    await ada.write("/portfolio")
    await last(town, ada)
    cut.at(town.services.courier, "send")
    await ada.write("VT 60, cash 40%")
    told = await settled(town, ada, cut)

    (kept,) = town.journal.results_of(100, "portfolio")
    assert told.startswith("Your portfolio")
    assert kept.id in told
    assert town.asked == []
