"""What goes in and what comes out: Question and Answer, as other programs read and write them."""

from __future__ import annotations

import re
import unicodedata
import uuid
from contextlib import suppress
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from corpus import Kind, Status
from corpus.errors import QuestionError
from retrieval.compose.report import CompositionReport

LONGEST_QUESTION = 4096
"""Characters: what one Telegram message can hold."""

VERIFIED_CLAIMS = "verified-claims"
"""A custom event of the chain, while the answer is still being written: a tuple of `Claim`s."""

MOST_TURNS = 20
"""Turns of history that are read; older ones are let go."""

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}

_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
"""Null, which no database takes, and half characters (lone surrogates), which UTF-8 cannot hold."""


def new_id() -> str:
    """A fresh identifier, unique across processes."""
    return uuid.uuid4().hex


def clean_text(text: str) -> str:
    """Drop control and invisible characters, and fold runs of blanks; newlines stay.

    Zero-width joiners are dropped too: nothing in the corpus is written with them, and they hide
    text from readers of the log.
    """
    kept = "".join(
        c if c in "\n\t" or unicodedata.category(c) not in _INVISIBLE else " " for c in text
    )
    lines = (" ".join(line.split()) for line in kept.splitlines())
    return "\n".join(line for line in lines if line)


def _writable(value: object) -> object:
    """Put the replacement character for each character that could not be written down again."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", value) if isinstance(value, str) else value


def _plain_day(value: object) -> object:
    """Take a day as the contract writes it, where pydantic would also take a time or a number."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise ValueError(f"{value!r:.40} is not a date; write it as 2025-06-30")


Day = Annotated[date, BeforeValidator(_plain_day)]
"""A calendar day, `YYYY-MM-DD`."""

Outside = Annotated[str, BeforeValidator(_writable)]
"""Text from outside, as it came, but for characters that no file or database could hold."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Turn(_Model):
    """One earlier question and its answer, oldest first in a history."""

    question: Outside
    answer: Outside = ""


class Question(_Model):
    """A question for a date. Without `as_of` it is asked for today.

    Raises (through `parse_question`):
        QuestionError: empty, longer than `LONGEST_QUESTION`, or an unknown or ill-typed field.
    """

    id: Outside = Field(default_factory=new_id, min_length=1, max_length=200)
    question: Outside
    as_of: Day | None = None
    history: tuple[Turn, ...] = ()
    language: Literal["en", "ja"] | None = None

    @field_validator("history", mode="before")
    @classmethod
    def _recent_turns(cls, value: Any) -> Any:  # noqa: ANN401 - pydantic hands over raw input
        if value is None:
            return ()
        return value[-MOST_TURNS:] if isinstance(value, list | tuple) else value

    @model_validator(mode="after")
    def _is_askable(self) -> Self:
        if len(self.question) > LONGEST_QUESTION:
            raise ValueError(
                f"the question has {len(self.question):,} characters; ask in at most "
                f"{LONGEST_QUESTION:,}"
            )
        cleaned = clean_text(self.question)
        if not cleaned:
            raise ValueError("the question is empty; write what you want to know")
        if not re.search(r"\w", cleaned):
            raise ValueError("the question has no words; write what you want to know")
        return self

    @property
    def text(self) -> str:
        """The question as it is worked on: control characters gone, blanks folded."""
        return clean_text(self.question)


def parse_question(data: object) -> Question:
    """Read a question from JSON-like data; keys it need not have may be null.

    Raises:
        QuestionError: the data is no usable question; the message is one line.
    """
    if not isinstance(data, dict):
        raise QuestionError('a question is a JSON object such as {"question": "..."}')
    given = {key: value for key, value in data.items() if value is not None}
    try:
        return Question.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = clean_text(".".join(str(part) for part in first["loc"])).replace("\n", " ")
        reason = clean_text(str(first["msg"])).removeprefix("Value error, ")
        if first["type"] == "missing":
            reason = "missing; add it"
        elif first["type"] == "extra_forbidden":
            reason = "unknown key; a question has id, question, as_of, history and language"
        raise QuestionError(f"{place}: {reason}" if place else reason) from error


class Outcome(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    NOT_IN_CORPUS = "not_in_corpus"
    DECLINED = "declined"


class Claim(_Model):
    """One sentence of the answer and the numbers of the citations it rests on (at least one)."""

    text: str
    citations: tuple[int, ...] = Field(min_length=1)


class Citation(_Model):
    """An exact span of a document: `body[start:end] == quote`, always."""

    number: int = Field(ge=1)
    document_id: str
    title: str
    kind: Kind
    issuer: str
    section: str
    published: date
    status: Status
    url: str | None
    quote: str
    start: int = Field(ge=0)
    end: int


class NoticeKind(StrEnum):
    """Why a reader is warned."""

    SUPERSEDED = "superseded"
    CONFLICT = "conflict"
    EXPIRING = "expiring"
    STALE = "stale"


class Notice(_Model):
    """A warning beside the answer, with its own citations."""

    kind: NoticeKind
    text: str
    document_id: str
    citations: tuple[int, ...] = ()


class PassageRef(_Model):
    """A passage that was found, best first. Ranks count from 1; null: not found that way."""

    document_id: str
    section: str
    start: int
    end: int
    score: float
    dense_rank: int | None
    keyword_rank: int | None


Milliseconds = Annotated[float, Field(ge=0)]


class Timings(_Model):
    """Milliseconds spent in each step; `total` is the whole way from question to answer."""

    rewrite: Milliseconds = 0
    embed: Milliseconds = 0
    search: Milliseconds = 0
    compose: Milliseconds = 0
    verify: Milliseconds = 0
    total: Milliseconds = 0


class Answer(_Model):
    """The answer, its evidence, and how it came about."""

    id: str = Field(default_factory=new_id)
    question_id: str
    question: str
    as_of: date
    language: str
    outcome: Outcome
    text: str
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    notices: tuple[Notice, ...] = ()
    passages: tuple[PassageRef, ...] = ()
    composer: str
    corpus_fingerprint: str
    timings_ms: Timings = Timings()
    report: CompositionReport | None = Field(default=None, exclude=True, repr=False)
    """How a chat model fared, for the journal; no part of the JSON that others read."""
