"""Numbers, amounts, units and dates: how each is read and when one supports another."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from retrieval.checks.lexicon import units

FigureKind = Literal[
    "percent", "points", "basis", "money", "count", "label", "ordinal", "fraction", "multiple",
    "date", "time",
]  # fmt: skip

_RELATIVE = 1e-9


class Figure(NamedTuple):
    """One figure of a text.

    Attributes:
        kind: what it measures.
        value: its size, magnitudes worked in: `5.5 billion` is 5.5e9.
        unit: the currency of money, the measured unit of a count, the noun of a label; else empty.
        when: year, month, day of a date; 0 where not said. A quarter or season is a negative month.
        ranged: one end of a range such as `6-8%`.
        scaled: written with a magnitude word.
    """

    kind: FigureKind
    value: float = 0.0
    unit: str = ""
    when: tuple[int, int, int] = (0, 0, 0)
    ranged: bool = False
    scaled: bool = False


def supports(quoted: Figure, claimed: Figure) -> bool:
    """Whether a figure of a quote carries a figure of a claim: as exact, or more so."""
    if "date" in (claimed.kind, quoted.kind):
        return claimed.kind == quoted.kind and all(
            said in (0, known) for said, known in zip(claimed.when, quoted.when, strict=True)
        )
    if not math.isclose(claimed.value, quoted.value, rel_tol=_RELATIVE):
        return _as_share(claimed, quoted)
    if claimed.kind == quoted.kind:
        # A claim may leave the unit of a count out, and may not bring one in.
        left_out = claimed.kind == "count" and not claimed.unit
        return left_out or claimed.unit == quoted.unit
    return _says_less(claimed, quoted)


def _says_less(claimed: Figure, quoted: Figure) -> bool:
    """Whether a figure of another kind and the same value is only less exact."""
    if claimed.kind == "count" and not claimed.unit:
        return (quoted.kind == "money" and claimed.scaled) or quoted.kind in ("label", "multiple")
    if claimed.kind == "label":
        # `Sections 301 and 122`: the noun stands once for the list.
        return quoted.kind == "count" and not quoted.unit
    return claimed.kind == "multiple" and quoted.kind == "count"


def _as_share(claimed: Figure, quoted: Figure) -> bool:
    """`half` is 50%."""
    kinds = {claimed.kind, quoted.kind}
    if kinds != {"percent", "fraction"}:
        return False
    share, percent = (claimed, quoted) if claimed.kind == "fraction" else (quoted, claimed)
    return math.isclose(share.value * 100, percent.value, rel_tol=0.002)


def same_type(one: Figure, other: Figure) -> bool:
    """Whether two figures could be taken for one another."""
    if one.kind == "date" or other.kind == "date":
        # A bare year is part of many names (`the 2025 deal`) and is weighed against years alone.
        return one.kind == other.kind and (_grain(one) > 1) == (_grain(other) > 1)
    return one.kind == other.kind and one.unit == other.unit


def _grain(figure: Figure) -> int:
    return sum(1 for part in figure.when if part)


DAY = r"[0-3]?\d(?:st|nd|rd|th)?"
YEAR = r"(?:19|20)\d\d"
NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"


@lru_cache(maxsize=1)
def month_pattern() -> str:
    """The names of the months as a pattern, capitalised, the longest first."""
    names = sorted((name.capitalize() for name in units().months), key=len, reverse=True)
    return rf"(?:{'|'.join(names)})\b\.?"


@lru_cache(maxsize=1)
def date_pattern() -> str:
    """All usual forms of a date, the most exact first, as one pattern without groups."""
    month, link = month_pattern(), r"\s?(?:-|/|to|and|or|through|until)\s?"
    quarter = r"(?:[Qq][1-4]|[Hh][12]|(?:[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth) (?:quarter|half))"
    season = r"(?:[Ss]pring|[Ss]ummer|[Aa]utumn|[Ff]all|[Ww]inter)"
    return "|".join(
        [
            rf"(?<![\d.-]){YEAR}-[01]\d-[0-3]\d(?:/[0-3]?\d)?(?!\d)",
            rf"(?<![\d.-]){YEAR}-(?:0[1-9]|1[0-2])(?![\d-])",
            rf"{YEAR}年(?:度|\d{{1,2}}月(?:\d{{1,2}}日)?)?",
            r"(?<!\d)\d{1,2}月(?:\d{1,2}日)?",
            rf"(?<![\d.]){DAY}(?:{link}{DAY})?\s(?:of\s)?{month}(?:,?\s{YEAR})?(?!\d)",
            rf"\b{month}\s{DAY}(?:{link}{DAY}(?!\s?(?:{month}|%)))?(?:,?\s{YEAR})?"
            r"(?![\d%]|,\d|\.\d|\s%)",
            rf"\b{month}(?:{link}{month})?\s(?:of\s)?{YEAR}(?!\d)",
            rf"\b{YEAR}\s?{quarter}\b|\b{quarter}(?:\sof)?\s{YEAR}(?!\d)",
            rf"\b{season}(?:\sof)?\s{YEAR}(?!\d)",
            rf"\b(?:[Ff]iscal(?:\s[Yy]ear)?|FY)\s?(?:{YEAR}|\d\d)(?!\d)",
            # `May` and `March` are also words: alone they are months only after a preposition.
            rf"\b(?!May|Mar){month}(?![\w%])",
            r"(?:(?<=\bin )|(?<=\bby )|(?<=\bof )|(?<=since )|(?<=until )|(?<=late )|(?<=early )|"
            r"(?<=mid-)|(?<=before )|(?<=after )|(?<=from )|(?<=to ))(?:May|March)\b",
        ]
    )


_WORD = re.compile(r"[A-Za-z]+|\d+|[年月日度]")
_PART = {"q": -10, "quarter": -10, "h": -20, "half": -20}
_SEASONS = {"spring": -31, "summer": -32, "autumn": -33, "fall": -33, "winter": -34}
_FISCAL = -40


def read_date(text: str) -> tuple[Figure, ...]:
    """The date or dates that a match of `date_pattern` stands for: `15-17 June 2025` is two."""
    pieces = [piece.lower() for piece in _WORD.findall(text)]
    digits = [piece for piece in pieces if piece.isdigit()]
    if len(pieces) == len(digits) and len(digits) in (2, 3, 4) and len(digits[0]) == 4:
        year, month, *days = (int(piece) for piece in digits)
        return tuple(_date(year, month, day) for day in days or [0])
    year = next((int(piece) for piece in digits if len(piece) == 4), 0)
    if "年" in pieces or "月" in pieces:
        return (_japanese_date(pieces, year),)
    special = _special(pieces)
    if special:
        if not year and special == _FISCAL:
            year = 2000 + int(digits[-1])
        return (_date(year, special, 0),)
    names = units().months
    months = [names[piece] for piece in pieces if piece in names]
    days = [int(piece) for piece in digits if len(piece) < 3]
    if len(months) > 1:
        return tuple(_date(year, month, 0) for month in months)
    return tuple(_date(year, months[0], day) for day in days or [0])


def _date(year: int, month: int, day: int) -> Figure:
    return Figure("date", when=(year, month, day))


def _japanese_date(pieces: list[str], year: int) -> Figure:
    if "度" in pieces:
        return _date(year, _FISCAL, 0)
    before = {mark: int(piece) for piece, mark in pairwise(pieces) if mark in "月日"}
    return _date(year, before.get("月", 0), before.get("日", 0))


def _special(pieces: list[str]) -> int:
    """The negative month of a quarter, half, season or fiscal year; 0: none."""
    if pieces[0] in ("fiscal", "fy"):
        return _FISCAL
    ordinals = units().ordinals
    for piece, following in zip(pieces, [*pieces[1:], ""], strict=True):
        if piece in _SEASONS:
            return _SEASONS[piece]
        if piece in ("q", "h") and following.isdigit():
            return _PART[piece] - int(following)
        if following in ("quarter", "half") and piece in ordinals:
            return _PART[following] - ordinals[piece]
    return 0
