"""Figures that a question takes for granted, held against what was found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import NamedTuple

_STATED = re.compile(
    # Japanese has no space before a figure, so only a Latin letter makes it part of a name.
    r"(?<![A-Za-z0-9_.,])(?P<number>\d[\d,]*(?:\.\d+)?)\s?"
    r"(?P<unit>[%％]|パーセント|percent\b|per cent\b|pct\b"
    r"|(?:thousand|million|billion|trillion|bn|tn|mn)\b)",
    re.IGNORECASE,
)
_UNITS = {
    **dict.fromkeys(("％", "パーセント", "percent", "per cent", "pct"), "%"),
    "mn": "million",
    "bn": "billion",
    "tn": "trillion",
}


class Figure(NamedTuple):
    """A percentage or an amount, as it was written and as it is compared."""

    written: str
    value: float
    unit: str


def figures_stated(text: str) -> list[Figure]:
    """The percentages and large amounts in a text, in order."""
    found = []
    for match in _STATED.finditer(text):
        unit = match["unit"].lower()
        value = float(match["number"].replace(",", ""))
        found.append(Figure(match.group().strip(), value, _UNITS.get(unit, unit)))
    return found


def unsupported_figures(question: str, sentences: Iterable[str]) -> list[str]:
    """Which figures of the question none of the sentences bears out, as the question writes them.

    People round: 838 billion is borne out by 838.7 billion.

    Example:
        >>> unsupported_figures("is it 40%?", ["It is 15%."])
        ['40%']
    """
    asked = figures_stated(question)
    if not asked:
        return []
    told = [figure for sentence in sentences for figure in figures_stated(sentence)]
    return list(dict.fromkeys(a.written for a in asked if not any(_bears_out(t, a) for t in told)))


def _bears_out(told: Figure, asked: Figure) -> bool:
    if told.unit != asked.unit:
        return False
    exact = Decimal(str(told.value))
    # Half is rounded up, as people do it; Python's own `round` goes to the even neighbour.
    return Decimal(str(asked.value)) in {
        exact,
        exact.to_integral_value(ROUND_HALF_UP),
        exact.to_integral_value(ROUND_DOWN),
        (10 * exact).to_integral_value(ROUND_HALF_UP) / 10,
    }
