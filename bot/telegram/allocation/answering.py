"""What a press or a text makes of a dialogue. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.allocation import Allocator, Kind, Question, parse_holdings_file
from bot.telegram.allocation.choices import (
    ANEW,
    ANSWER,
    BACK,
    DONE,
    NOTHING,
    SKIP,
    TOGGLE,
    VALUE,
)
from bot.telegram.allocation.talk import Talk

_WRITTEN = frozenset({Kind.NUMBER, Kind.TEXT})

Move = Callable[[Talk, Question, str, Allocator], Talk | None]


def answered(talk: Talk, text: str, allocator: Allocator) -> Talk:
    """The dialogue with an answer to its question.

    Raises:
        ProfileError: the answer cannot be read; the question stays.
    """
    return talk.with_interview(talk.interview.answer(text, allocator.universe, allocator.words))


def answered_by_file(talk: Talk, content: bytes, allocator: Allocator) -> Talk:
    """The dialogue with the positions of a table.

    Raises:
        ProfileError: the table cannot be read; the question stays.
    """
    held = parse_holdings_file(content, allocator.universe.tickers, allocator.words.holdings)
    return talk.with_interview(talk.interview.answer_read({"holdings": held.as_data()}))


def pressed(talk: Talk, choice: str, allocator: Allocator) -> Talk | None:
    """The dialogue after a press; None: there is no such button at this step.

    Raises:
        ProfileError: the answer cannot be read; the question stays.
    """
    if choice == ANEW:
        return Talk.begin()
    if choice == BACK:
        return talk.with_interview(talk.interview.back())
    question = talk.interview.question(allocator.words)
    move = _MOVES.get(choice) or _MOVES.get(choice[:2])
    if question is None or move is None:
        return None
    return move(talk, question, choice[2:], allocator)


def _skip(talk: Talk, question: Question, rest: str, allocator: Allocator) -> Talk | None:
    del rest
    return answered(talk, "", allocator) if question.optional else None


def _done(talk: Talk, question: Question, rest: str, allocator: Allocator) -> Talk | None:
    del rest
    if question.kind is not Kind.SEVERAL:
        return None
    return answered(talk, ",".join(talk.picked) or NOTHING, allocator)


def _value(talk: Talk, question: Question, rest: str, allocator: Allocator) -> Talk | None:
    return answered(talk, rest, allocator) if question.kind in _WRITTEN else None


def _answer(talk: Talk, question: Question, rest: str, allocator: Allocator) -> Talk | None:
    value = _choice(question, rest)
    if value is None or question.kind is not Kind.CHOICE:
        return None
    return answered(talk, value, allocator)


def _toggle(talk: Talk, question: Question, rest: str, allocator: Allocator) -> Talk | None:
    del allocator
    value = _choice(question, rest)
    if value is None or question.kind is not Kind.SEVERAL:
        return None
    return talk.toggled(value)


def _choice(question: Question, rest: str) -> str | None:
    values = list(question.choices)
    number = int(rest) if rest.isdecimal() else len(values)
    return values[number] if number < len(values) else None


_MOVES: Mapping[str, Move] = {
    SKIP: _skip,
    DONE: _done,
    VALUE: _value,
    ANSWER: _answer,
    TOGGLE: _toggle,
}
