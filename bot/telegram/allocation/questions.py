"""A question, or the summary of all answers, in words and buttons. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from bot.allocation import AllocationWords, Allocator, Kind, Question, months_after
from bot.telegram.allocation.choices import (
    ANEW,
    ANSWER,
    BACK,
    CANCEL,
    DONE,
    GO,
    NOTHING,
    SKIP,
    TOGGLE,
    VALUE,
)
from bot.telegram.allocation.talk import Talk
from bot.telegram.markup import bold, escape, italic
from bot.telegram.split import split_html
from bot.words import Words
from bot.words.allocation import ANSWERS

_PERCENTAGES = (5, 10, 15, 20, 25, 30, 40, 50)
_COUNTRIES = ("JP", "US", "GB", "DE", "FR", "CA", "AU", "SG")
_LONGEST_LABEL = 30
"""Characters that a button shows on a phone; longer answers are listed, and numbered."""


class Screen(NamedTuple):
    """A message: its parts as HTML, and rows of (choice, label) below the last."""

    parts: list[str]
    rows: list[list[tuple[str, str]]]


def screen_of(
    talk: Talk, allocator: Allocator, words: Words, today: date, note: str | None = None
) -> Screen:
    """What is shown of a dialogue: the next question, or the summary.

    Args:
        talk: where it stands.
        allocator: the rules, in the language of `words`.
        words: the chat's.
        today: the day, from which answers count.
        note: a line to put first, as what was wrong with an answer.
    """
    question = talk.interview.question(allocator.words)
    if question is None:
        return _summary(talk, allocator, words, today, note)
    return _question(talk, question, allocator.words, words, note)


def _question(
    talk: Talk, question: Question, frame: AllocationWords, words: Words, note: str | None
) -> Screen:
    told, interview = words.allocate, frame.interview
    blocks = [escape(note)] if note else []
    if not talk.interview.answers and not talk.interview.again:
        blocks.append(escape(interview.intro))
    progress = interview.progress.format(number=question.number, total=question.total)
    blocks.append(f"{italic(progress)}\n{bold(question.text)}")
    if question.again:
        blocks.insert(-1, escape(interview.again))
    labels = list(question.choices.values())
    numbered = question.kind is Kind.CHOICE and max(map(len, labels)) > _LONGEST_LABEL
    if numbered:
        blocks.append(
            "\n".join(
                escape(told.numbered.format(number=number, label=label))
                for number, label in enumerate(labels, start=1)
            )
        )
    if question.kind is Kind.SEVERAL:
        blocks.append(escape(_picked(talk, question, words)))
    if question.hint:
        blocks.append(escape(told.typing.format(hint=question.hint)))
    if question.key == "holdings":
        blocks.append(escape(told.or_file))
    rows = _answers(talk, question, numbered=numbered)
    if question.kind is Kind.SEVERAL:
        rows.append([(DONE, told.done)])
    elif question.optional:
        rows.append([(SKIP, told.skip)])
    foot = [(CANCEL, told.cancel)]
    if talk.interview.answers:
        foot.insert(0, (BACK, told.back))
    return Screen(split_html("\n\n".join(blocks)), [*rows, foot])


def _answers(talk: Talk, question: Question, *, numbered: bool) -> list[list[tuple[str, str]]]:
    if question.kind is Kind.NUMBER:
        return _across([(f"{VALUE}{n}", f"{n} %") for n in _PERCENTAGES], 4)
    if question.key == "country":
        return _across([(f"{VALUE}{code}", code) for code in _COUNTRIES], 4)
    if question.kind is Kind.SEVERAL:
        return [
            [(f"{TOGGLE}{n}", f"{'✓ ' if value in talk.picked else ''}{label}")]
            for n, (value, label) in enumerate(question.choices.items())
            if value != NOTHING
        ]
    if numbered:
        return _across([(f"{ANSWER}{n}", str(n + 1)) for n in range(len(question.choices))], 5)
    named = [(f"{ANSWER}{n}", label) for n, label in enumerate(question.choices.values())]
    return _across(named, 2 if all(len(label) <= 6 for _, label in named) else 1)


def _picked(talk: Talk, question: Question, words: Words) -> str:
    told = words.allocate
    if not talk.picked:
        return told.nothing_picked.format(done=told.done)
    labels = [question.choices.get(value, value) for value in talk.picked]
    return told.picked.format(picked=words.answer.separator.join(labels))


def _summary(
    talk: Talk, allocator: Allocator, words: Words, today: date, note: str | None
) -> Screen:
    told, values = words.allocate, talk.interview.values
    blocks = [escape(note)] if note else []
    lines = [
        escape(
            told.summary_line.format(
                name=told.answers[key], value=_value(key, values, allocator.words, words)
            )
        )
        for key in ANSWERS
    ]
    months = allocator.rules.answers_expire_after_months
    until = words.day(months_after(today, months))
    blocks += [
        "\n".join([bold(told.summary), *lines]),
        escape(told.expires.format(months=months, date=until)),
    ]
    rows = [
        [(GO, told.confirm)],
        [(BACK, told.back), (ANEW, told.start_over), (CANCEL, told.cancel)],
    ]
    return Screen(split_html("\n\n".join(blocks)), rows)


def _value(key: str, values: Mapping[str, Any], frame: AllocationWords, words: Words) -> str:
    value = values.get(key)
    if value in (None, []):
        return words.allocate.not_given
    labels = frame.interview.questions[key].choices
    if isinstance(value, bool):
        return labels["yes" if value else "no"]
    if key == "exclusions":
        return words.answer.separator.join(labels.get(one, one) for one in value)
    if key == "amount":
        return f"{value:,} {values.get('currency', '')}".strip()
    if key == "holdings":
        return ", ".join(_position(one) for one in value)
    return labels.get(str(value), str(value))


def _position(holding: Mapping[str, Any]) -> str:
    if holding.get("percent") is not None:
        return f"{holding['ticker']} {holding['percent']} %"
    return f"{holding['ticker']} {holding['amount']:,}"


def _across(named: list[tuple[str, str]], count: int) -> list[list[tuple[str, str]]]:
    return [named[start : start + count] for start in range(0, len(named), count)]
