"""What the handlers work with, handed to them once when the application is wired."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypedDict, runtime_checkable

from langchain_core.runnables import Runnable

from bot.state import State
from bot.telegram.delivery import Courier
from bot.telegram.gate import Gate
from bot.telegram.logs import in_one_line
from bot.telegram.runtime import Runtime
from corpus import Library
from retrieval.answer import Answer, Question

log = logging.getLogger(__name__)

ANSWERS_AT_ONCE = 4
"""Chain runs in parallel, each in a thread. Composing is computing, so more would only queue."""

CHANNEL = "telegram"


class JournalLike(Protocol):
    """The log of questions and answers, as far as a conversation needs it."""

    def record(
        self,
        question: Question,
        answer: Answer,
        *,
        channel: str,
        chat_id: int | None,
        user_id: int | None,
    ) -> None:
        """Keep a question and its answer."""


@runtime_checkable
class FailureJournal(Protocol):
    """A log that also keeps questions which got no answer."""

    def record_failure(
        self,
        question: Question,
        error_text: str,
        *,
        channel: str,
        chat_id: int | None,
        user_id: int | None,
    ) -> None:
        """Keep a question and why it got no answer."""


class Answerer:
    """Answers off the event loop, a bounded number at a time, and keeps each answer in the journal.

    Args:
        chain: from question to answer; plain and blocking.
        journal: where both are kept. When it fails, the answer is given all the same.
        at_once: chain runs in parallel.
    """

    def __init__(
        self,
        chain: Runnable[Question, Answer],
        journal: JournalLike,
        at_once: int = ANSWERS_AT_ONCE,
    ) -> None:
        self._chain = chain
        self._journal = journal
        self._free = asyncio.Semaphore(at_once)

    async def answer(
        self, question: Question, *, chat_id: int | None, user_id: int | None
    ) -> Answer:
        """The chain's answer. What the chain raises comes through."""
        await self._free.acquire()
        working = asyncio.create_task(asyncio.to_thread(self._work, question, chat_id, user_id))
        working.add_done_callback(self._ended)
        # Who no longer waits does not end the thread; its place is taken until it is through.
        return await asyncio.shield(working)

    def _ended(self, working: asyncio.Task[Answer]) -> None:
        self._free.release()
        if not working.cancelled():
            working.exception()  # who no longer waits need not be told

    def _work(self, question: Question, chat_id: int | None, user_id: int | None) -> Answer:
        journal, where = self._journal, _Where(channel=CHANNEL, chat_id=chat_id, user_id=user_id)
        try:
            answer = self._chain.invoke(question)
        except Exception as error:
            with _spared(question):
                if isinstance(journal, FailureJournal):
                    journal.record_failure(question, in_one_line(error), **where)
            raise
        with _spared(question):
            journal.record(question, answer, **where)
        return answer


class _Where(TypedDict):
    channel: str
    chat_id: int | None
    user_id: int | None


@contextmanager
def _spared(question: Question) -> Iterator[None]:
    """Whatever ails the journal, the conversation is spared it."""
    try:
        yield
    except Exception as error:
        log.error("question %s is not in the journal: %s", question.id, error)  # noqa: TRY400


@dataclass(frozen=True, slots=True)
class Services:
    """The parts a conversation is made of.

    Attributes:
        answerer: from question to answer.
        library: the documents.
        state: what is remembered; see `bot/state/__init__.py`.
        runtime: the machine; handlers use `cancel`, `answers_to` and `figures` of it.
        gate: who may use the bot.
        courier: sends.
        clock: the time now, aware.
    """

    answerer: Answerer
    library: Library
    state: State
    runtime: Runtime
    gate: Gate
    courier: Courier
    clock: Callable[[], datetime]
