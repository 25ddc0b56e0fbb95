"""The questionnaire as a state machine: questions, Back, answers, contradictions, a profile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from bot.allocation.answers import (
    read_choice,
    read_exclusions,
    read_optional,
    read_percentage,
)
from bot.allocation.numbers import tidy
from bot.allocation.profile import Profile, parse_profile
from bot.allocation.universe import Universe
from bot.allocation.words import AllocationWords
from corpus.errors import ProfileError

_GAP = 2
"""How many steps two answers about willingness may differ before they contradict each other."""

_TIMID, _BOLD = 1, 4
_LITTLE, _MUCH = 10, 30
"""Willingness 1 does not go with bearing a loss of 30 %, nor willingness 4 with less than 10 %."""


class Kind(StrEnum):
    """How a question is answered."""

    CHOICE = "choice"
    NUMBER = "number"
    SEVERAL = "several"
    TEXT = "text"


class Question(BaseModel):
    """A question ready to be put: its words, its choices by value, and where it stands."""

    model_config = ConfigDict(frozen=True)

    key: str
    kind: Kind
    text: str
    choices: dict[str, str]
    hint: str | None
    optional: bool
    again: bool
    number: int
    total: int


class Answer(BaseModel):
    """An answer that was read: what it adds to the profile, or to willingness."""

    model_config = ConfigDict(frozen=True)

    key: str
    values: dict[str, Any]


class Interview(BaseModel):
    """Where a questionnaire stands. It can be kept as JSON between two messages.

    `again` names the questions that were asked again, which is done once each.
    """

    model_config = ConfigDict(frozen=True)

    answers: tuple[Answer, ...] = ()
    again: tuple[str, ...] = ()

    @property
    def values(self) -> Mapping[str, Any]:
        """All that was answered so far."""
        return {key: value for answer in self.answers for key, value in answer.values.items()}

    @property
    def is_complete(self) -> bool:
        """Whether a profile can be made."""
        return _next_key(self) is None

    def question(self, words: AllocationWords) -> Question | None:
        """The question to put next; None when all are answered."""
        key = _next_key(self)
        if key is None:
            return None
        told = words.interview.questions[key]
        kind, optional = _QUESTIONS[key]
        keys = list(_QUESTIONS)
        return Question(
            key=key,
            kind=kind,
            text=told.text,
            choices=told.choices,
            hint=told.hint,
            optional=optional,
            again=key in self.again,
            number=keys.index(key) + 1,
            total=len(keys),
        )

    def back(self) -> Interview:
        """Without the last answer; the same where there is none."""
        return self.model_copy(update={"answers": self.answers[:-1]})

    def answer(self, text: str, universe: Universe, words: AllocationWords) -> Interview:
        """With an answer to the question that is next; "back" and "skip" are understood.

        Answers that contradict each other are taken back, so that they are next once more; the
        second time they stay, and the more cautious one counts.

        Raises:
            ProfileError: the answer cannot be read; nothing is lost, and the question stays.
        """
        key = _next_key(self)
        if key is None:
            return self
        typed = tidy(text).casefold()
        frame = words.interview
        if typed in {word.casefold() for word in frame.back_words}:
            return self.back()
        _, optional = _QUESTIONS[key]
        if typed in {"", *(word.casefold() for word in frame.skip_words)}:
            if not optional:
                raise ProfileError(frame.required)
            read: dict[str, Any] = {}
        else:
            read = _read(key, text, universe, words)
        return self.answer_read(read)

    def answer_read(self, values: dict[str, Any]) -> Interview:
        """With an answer to the question that is next that was read already, as from a file."""
        key = _next_key(self)
        if key is None:
            return self
        answer = Answer(key=key, values=values)
        return _ask_again(self.model_copy(update={"answers": (*self.answers, answer)}))

    def profile(self, universe: Universe) -> Profile:
        """The profile that the answers make; of two about willingness, the more cautious counts.

        Raises:
            ProfileError: there are questions left.
        """
        left = _next_key(self)
        if left is not None:
            raise ProfileError(f"{left}: not answered yet")
        data: dict[str, Any] = {"exclusions": [], **self.values}
        data["willingness"] = min(data.pop("reaction"), data.pop("swing"))
        return parse_profile(data, universe.tickers)


class _Contradiction(NamedTuple):
    keys: tuple[str, ...]
    holds: Callable[[Mapping[str, Any]], bool]


def _between_answers(values: Mapping[str, Any]) -> bool:
    return bool(abs(values["reaction"] - values["swing"]) >= _GAP)


def _with_tolerable_loss(values: Mapping[str, Any]) -> bool:
    willingness, loss = min(values["reaction"], values["swing"]), values["tolerable_loss_pct"]
    timid_but_bears = willingness <= _TIMID and loss >= _MUCH
    return bool(timid_but_bears or (willingness >= _BOLD and loss < _LITTLE))


_CONTRADICTIONS = (
    _Contradiction(("reaction", "swing"), _between_answers),
    _Contradiction(("reaction", "swing", "tolerable_loss_pct"), _with_tolerable_loss),
)

_QUESTIONS: dict[str, tuple[Kind, bool]] = {
    "horizon": (Kind.CHOICE, False),
    "emergency_fund": (Kind.CHOICE, False),
    "costly_debt": (Kind.CHOICE, False),
    "reaction": (Kind.CHOICE, False),
    "swing": (Kind.CHOICE, False),
    "tolerable_loss_pct": (Kind.NUMBER, False),
    "theme_knowledge": (Kind.CHOICE, False),
    "exclusions": (Kind.SEVERAL, True),
    "country": (Kind.TEXT, True),
    "amount": (Kind.TEXT, True),
    "holdings": (Kind.TEXT, True),
}
"""Each question in order: how it is answered, and whether it may be skipped."""


def _next_key(interview: Interview) -> str | None:
    answered = {answer.key for answer in interview.answers}
    return next((key for key in _QUESTIONS if key not in answered), None)


def _ask_again(interview: Interview) -> Interview:
    answered = {answer.key for answer in interview.answers}
    for keys, holds in _CONTRADICTIONS:
        if not answered.issuperset(keys) or not holds(interview.values):
            continue
        due = [key for key in keys if key not in interview.again]
        if due:
            kept = tuple(answer for answer in interview.answers if answer.key not in due)
            return interview.model_copy(update={"answers": kept, "again": (*interview.again, *due)})
    return interview


def _read(key: str, text: str, universe: Universe, words: AllocationWords) -> dict[str, Any]:
    kind, optional = _QUESTIONS[key]
    if kind is Kind.NUMBER:
        return {key: read_percentage(text, words.interview)}
    if kind is Kind.SEVERAL:
        return {key: read_exclusions(text, universe, words)}
    if optional:
        return read_optional(key, text, universe, words)
    value = read_choice(text, words.interview.questions[key].choices, words.interview)
    if key in {"reaction", "swing"}:
        return {key: int(value)}
    return {key: value == "yes" if value in {"yes", "no"} else value}
