from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from langchain_core.runnables import RunnableLambda
from telegram import Chat, Message, Update

from bot.telegram.conversations import ConversationKey, Conversations
from bot.telegram.ordering import PerChatProcessor
from bot.telegram.services import Answerer
from retrieval.answer import Answer, Question
from tests.bot.telegram.conftest import KeptJournal, example_answer


def test_the_chat_that_was_quiet_longest_is_forgotten_first() -> None:
    conversations = Conversations(most=2)
    first, second, third = (ConversationKey(n, None, n) for n in range(3))
    kept = conversations.of(first)
    conversations.of(second)
    assert conversations.of(first) is kept

    conversations.of(third)

    assert conversations.of(first) is kept
    assert len(conversations) == 2


def update_of(chat_id: int, number: int) -> Update:
    when = date(2026, 11, 22)
    message = Message(number, when, Chat(chat_id, Chat.PRIVATE))  # type: ignore[arg-type]
    return Update(number, message=message)


@given(st.lists(st.integers(min_value=1, max_value=4), min_size=1, max_size=30))
def test_updates_of_a_chat_are_handled_one_at_a_time_in_the_order_they_came(
    chats: list[int],
) -> None:
    handled: list[tuple[int, int]] = []
    busy: set[int] = set()

    async def handle(chat: int, number: int) -> None:
        assert chat not in busy
        busy.add(chat)
        await asyncio.sleep(0.0001 * (number % 3))
        busy.remove(chat)
        handled.append((chat, number))

    async def run() -> None:
        async with PerChatProcessor() as processor:
            await asyncio.gather(
                *(
                    processor.process_update(update_of(chat, number), handle(chat, number))
                    for number, chat in enumerate(chats)
                )
            )

    asyncio.run(run())

    for chat in set(chats):
        assert [n for c, n in handled if c == chat] == [n for n, c in enumerate(chats) if c == chat]


async def test_an_update_without_a_chat_is_handled_too() -> None:
    handled = asyncio.Event()

    async def handle() -> None:
        handled.set()

    async with PerChatProcessor() as processor:
        await processor.process_update(Update(1), handle())

    assert handled.is_set()


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
