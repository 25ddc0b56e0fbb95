"""What the journal hands out: a turn in full, and a turn on one line."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from bot.journal.reviewable import ResultNote
from corpus.errors import UnknownTurnError
from retrieval.answer import Answer, Question, clean_text
from retrieval.compose.report import CompositionReport

FAILED = "failed"
"""The outcome of a question that got no answer; an answered one has its `Answer.outcome`."""

TelegramId = Annotated[int | None, Field(ge=-(2**63), lt=2**63)]
"""A chat or a user: 64 bits, negative for groups; null outside Telegram."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    asked_at: AwareDatetime
    channel: str
    chat_id: TelegramId = None
    user_id: TelegramId = None


class TurnSummary(_Record):
    """One turn as a list shows it, newest first.

    Attributes:
        id: the answer's id.
        asked_at: when the question came, in UTC.
        channel: where it came from: `terminal`, `batch` or `telegram`.
        question: the question's text, without control characters.
        outcome: the answer's outcome, or `failed`; `allocation` or `education`: it stands for a
            result.
        as_of: the date the answer speaks for; of a failed one, the date that was asked for.
        total_ms: milliseconds from question to answer.
        error: why there is no answer; null when there is one.
        erased: its person was erased, and the question is empty.
    """

    question: str
    outcome: str
    as_of: date | None = None
    language: str | None = None
    composer: str | None = None
    corpus_fingerprint: str | None = None
    total_ms: float | None = None
    error: str | None = None
    erased: bool = False


class TurnRecord(_Record):
    """One turn whole: the question, and the answer with all its evidence or the error instead.

    `result`: it stands for a result of its id (see `Journal.result`), and has neither.
    """

    question: Question
    answer: Answer | None = None
    error: str | None = None
    report: CompositionReport | None = None
    result: ResultNote | None = None

    def summary(self) -> TurnSummary:
        """The same turn on one line."""
        answer, result = self.answer, self.result
        known = answer or result
        return TurnSummary(
            id=self.id,
            asked_at=self.asked_at,
            channel=self.channel,
            chat_id=self.chat_id,
            user_id=self.user_id,
            question=self.question.text,
            outcome=answer.outcome.value if answer else result.outcome if result else FAILED,
            as_of=answer.as_of if answer else self.question.as_of,
            language=answer.language if answer else self.question.language,
            composer=answer.composer if answer else result.made_by if result else None,
            corpus_fingerprint=known.corpus_fingerprint if known else None,
            total_ms=answer.timings_ms.total if answer else None,
            error=self.error,
        )


class FeedbackRecord(BaseModel):
    """What a person thought of an answer; `reason` and `comment` are theirs, and go with them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    turn_id: str
    user: str
    at: AwareDatetime
    useful: bool
    reason: str | None = None
    comment: str | None = None


class ResultRecord(BaseModel):
    """An allocation or the like, kept whole.

    Attributes:
        kind: what it is, as `allocation`.
        document: JSON text, as it was handed in; null: its person was erased.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    at: AwareDatetime
    channel: str
    user: str
    kind: str
    document: str | None


def unknown_result(given: str) -> UnknownTurnError:
    """No result has this id."""
    return UnknownTurnError(
        f'no result "{_shown(given)}" in the journal: give the id that stands below the result, '
        "or enough of its beginning"
    )


def ambiguous_result(given: str, ids: tuple[str, ...]) -> UnknownTurnError:
    """More than one result has an id that begins like this."""
    return UnknownTurnError(
        f'"{_shown(given)}" begins the id of more than one result ({", ".join(ids)}): '
        "give more of it"
    )


def unknown_turn(given: str) -> UnknownTurnError:
    """No turn has an id that begins like this."""
    return UnknownTurnError(
        f'no turn "{_shown(given)}" in the journal. See: lodestone journal list'
    )


def ambiguous_turn(given: str, ids: tuple[str, ...]) -> UnknownTurnError:
    """More than one turn has an id that begins like this."""
    return UnknownTurnError(
        f'"{_shown(given)}" begins the id of more than one turn ({", ".join(ids)}): '
        "give more of it. See: lodestone journal list"
    )


def _shown(given: str) -> str:
    return " ".join(clean_text(given).split())[:80]
