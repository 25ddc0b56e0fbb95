"""What a conversation needs of the log; `bot.journal.Journal` has all of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from pydantic import BaseModel

from retrieval.answer import Answer, Question


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


class OpinionLike(Protocol):
    """What somebody thought of an answer."""

    @property
    def turn_id(self) -> str:
        """Of which."""

    @property
    def at(self) -> datetime:
        """When they said so."""

    @property
    def useful(self) -> bool:
        """Thumb up or down."""

    @property
    def reason(self) -> str | None:
        """Why, in a word of the bot's."""

    @property
    def comment(self) -> str | None:
        """Why, in words of theirs."""

    def model_dump(self, *, mode: str) -> dict[str, Any]:
        """All of it as plain data."""


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

    def feedback_of(self, user_id: int) -> Sequence[OpinionLike]:
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
