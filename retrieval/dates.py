"""Dates as they are written in policy prose, and the stretch of time a sentence speaks of."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
            "august aug", "september sept sep", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11)}
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_YEAR = r"(?:19|20)\d\d"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"

_DATE = re.compile(
    rf"""
    (?P<iso>\b(?P<iy>{_YEAR})-(?P<im>0[1-9]|1[0-2])
        (?:-(?P<id>{_DAY})(?:[-/](?P<ie>\d\d)\b)?)?(?![-\d]))
  | \b(?P<d1>{_DAY})(?:st|nd|rd|th)?(?:\s*[-–/]\s*(?P<d1b>{_DAY}))?
        \s+(?P<m1>{_MONTH})(?:,?\s+(?P<y1>{_YEAR}))?(?!\d)
  | \b(?P<m2>{_MONTH})\s+(?P<d2>{_DAY})(?:st|nd|rd|th)?\b(?:\s*[-–]\s*(?P<d2b>{_DAY})\b)?
        (?:,?\s+(?P<y2>{_YEAR}))?(?!\d)
  | \b(?P<m3>{_MONTH})\s*[-–]\s*(?P<m3b>{_MONTH})\s+(?P<y3>{_YEAR})(?!\d)
  | \b(?P<m4>{_MONTH}),?\s+(?:of\s+)?(?P<y4>{_YEAR})(?!\d)
  | \b(?P<season>spring|summer|autumn|fall)\s+(?:of\s+)?(?P<y6>{_YEAR})(?!\d)
  | (?P<jy>{_YEAR})年(?:(?P<jm>1[0-2]|0?[1-9])月(?:(?P<jd>{_DAY})日)?)?
  | (?<![\d.,$€£¥-])(?P<y5>20[0-4]\d)(?![\d%,]|\.\d|-\d|\s*(?:million|billion|tonnes|tons))
    """,
    re.VERBOSE | re.IGNORECASE,
)

_FAR_PAST, _FAR_FUTURE = date.min, date.max


@dataclass(frozen=True)
class Mention:
    """A date in a text: `[start, end)` characters, from day `first` to day `last`, inclusive."""

    start: int
    end: int
    first: date
    last: date


@dataclass(frozen=True)
class Span:
    """A stretch of time, both days inclusive; `is_event` marks something that happened in it."""

    first: date
    last: date
    is_event: bool = False

    def covers(self, day: date) -> bool:
        """Whether `day` lies in it."""
        return self.first <= day <= self.last


def find_dates(text: str) -> list[Mention]:
    """Every date in the text, in order.

    One without a year takes that of the next that has one, else of the one before; where there is
    none, it is left out. So is a day that no calendar has.
    """
    written = [(match, _read(match)) for match in _DATE.finditer(text)]
    mentions: list[Mention] = []
    for i, (match, (own_year, first, last)) in enumerate(written):
        later = (year for _, (year, _, _) in written[i:] if year)
        before = (year for _, (year, _, _) in reversed(written[:i]) if year)
        year = own_year or next(later, 0) or next(before, 0)
        days = _days(year, first, last) if year else None
        if days:
            mentions.append(Mention(match.start(), match.end(), *days))
    return mentions


class _MonthDay(NamedTuple):
    """A month and a day of it; 0 where no day is named."""

    month: int
    day: int = 0


_Written = tuple[int, _MonthDay, _MonthDay]
"""(year or 0, first month and day, last month and day)."""


def _read(match: re.Match[str]) -> _Written:
    """What a match of `_DATE` says."""
    group = match.groupdict("")
    for month, day, last_day, year in (
        ("im", "id", "ie", "iy"),
        ("m1", "d1", "d1b", "y1"),
        ("m2", "d2", "d2b", "y2"),
    ):
        if group[month]:
            first = _MonthDay(_month(group[month]), int(group[day] or 0))
            last = first._replace(day=int(group[last_day] or 0) or first.day)
            return int(group[year] or 0), first, last
    return _read_stretch(group)


def _read_stretch(group: Mapping[str, str]) -> _Written:
    """What a match says that names no day but a month, a season or a year; or is Japanese."""
    if group["jy"]:
        month, day = int(group["jm"] or 0), int(group["jd"] or 0)
        return int(group["jy"]), _MonthDay(month or 1, day), _MonthDay(month or 12, day)
    first, last = 1, 12
    if group["season"]:
        first, last = _SEASONS[group["season"].lower()]
    elif group["m3"]:
        first, last = _month(group["m3"]), _month(group["m3b"])
    elif group["m4"]:
        first = last = _month(group["m4"])
    year = group["y3"] or group["y4"] or group["y5"] or group["y6"]
    return int(year), _MonthDay(first), _MonthDay(last)


def _days(year: int, first: _MonthDay, last: _MonthDay) -> tuple[date, date] | None:
    """The first and the last day; None for a day that the calendar has not."""
    try:
        begin = date(year, first.month, first.day or 1)
        final = date(year, last.month, last.day or calendar.monthrange(year, last.month)[1])
    except ValueError:
        return None
    return (begin, final) if begin <= final else (begin, begin)


def _month(name: str) -> int:
    return int(name) if name.isdigit() else _MONTHS[name.lower().rstrip(".")]


_FROM = re.compile(
    r"(?:\bfrom|\bsince|\bstarting(?:\son|\sin)?|\beffective(?:\sfrom|\son)?|\bas\sof|\bafter"
    r"|\bbeginning(?:\son|\sin)?|\bbegan(?:\son|\sin)?|\bstart(?:ed|s)?(?:\son|\sin)?"
    r"|\bappl(?:y|ies|ied|ying)(?:\son)?|\btak(?:es|ing)\seffect(?:\son)?|\btook\seffect(?:\son)?"
    r"|\bin\sforce(?:\son)?|\bonwards\sfrom|\binception(?:\son)?|\blaunched(?:\son|\sin)?"
    r"|\bdata\sbegin(?:s)?(?:\son)?)\s*(?:the\s)?(?:start\sof\s|late\s|early\s|mid-?\s?)?$",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"(?:\buntil|\btill|\bthrough|\bup\sto|\bbefore|\bby|\bto\sthe\send\sof|\bended(?:\son)?"
    r"|\bends(?:\son)?|\bending(?:\son)?|\bexpire[sd]?(?:\son)?|\blapsed?s?(?:\son)?"
    r"|\brun(?:s|ning)?\sto|\bran\sto)\s*(?:the\s)?(?:end\sof\s|late\s|early\s|mid-?\s?)?$",
    re.IGNORECASE,
)
_FOUND = re.compile(r"\b(?:found|verified|known)\s(?:up\sto|until|by)\s*$", re.IGNORECASE)
"""What was looked for by a day stays what is known after it, until somebody looks again."""

_JOIN = re.compile(
    r"^\s*(?:to|until|till|through|and|[-–—])\s+(?:late\s|early\s|the\send\sof\s)?$", re.IGNORECASE
)
_BETWEEN = re.compile(r"(?:\bbetween|\bfrom)\s*$", re.IGNORECASE)
_DURING = re.compile(
    r"(?:\bthroughout|\bduring|\bin|\bfor|\bover|\bfiscal|\bas\sof)\s+(?:the\s)?"
    r"(?:whole\sof\s|all\sof\s|fiscal\s)?(?:year\s)?$",
    re.IGNORECASE,
)
_ENTRY_BEGINS = re.compile(
    r"\b(?:takes? effect|took effect|begins?|began|starts?|started|comes? into force"
    r"|came into force|enters? into force|in force|effective|applies|start to (?:pay|apply))\b",
    re.IGNORECASE,
)
_ENTRY_ENDS = re.compile(
    r"\b(?:ends?|ended|expires?|expired|lapses?|lapsed|last (?:full )?(?:day|year)|runs? out"
    r"|stops?|stopped)\b",
    re.IGNORECASE,
)
_LOOK_BACK = 28


@lru_cache(maxsize=8192)
def time_spans(text: str) -> tuple[Span, ...]:
    """The stretches of time a sentence speaks of; empty when it names no date.

    `from`, `until`, `between ... and` and their like make open or closed stretches; a date that
    stands by itself is an event.

    Example:
        >>> time_spans("Japanese cars paid 27.5% until 15 September 2025.")[0].last
        datetime.date(2025, 9, 15)
    """
    return tuple(_spans(text, find_dates(text)))


def _spans(text: str, mentions: list[Mention]) -> Iterator[Span]:
    i = 0
    while i < len(mentions):
        mention = mentions[i]
        before = text[max(0, mention.start - _LOOK_BACK) : mention.start]
        following = mentions[i + 1] if i + 1 < len(mentions) else None
        if following and _JOIN.match(text[mention.end : following.start]):
            joined = text[mention.end : following.start].strip().lower()
            runs_forward = mention.first <= following.last
            if runs_forward and (joined != "and" or _BETWEEN.search(before)):
                yield Span(mention.first, following.last)
                i += 2
                continue
        if _FOUND.search(before):
            yield Span(mention.first, _FAR_FUTURE)
        elif _UNTIL.search(before):
            yield Span(_FAR_PAST, mention.last)
        elif _FROM.search(before):
            yield Span(mention.first, _FAR_FUTURE)
        elif (mention.last - mention.first).days > 27 and _DURING.search(before):
            yield Span(mention.first, mention.last)
        else:
            yield _entry(text, mention) or Span(mention.first, mention.last, is_event=True)
        i += 1


def _entry(text: str, mention: Mention) -> Span | None:
    """A line of a timeline, "4 June 2025: the duty takes effect", that opens or ends a stretch."""
    if mention.start > 2 or not text[mention.end :].startswith(":"):
        return None
    told = _ENTRY_ENDS.search(text, mention.end) or _ENTRY_BEGINS.search(text, mention.end)
    if told is None:
        return None
    if told.re is _ENTRY_ENDS:
        return Span(_FAR_PAST, mention.last)
    return Span(mention.first, _FAR_FUTURE)
