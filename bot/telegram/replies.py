"""The keyboards below messages: which buttons, in which rows. Pure, but for making the rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.state import Keyboard
from bot.telegram.queues import Button
from bot.words import Words

ANSWER = "answer"
"""The action of the keyboard below an answer; its choices are the names of what it offers."""


def answer_buttons(
    keyboard: Keyboard, words: Words, *, cited: bool, shortened: bool
) -> list[list[Button]]:
    """Below an answer: an opinion; more of it; another day; what else to ask.

    Args:
        keyboard: the row behind them.
        words: in the asker's language.
        cited: whether there is anything to quote.
        shortened: whether there is more of the answer than was shown.
    """
    named = words.buttons
    rows = [
        [
            Button(text=named.useful, data=keyboard.data("yes")),
            Button(text=named.not_useful, data=keyboard.data("no")),
        ]
    ]
    if cited:
        rows.append(
            [
                Button(text=named.quotes, data=keyboard.data("quotes")),
                Button(text=named.date, data=keyboard.data("date")),
            ]
        )
        rows.append([Button(text=named.related, data=keyboard.data("related"))])
    else:
        rows.append([Button(text=named.date, data=keyboard.data("date"))])
    if shortened:
        rows[-1].append(Button(text=named.whole, data=keyboard.data("whole")))
    return rows


def choices(
    keyboard: Keyboard, named: Sequence[tuple[str, str]], *, across: int = 1
) -> list[list[Button]]:
    """One button for each (choice, text), so many in a row."""
    buttons = [Button(text=text, data=keyboard.data(choice)) for choice, text in named]
    return [buttons[start : start + across] for start in range(0, len(buttons), across)]


def day_choices(days: Sequence[date], words: Words) -> list[tuple[str, str]]:
    """Days as choices."""
    return [(day.isoformat(), words.short_day(day)) for day in days]
