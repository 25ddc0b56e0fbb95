"""What the handlers work with, handed to them once when the application is wired."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol, TypedDict

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.runnables import Runnable, RunnableConfig

from bot.journal import Journal
from bot.journal.vault import Vault
from bot.meetings.store import Meetings
from bot.passages import PassageFinder
from bot.state import Person, State
from bot.telegram.allocation.allocators import Allocators
from bot.telegram.allocation.kept import ResultJournal
from bot.telegram.delivery import Courier
from bot.telegram.gate import Gate
from bot.telegram.incoming import Incoming
from bot.telegram.journals import FailureJournal, JournalLike, PersonalJournal
from bot.telegram.logs import in_one_line
from bot.telegram.reviewing import ReviewPages
from bot.telegram.runtime import Runtime
from bot.words import Words, words_for
from corpus import Library
from retrieval.answer import VERIFIED_CLAIMS, Answer, Claim, Question

log = logging.getLogger(__name__)

ANSWERS_AT_ONCE = 4
"""Chain runs in parallel, each in a thread. Composing is computing, so more would only queue."""

CHANNEL = "telegram"

Live = Literal["edit", "draft", "off"]


class Onlooker(Protocol):
    """Told how an answer comes about, in the chain's threads."""

    def on_stage(self, name: str) -> None:
        """A step of the chain, or the chain itself, begins."""

    def on_claims(self, claims: Sequence[Claim]) -> None:
        """The claims that are verified so far, while a chat model still writes."""


class _Watch(BaseCallbackHandler):
    """Tells of the chain's events."""

    def __init__(self, onlooker: Onlooker) -> None:
        self._onlooker = onlooker

    def on_chain_start(self, *given: object, **named: object) -> None:
        del given
        self._onlooker.on_stage(str(named.get("name") or ""))

    def on_custom_event(self, name: str, data: Any, **named: object) -> None:  # noqa: ANN401
        del named
        if name == VERIFIED_CLAIMS:
            self._onlooker.on_claims(data)


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

    @property
    def journal(self) -> PersonalJournal | None:
        """The log, where it is one that knows people; None: it only takes turns."""
        return self._journal if isinstance(self._journal, PersonalJournal) else None

    @property
    def vault(self) -> Vault | None:
        """The keys that the log is sealed with; None: it is not sealed."""
        return self._journal.vault() if isinstance(self._journal, Journal) else None

    @property
    def results(self) -> ResultJournal | None:
        """The log, where it keeps results; None: it only takes turns."""
        return self._journal if isinstance(self._journal, ResultJournal) else None

    async def answer(
        self,
        question: Question,
        *,
        chat_id: int | None,
        user_id: int | None,
        onlooker: Onlooker | None = None,
    ) -> Answer:
        """The chain's answer. What the chain raises comes through.

        Args:
            question: what is asked.
            chat_id: where.
            user_id: by whom.
            onlooker: told how it comes about.
        """
        await self._free.acquire()
        working = asyncio.create_task(
            asyncio.to_thread(self._work, question, chat_id, user_id, onlooker)
        )
        working.add_done_callback(self._ended)
        # Who no longer waits does not end the thread; its place is taken until it is through.
        return await asyncio.shield(working)

    def _ended(self, working: asyncio.Task[Answer]) -> None:
        self._free.release()
        if not working.cancelled():
            working.exception()  # who no longer waits need not be told

    def _work(
        self,
        question: Question,
        chat_id: int | None,
        user_id: int | None,
        onlooker: Onlooker | None,
    ) -> Answer:
        journal, where = self._journal, _Where(channel=CHANNEL, chat_id=chat_id, user_id=user_id)
        watch: RunnableConfig = {"callbacks": [_Watch(onlooker)]} if onlooker else {}
        try:
            answer = self._chain.invoke(question, watch)
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
        meetings: what is asked in meetings.
        allocators: the rules of allocations, in each language.
        passages: finds passages, for inline queries; None: there are none to find.
        live: how an answer that takes long is shown as it forms: `edit`, `draft` or `off`.
        review: the reviewers' pages; None: nothing leads there.
    """

    answerer: Answerer
    library: Library
    state: State
    runtime: Runtime
    gate: Gate
    courier: Courier
    clock: Callable[[], datetime]
    meetings: Meetings
    allocators: Allocators
    passages: PassageFinder | None = None
    live: Live = "edit"
    review: ReviewPages | None = None

    @property
    def journal(self) -> PersonalJournal | None:
        """The log of questions and answers, where it knows people."""
        return self.answerer.journal

    @property
    def results(self) -> ResultJournal | None:
        """The log, where it keeps results."""
        return self.answerer.results

    def today(self) -> date:
        """The day, by the clock."""
        return self.clock().date()

    async def person_of(self, incoming: Incoming) -> Person | None:
        """Who wrote; None: an administrator who posts as the group."""
        if incoming.user_id is None:
            return None
        return await self.gate.known.person(incoming.user_id)

    async def words_of(self, incoming: Incoming) -> Words:
        """The words of the language the sender chose, else of what their Telegram is set to."""
        person = await self.person_of(incoming)
        return words_for((person.language if person else None) or incoming.language)
