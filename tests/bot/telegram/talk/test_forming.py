"""Answers that take long: what is shown meanwhile, and what stays in the end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import get_args

import pytest
from langchain_core.callbacks import dispatch_custom_event
from langchain_core.runnables import RunnableConfig, RunnableLambda

from bot.telegram import forming
from bot.telegram.services import Live
from bot.words.conversation import Stage
from retrieval.answer import VERIFIED_CLAIMS, Answer, Claim, Question
from tests.bot.telegram.conftest import example_answer
from tests.bot.telegram.talk.conftest import Town

QUESTION = "What is the rate?"


class Slow:
    """A chain of the real chain's steps, each of which lasts until it is let go on."""

    def __init__(self) -> None:
        self.may_go_on = threading.Semaphore(0)
        steps: list[Callable[[object], object]] = [self._wait for _ in get_args(Stage)]
        chain = RunnableLambda(steps[0], name="understand")
        for name, step in zip(get_args(Stage)[1:], steps[1:], strict=True):
            chain = chain | RunnableLambda(step, name=name)  # type: ignore[assignment]
        self._chain = chain

    def _wait(self, given: object) -> object:
        assert self.may_go_on.acquire(timeout=20)
        return given

    def __call__(self, question: Question) -> Answer:
        self._chain.invoke(question)
        return example_answer(question)


SENTENCES = ("The rate is <15%> & more. [1]", "It was 27.5% before. [2]")


class Telling(Slow):
    """One whose chat model writes a sentence whenever it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.may_tell = threading.Semaphore(0)
        first = Claim(text="The rate is <15%> & more.", citations=(1,))
        self._claims = (first, Claim(text="It was 27.5% before.", citations=(2,)))
        self._chain = (
            RunnableLambda(self._wait, name="understand")  # type: ignore[assignment]
            | RunnableLambda(self._wait, name="retrieve")
            | RunnableLambda(self._tell, name="compose")
            | RunnableLambda(self._wait, name="verify")
        )

    def _tell(self, given: object, config: RunnableConfig) -> object:
        for count in range(1, len(self._claims) + 1):
            assert self.may_tell.acquire(timeout=20)
            dispatch_custom_event(VERIFIED_CLAIMS, self._claims[:count], config=config)
        return self._wait(given)


@pytest.fixture(params=["edit", "draft", "off"])
def live(request: pytest.FixtureRequest) -> Live:
    found: Live = request.param
    return found


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PATIENCE", "PRIVATE_PAUSE", "GROUP_PAUSE"):
        monkeypatch.setattr(forming, name, 0.0)


def shown(town: Town, chat: int) -> list[str]:
    """Every text a chat's newest message has had, and those of drafts."""
    place = town.telegram.chats[chat]
    drafts = [text for texts in place.drafts.values() for text in texts]
    return drafts + [text for m in place.of_bot() for text in (*m.history, m.text)]


async def test_the_steps_are_shown_and_then_the_answer_alone(town: Town, live: Live) -> None:
    slow = town.chain = Slow()
    ada = town.telegram.person(100)
    await ada.write(QUESTION)
    if live != "off":
        await town.telegram.until(lambda: "Reading the question …" in shown(town, 100))
    for told in ("Searching the documents …", "Writing the answer …"):
        slow.may_go_on.release()
        if live != "off":
            await town.telegram.until(lambda told=told: told in shown(town, 100))  # type: ignore[misc]
    slow.may_go_on.release(4)
    await town.settled()

    (answer,) = ada.inbox
    assert answer.text.startswith("The rate is 15%")
    assert (live == "edit") == ("Reading the question …" in answer.history)
    assert (live == "draft") == bool(town.telegram.called("sendMessageDraft"))
    assert ada.private.drafts == {}


async def test_in_a_group_there_are_no_drafts(town: Town, live: Live) -> None:
    slow = town.chain = Slow()
    team = town.telegram.group(-1001, "Team")
    ada = town.telegram.person(100)
    await ada.write(f"/ask {QUESTION}", chat=team)
    if live != "off":
        await town.telegram.until(lambda: "Reading the question …" in shown(town, -1001))
    slow.may_go_on.release(4)
    await town.settled()
    assert team.drafts == {}
    assert len(team.of_bot()) == 1


async def test_cancel_stops_the_work_and_takes_the_steps_back(town: Town, live: Live) -> None:
    slow = town.chain = Slow()
    ada = town.telegram.person(100)
    await ada.write(QUESTION)
    await town.telegram.until(lambda: bool(town.asked))
    if live != "off":
        await town.telegram.until(lambda: "Reading the question …" in shown(town, 100))
    await ada.write("/cancel")
    await town.telegram.until(lambda: "Stopped." in [m.text for m in ada.inbox])
    slow.may_go_on.release(4)
    await town.settled()
    assert [message.text for message in ada.inbox] == ["Stopped."]


async def test_sentences_are_shown_one_after_another_as_they_are_verified(
    town: Town, live: Live
) -> None:
    slow = town.chain = Telling()
    ada = town.telegram.person(100)
    await ada.write(QUESTION)
    slow.may_go_on.release(2)
    for told in range(1, 3):
        slow.may_tell.release()
        if live != "off":
            text = "\n\n".join([*SENTENCES[:told], "Writing the answer …"])
            await town.telegram.until(lambda text=text: text in shown(town, 100))  # type: ignore[misc]
    slow.may_go_on.release(2)
    await town.settled()

    (answer,) = ada.inbox
    assert answer.text.startswith("The rate is 15%")
    assert any(SENTENCES[1] in text for text in answer.history) == (live == "edit")
    assert ada.private.drafts == {}


@pytest.mark.parametrize("live", ["edit", "draft"])
async def test_a_flood_while_an_answer_forms_is_sat_out_and_costs_nothing(
    town: Town,
) -> None:
    slow = town.chain = Slow()
    ada = town.telegram.person(100)
    town.telegram.trouble.flood(100, 1)
    await ada.write(QUESTION)
    await town.telegram.until(lambda: "Reading the question …" in shown(town, 100))
    slow.may_go_on.release(4)
    await town.settled()
    (answer,) = ada.inbox
    assert answer.text.startswith("The rate is 15%")
    sends = ("sendMessage", "sendMessageDraft", "editMessageText")
    refused = [c for c in town.telegram.calls if c.method in sends and c.status == 429]
    assert len(refused) == 1


async def test_an_edited_question_forms_in_the_message_of_its_old_answer(
    town: Town, live: Live
) -> None:
    ada = town.telegram.person(100)
    asked = await ada.write("What is the rat?")
    (answer,) = await ada.receives()
    slow = town.chain = Slow()
    await ada.edit(asked, QUESTION)
    if live != "off":
        await town.telegram.until(lambda: "Reading the question …" in shown(town, 100))
    slow.may_go_on.release(4)
    await town.settled()

    assert ada.inbox == [answer]
    assert town.asked[-1].text == QUESTION
    assert (live == "edit") == ("Reading the question …" in answer.history)
    assert answer.text.startswith("The rate is 15%")


async def test_an_answer_that_is_there_at_once_is_simply_sent(
    town: Town, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    del live
    monkeypatch.setattr(forming, "PATIENCE", 5.0)
    ada = town.telegram.person(100)
    await ada.write(QUESTION)
    (answer,) = await ada.receives()
    assert answer.history == []
    assert ada.private.drafts == {}


async def test_a_question_edited_while_its_answer_forms_is_answered_again_in_its_place(
    town: Town, live: Live
) -> None:
    slow = town.chain = Slow()
    ada = town.telegram.person(100)
    asked = await ada.write("What is the rat?")
    await town.telegram.until(lambda: bool(town.asked))
    await ada.edit(asked, QUESTION)
    slow.may_go_on.release(8)
    await town.telegram.until(lambda: len(town.asked) == 2)
    await town.settled()

    assert [question.text for question in town.asked] == ["What is the rat?", QUESTION]
    assert len(ada.inbox) == 1


async def test_a_question_edited_while_its_answer_cannot_be_sent_gets_a_second_one(
    town: Town, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    del live
    monkeypatch.setattr("bot.telegram.runtime.runtime.SENDING_PATIENCE", 0.2)
    ada = town.telegram.person(100)
    town.telegram.trouble.flood(100, 1)
    asked = await ada.write("What is the rat?")
    await town.telegram.until(lambda: any(call.status == 429 for call in town.telegram.calls))
    await ada.edit(asked, QUESTION)
    await town.telegram.until(lambda: len(town.asked) == 2)
    assert [question.text for question in town.asked] == ["What is the rat?", QUESTION]
