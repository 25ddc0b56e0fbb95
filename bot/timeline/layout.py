"""Where a timeline's axis begins and ends, its ticks, and its heading. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.timeline.rows import Timeline
from bot.timeline.telling import heading, notes
from bot.words import Words

FURTHEST_BACK = timedelta(days=3 * 365)
FURTHEST_AHEAD = timedelta(days=548)
"""What lies further from the day than these is told by an arrow at the edge."""

LEAST_AHEAD = timedelta(days=120)
_AIR = 0.02

_MOST_TICKS = 9


@dataclass(frozen=True)
class Span:
    """The stretch of days that is drawn, as ordinals."""

    left: float
    right: float


def span_of(timeline: Timeline) -> Span:
    """From a little before the first bar to a little after the last milestone, within reason."""
    day = timeline.day
    first = max(min(row.first for row in timeline.rows), day - FURTHEST_BACK)
    ahead = [day + LEAST_AHEAD]
    for row in timeline.rows:
        ahead += [d for d in (row.first, row.last, row.next_date) if d is not None]
    last = min(max(ahead), day + FURTHEST_AHEAD)
    first = min(first, day - LEAST_AHEAD)
    air = _AIR * (last - first).days
    return Span(first.toordinal() - air, last.toordinal() + air)


def ticks_of(span: Span, words: Words) -> list[tuple[date, str]]:
    """The first days of months, quarters or years, few enough to be read; years are named once."""
    months = [day for day in _month_starts(span) if span.left <= day.toordinal() <= span.right]
    step = next(
        (s for s in (1, 2, 3, 6, 12) if sum(_on(day, s) for day in months) <= _MOST_TICKS), 12
    )
    ticks: list[tuple[date, str]] = []
    year = None
    for day in months:
        if not _on(day, step):
            continue
        label = words.short_months[day.month - 1]
        named = words.year_format.format(year=day.year)
        if day.year != year:
            label = f"{label}\n{named}"
            year = day.year
        ticks.append((day, label))
    return ticks


def heading_lines(timeline: Timeline, words: Words) -> list[str]:
    """The title, then what must be known of the picture, a line each."""
    return [heading(timeline, words), *notes(timeline, words)]


def _on(day: date, step: int) -> bool:
    return (day.month - 1) % step == 0


def _month_starts(span: Span) -> Iterator[date]:
    day = date.fromordinal(int(span.left)).replace(day=1)
    while day.toordinal() <= span.right:
        yield day
        day = (day + timedelta(days=32)).replace(day=1)
