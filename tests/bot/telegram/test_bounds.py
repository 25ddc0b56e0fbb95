from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.runnables import RunnableLambda
from telegram import Update

from bot.database import Database
from bot.state import MemoryKey
from bot.telegram.services import Answerer
from retrieval.answer import Answer, Question
from tests.bot.telegram.conftest import Desk, KeptJournal, example_answer
from tests.bot.telegram.crews import text, work_on


async def test_the_chat_that_was_quiet_longest_is_forgotten_first(desk: Desk) -> None:
    memory = desk.services.state.memory
    for chat in (1, 2, 1, 3):
        desk.clock.now += timedelta(minutes=1)
        await desk.say(f"Question of {chat}", chat=chat, user=chat)

    await memory.batcher.write(lambda session: memory.prune(session, most=2))

    remembered = [await memory.of(MemoryKey(chat, None, chat)) for chat in (1, 2, 3)]
    assert [len(of.turns) for of in remembered] == [2, 0, 1]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(min_value=1, max_value=4), min_size=1, max_size=20))
def test_updates_of_a_chat_are_handled_one_at_a_time_in_the_order_they_came(
    chats: list[int],
) -> None:
    handled: list[tuple[int, int]] = []
    busy: set[int] = set()

    async def handle(update: Update) -> None:
        assert update.effective_chat is not None
        chat, number = update.effective_chat.id, update.update_id
        assert chat not in busy
        busy.add(chat)
        await asyncio.sleep(0.0001 * (number % 3))
        busy.remove(chat)
        handled.append((chat, number))

    with TemporaryDirectory() as folder, closing(Database(f"sqlite:///{folder}/x.db")) as database:
        asyncio.run(work_on([text(n, chat) for n, chat in enumerate(chats)], database, handle))

    assert len(handled) == len(chats)
    for chat in set(chats):
        assert [n for c, n in handled if c == chat] == [n for n, c in enumerate(chats) if c == chat]


async def test_an_update_without_a_chat_is_handled_too(database: Database) -> None:
    handled: list[int] = []

    async def handle(update: Update) -> None:
        handled.append(update.update_id)

    reaction = {"chat": {"id": 1}}  # nothing the library knows how to read
    answer = {"poll_id": "1", "option_ids": [0], "option_persistent_ids": ["0"]}
    updates = [{"update_id": 6, "message_reaction": reaction}, {"update_id": 7,
               "poll_answer": answer}, {"update_id": 8, "news": {}}]  # fmt: skip
    await work_on(updates, database, handle)

    assert sorted(handled) == [7, 8]


async def test_answers_are_made_off_the_event_loop_a_bounded_number_at_a_time() -> None:
    lock = threading.Lock()
    threads: set[str] = set()
    now = most = 0

    def slow(question: Question) -> Answer:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
            threads.add(threading.current_thread().name)
        time.sleep(0.02)
        with lock:
            now -= 1
        return example_answer(question)

    answerer = Answerer(RunnableLambda(slow), KeptJournal(), at_once=2)
    ask: Callable[[int], object] = lambda n: answerer.answer(  # noqa: E731
        Question(question=f"Question {n}"), chat_id=n, user_id=n
    )
    await asyncio.gather(*(ask(n) for n in range(8)))  # type: ignore[call-overload]

    assert most == 2
    assert threading.main_thread().name not in threads


async def test_a_question_that_is_cancelled_holds_its_place_until_its_thread_is_through() -> None:
    going_on, began = threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(question: Question) -> Answer:
        loop.call_soon_threadsafe(began.set)
        going_on.wait(10)
        return example_answer(question)

    answerer = Answerer(RunnableLambda(slow), KeptJournal(), at_once=1)

    def ask(n: int) -> asyncio.Task[Answer]:
        question = Question(question=f"Question {n}")
        return asyncio.create_task(answerer.answer(question, chat_id=n, user_id=n))

    first = ask(1)
    await began.wait()
    first.cancel()
    second = ask(2)
    await asyncio.sleep(0.05)
    began.clear()
    assert first.cancelled()
    assert not second.done()

    going_on.set()
    assert (await second).question == "Question 2"
