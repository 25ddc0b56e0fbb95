"""What the handlers work with, handed to them once when the application is wired."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol, TypedDict, runtime_checkable

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.runnables import Runnable, RunnableConfig
from pydantic import BaseModel

from bot.meetings.store import Meetings
from bot.passages import PassageFinder
from bot.state import Person, State
from bot.telegram.allocation.allocators import Allocators
from bot.telegram.allocation.kept import ResultJournal
from bot.telegram.delivery import Courier
from bot.telegram.gate import Gate
from bot.telegram.incoming import Incoming
from bot.telegram.logs import in_one_line
from bot.telegram.reviewing import ReviewPages
from bot.telegram.runtime import Runtime
from bot.words import Words, words_for
from corpus import Library
from retrieval.answer import Answer, Question

log = logging.getLogger(__name__)

ANSWERS_AT_ONCE = 4
"""Chain runs in parallel, each in a thread. Composing is computing, so more would only queue."""

CHANNEL = "telegram"

Live = Literal["edit", "draft", "off"]


class TurnLike(Protocol):
    """One turn of the log: a question, and its answer where there is one and it can be read."""

    @property
    def id(self) -> str:
        """The turn's."""

    @property
    def asked_at(self) -> datetime:
        """When it was asked."""

    @property
    def question(self) -> Question:
        """As it was asked."""

    @property
    def answer(self) -> Answer | None:
        """As it was given."""


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
class PersonalJournal(Protocol):
    """A log that can be asked for a person's own turns, takes their opinions, and forgets them."""

    def turn(self, id_or_prefix: str) -> TurnLike:
        """One turn; raises a LodestoneError where there is none such."""

    def turns_of(self, user_id: int, limit: int | None = None) -> Sequence[TurnLike]:
        """Somebody's turns, newest first."""

    def feedback(
        self,
        turn_id: str,
        *,
        user_id: int,
        useful: bool,
        reason: str | None = None,
        comment: str | None = None,
    ) -> object:
        """Keep what somebody thought of an answer."""

    def feedback_of(self, user_id: int) -> Sequence[BaseModel]:
        """What somebody thought of their answers, newest first."""

    def results_of(self, user_id: int, kind: str | None = None) -> Sequence[BaseModel]:
        """Somebody's allocations and the like, newest first."""

    def erase(self, user_id: int) -> int:
        """Make all of somebody's turns unreadable; how many that were."""


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


OnStage = Callable[[str], None]


class _StageWatch(BaseCallbackHandler):
    """Tells which step of the chain begins."""

    def __init__(self, tell: OnStage) -> None:
        self._tell = tell

    def on_chain_start(self, *given: object, **named: object) -> None:
        """A step of the chain, or the chain itself, begins."""
        del given
        self._tell(str(named.get("name") or ""))


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
    def results(self) -> ResultJournal | None:
        """The log, where it keeps results; None: it only takes turns."""
        return self._journal if isinstance(self._journal, ResultJournal) else None

    async def answer(
        self,
        question: Question,
        *,
        chat_id: int | None,
        user_id: int | None,
        on_stage: OnStage | None = None,
    ) -> Answer:
        """The chain's answer. What the chain raises comes through.

        Args:
            question: what is asked.
            chat_id: where.
            user_id: by whom.
            on_stage: told the name of each step of the chain as it begins, in the chain's thread.
        """
        await self._free.acquire()
        working = asyncio.create_task(
            asyncio.to_thread(self._work, question, chat_id, user_id, on_stage)
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
        on_stage: OnStage | None,
    ) -> Answer:
        journal, where = self._journal, _Where(channel=CHANNEL, chat_id=chat_id, user_id=user_id)
        watch: RunnableConfig = {"callbacks": [_StageWatch(on_stage)]} if on_stage else {}
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
