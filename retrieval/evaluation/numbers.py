"""Which numbers, percentages, amounts and dates a text states, to see whether a quote states them.

This is the judge's own reading. It shares nothing with the gates a claim passes before it is sent,
so that a blind spot of theirs shows here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

_MONTHS = {
    "January": 1, "February": 2, "March": 3, "April": 4, "May": 5, "June": 6,
    "July": 7, "August": 8, "September": 9, "October": 10, "November": 11, "December": 12,
}  # fmt: skip
_MONTH_NUMBERS = {**_MONTHS, **{name[:3]: number for name, number in _MONTHS.items()}, "Sept": 9}
_MONTH = r"(?P<month>" + "|".join(sorted(_MONTH_NUMBERS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?(?![0-9%])"
_RANGE = r"(?:(?P<first>[0-9]{1,2})\s*(?:[-–—]|to|and)\s*)?"
_YEAR = r"(?P<year>[0-9]{4})(?![0-9])"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![0-9])" + _YEAR + r"-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})(?![0-9])",
        r"(?<![0-9.,])" + _RANGE + _DAY + r"\s+(?:of\s+)?" + _MONTH + r"(?:,?\s+" + _YEAR + ")?",
        r"\b" + _MONTH + r"\s+" + _RANGE + _DAY + r"(?:,?\s+" + _YEAR + ")?",
        r"\b" + _MONTH + r",?\s+" + _YEAR,
        r"(?:(?P<year>[0-9]{4})年)?(?P<month>[0-9]{1,2})月(?:(?P<day>[0-9]{1,2})日)?",
    )
)

_MAGNITUDES = {
    "trillion": 12, "tn": 12, "兆": 12,
    "billion": 9, "bn": 9, "億": 8,
    "million": 6, "mn": 6, "m": 6, "万": 4,
    "thousand": 3, "k": 3,
}  # fmt: skip
_CURRENCIES = {
    "US$": "USD", "$": "USD", "USD": "USD", "dollars": "USD", "dollar": "USD", "ドル": "USD",
    "C$": "CAD", "CAD": "CAD", "A$": "AUD", "AUD": "AUD",
    "€": "EUR", "EUR": "EUR", "euros": "EUR", "euro": "EUR", "ユーロ": "EUR",
    "£": "GBP", "GBP": "GBP", "pounds": "GBP", "ポンド": "GBP",
    "¥": "JPY", "JPY": "JPY", "yen": "JPY", "円": "JPY",
    "CNY": "CNY", "RMB": "CNY", "yuan": "CNY", "元": "CNY",
}  # fmt: skip


def _either(words: Iterable[str]) -> str:
    """A pattern for any of the words, longest first; one in Latin letters ends at its last."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(w) + (r"(?![A-Za-z])" if w.isascii() else "") for w in ordered)


_FRONT = [sign for sign in _CURRENCIES if sign.endswith(("$", "€", "£", "¥")) or sign.isupper()]
_BEHIND = [sign for sign in _CURRENCIES if not sign.endswith(("$", "€", "£", "¥"))]
_NUMBER = re.compile(
    r"(?:(?<![A-Za-z])(?P<front>" + "|".join(map(re.escape, sorted(_FRONT, key=len, reverse=True)))
    + r")\s?|(?<![A-Za-z0-9])(?<![0-9][.,]))"
    r"(?P<number>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)(?![0-9])"
    r"(?:[\s-]?(?P<percent>%|per ?cent(?![A-Za-z])|pct(?![A-Za-z])|percentage points?|パーセント)"
    r"|(?:[\s-]?(?P<magnitude>" + _either(_MAGNITUDES) + r"))?"
    r"(?:[\s-]?(?:U\.S\.|US)?\s?(?P<behind>" + _either(_BEHIND) + r"))?)"
)  # fmt: skip
_MARKER = re.compile(r"\[[0-9]+(?:\s*,\s*[0-9]+)*\]")


@dataclass(frozen=True)
class Stated:
    """One number, percentage, amount or date as a text states it.

    Attributes:
        surface: how it is written.
        kind: `number`, `percent`, `amount` or `date`.
        value: the number itself, magnitude multiplied in; None for a date.
        currency: of an amount; None: not told.
        day: (year, month, day) of a date; 0 for what is not told.
    """

    surface: str
    kind: str
    value: Decimal | None = None
    currency: str | None = None
    day: tuple[int, int, int] = (0, 0, 0)


def numbers_in(text: str) -> tuple[Stated, ...]:
    """Everything countable that a text states; numbers inside names (G7, H200) are left alone."""
    text = _MARKER.sub(" ", unicodedata.normalize("NFKC", text))
    found: list[Stated] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            found += _dates(match)
        # What was read as a date is blanked, so that its parts are not read again.
        text = pattern.sub(lambda match: " " * len(match.group()), text)
    found += (_number(match) for match in _NUMBER.finditer(text))
    return tuple(found)


def ungrounded(claim: str, quotes: Iterable[str]) -> tuple[str, ...]:
    """What the claim states that none of the quotes does, as the claim writes it.

    A date is grounded by one that is as exact or more so: "September 2025" by 16 September 2025,
    not the other way round. An amount needs its currency and magnitude, a percentage its sign. A
    bare number may stand in any of them.
    """
    evidence = [unicodedata.normalize("NFKC", quote) for quote in quotes]
    stated = [one for quote in evidence for one in numbers_in(quote)]
    return tuple(
        one.surface
        for one in numbers_in(claim)
        if not any(_supports(other, one) for other in stated)
        and not (one.kind == "number" and any(_stands(one.surface, quote) for quote in evidence))
    )


def _dates(match: re.Match[str]) -> Iterator[Stated]:
    parts = match.groupdict()
    month = parts["month"]
    number = _MONTH_NUMBERS.get(month) or int(month)
    year = int(parts.get("year") or 0)
    surface = match.group().strip(" .,")
    for key in ("first", "day"):
        if day := parts.get(key):
            yield Stated(surface, "date", day=(year, number, int(day)))
    if not parts.get("day"):
        yield Stated(surface, "date", day=(year, number, 0))


def _number(match: re.Match[str]) -> Stated:
    parts = match.groupdict()
    surface = match.group().strip()
    value = Decimal(parts["number"].replace(",", ""))
    if parts["percent"]:
        return Stated(surface, "percent", value)
    sign = parts["front"] or parts["behind"]
    if sign or parts["magnitude"]:
        value *= Decimal(10) ** _MAGNITUDES.get(parts["magnitude"] or "", 0)
        return Stated(surface, "amount", value, _CURRENCIES.get(sign or ""))
    return Stated(surface, "number", value)


def _supports(evidence: Stated, stated: Stated) -> bool:
    if stated.kind == "date":
        return evidence.kind == "date" and all(
            told in (0, known) for told, known in zip(stated.day, evidence.day, strict=True)
        )
    if stated.kind == "number":
        return evidence.value == stated.value
    if evidence.kind != stated.kind or evidence.value != stated.value:
        return False
    return stated.currency in (None, evidence.currency)


def _stands(number: str, text: str) -> bool:
    """Whether the digits stand by themselves, as the year of a date does."""
    return bool(re.search(rf"(?<![0-9])(?<![0-9][.,]){re.escape(number)}(?![0-9]|[.,][0-9])", text))
