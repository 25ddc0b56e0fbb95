"""Numbers and currencies as people write them; what can be read two ways is never guessed."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

from bot.allocation.words.model import HoldingsWords
from corpus.errors import ProfileError

SYMBOLS = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "円": "JPY", "YEN": "JPY"}
"""Signs that stand for one currency. A yen sign is taken for Japan's, as the readers' country."""

_NUMBER = re.compile(r"\d[\d,.' \u00a0]*\d|\d")
_GROUPED = re.compile(r"\d{1,3}(?:[,.' ]\d{3})+")
_LONGEST = 30


class Size(NamedTuple):
    """A number with what stood beside it."""

    value: Decimal
    is_percent: bool
    currency: str | None


def tidy(text: str) -> str:
    """Plain characters: full-width digits and letters become narrow ones."""
    return unicodedata.normalize("NFKC", text).strip()


def read_number(text: str, words: HoldingsWords) -> Decimal:
    """A number with or without marks between thousands, and with a decimal point or comma.

    Raises:
        ProfileError: it is no number, is too long, or can be read two ways, as 1,234.
    """
    given = tidy(text).replace("\u00a0", " ")
    bare = given.replace("'", "").replace(" ", "")
    if len(bare) > _LONGEST or not re.fullmatch(r"\d[\d,.]*", bare):
        raise ProfileError(words.not_a_number.format(given=shorten(text)))
    marks = [mark for mark in bare if mark in ",."]
    if len(set(marks)) == 2:
        return _with_both(bare, text, words)
    if not marks:
        return Decimal(bare)
    mark, (whole, *groups) = marks[0], bare.split(marks[0])
    thousands = all(len(group) == 3 for group in groups) and 1 <= len(whole) <= 3
    if len(groups) > 1:
        if not thousands:
            raise ProfileError(words.not_a_number.format(given=shorten(text)))
        return Decimal(bare.replace(mark, ""))
    if mark == "," and thousands and whole != "0":
        raise ProfileError(words.ambiguous.format(given=shorten(text)))
    return Decimal(f"{whole}.{groups[0] or '0'}")


def read_size(text: str, words: HoldingsWords) -> Size:
    """A number and the percent sign or currency beside it.

    Raises:
        ProfileError: it cannot be read, is negative, or has two units.
    """
    given = tidy(text)
    if re.search(r"[-−–(]\s*[^A-Za-z]*\d", given):
        raise ProfileError(words.negative.format(given=shorten(text)))
    match = _NUMBER.search(given)
    if match is None:
        raise ProfileError(words.not_a_number.format(given=shorten(text)))
    beside = [given[: match.start()].strip(), given[match.end() :].strip()]
    units = [unit for unit in beside if unit]
    if any(character.isdigit() for unit in units for character in unit):
        powers = any(re.fullmatch(r"[eE][+-]?\d+", unit) for unit in units)
        line = words.not_a_number if powers else words.several
        raise ProfileError(line.format(given=shorten(text)))
    if len(units) > 1:
        raise ProfileError(words.not_a_number.format(given=shorten(text)))
    unit = units[0].upper() if units else ""
    number = match.group()
    # With a currency beside it, a comma between thousands is what everyone writes.
    money = currency_of(unit)
    value = _money(number, words) if money else read_number(number, words)
    if unit in {"", "%", "パーセント"}:
        return Size(value, unit != "", None)
    if money is None:
        raise ProfileError(words.unknown_currency.format(given=shorten(units[0])))
    return Size(value, False, money)


def shorten(text: str) -> str:
    """What was typed, on one line and not too long to repeat."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:40]}…"


def _money(number: str, words: HoldingsWords) -> Decimal:
    if "." not in number and _GROUPED.fullmatch(number):
        return Decimal(re.sub(r"[,' ]", "", number))
    return read_number(number, words)


def _with_both(bare: str, text: str, words: HoldingsWords) -> Decimal:
    """Of a comma and a point, the last one is the decimal mark and stands once."""
    decimal = max(",.", key=bare.rfind)
    grouping = "," if decimal == "." else "."
    whole, _, fraction = bare.rpartition(decimal)
    if decimal in whole or not re.fullmatch(rf"\d{{1,3}}(?:\{grouping}\d{{3}})+", whole):
        raise ProfileError(words.not_a_number.format(given=shorten(text)))
    return Decimal(f"{whole.replace(grouping, '')}.{fraction or '0'}")


def currency_of(unit: str) -> str | None:
    """The currency that a sign or three capital letters stand for; None: they stand for none."""
    if unit in SYMBOLS:
        return SYMBOLS[unit]
    if re.fullmatch(r"[A-Z]{3}", unit):
        from pycountry import currencies

        return unit if currencies.get(alpha_3=unit) else None
    return None
