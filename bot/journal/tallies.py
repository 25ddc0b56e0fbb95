"""Counts by day and by month, kept up as turns are written: figures over years are read at once."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from sqlalchemy import ColumnElement, Insert, and_, or_
from sqlalchemy.orm import Session

from bot.journal.rows import insert_or
from bot.journal.schema import TallyRow

_STEP = 1.1
"""Latencies are counted in classes, each a tenth wider than the one below: right to 5 %."""


class Measure(StrEnum):
    """What is counted; the label says of what. The day is always that of the question."""

    OUTCOME = "outcome"
    COMPOSER = "composer"
    LANGUAGE = "language"
    CHANNEL = "channel"
    LATENCY = "latency"
    COST = "cost"
    TOKENS = "tokens"
    CITED = "cited"
    SAMPLED = "sampled"
    FEEDBACK = "feedback"
    VERDICT = "verdict"
    SAMPLE_VERDICT = "sample-verdict"
    PAIR = "pair"
    RESULT = "result"


Tally = Mapping[tuple[Measure, str], float]


def add(session: Session, day: date, tally: Tally) -> None:
    """Add to a day's counts and to its month's; a negative amount takes away."""
    add_days(session, {day: tally})


def add_days(session: Session, tallies: Mapping[date, Tally]) -> None:
    """Add to the counts of many days."""
    amounts: dict[tuple[str, date, Measure, str], float] = {}
    for day, tally in tallies.items():
        for (measure, label), amount in tally.items():
            for span, first in (("day", day), ("month", day.replace(day=1))):
                key = (span, first, measure, label)
                amounts[key] = amounts.get(key, 0) + amount
    # In one order everywhere, or two writers could each wait for the other.
    rows = [
        {"span": span, "day": day, "measure": measure.value, "label": label, "amount": amount}
        for (span, day, measure, label), amount in sorted(amounts.items())
        if amount
    ]
    if rows:
        session.execute(_upsert(session.get_bind().dialect.name), rows)


@cache
def _upsert(dialect: str) -> Insert:
    statement = insert_or(TallyRow, sqlite_wanted=dialect == "sqlite")
    return statement.on_conflict_do_update(
        index_elements=["span", "day", "measure", "label"],
        set_={"amount": TallyRow.amount + statement.excluded.amount},
    )


def between(since: date | None, until: date | None) -> ColumnElement[bool]:
    """The rows of the time between two days, inclusive: whole months, and days at the ends.

    Without bounds, that is a dozen months a year instead of all its days.
    """
    first = date.min if since is None else _month_from(since)
    last = date.max if until is None else _month_after(until)
    month = and_(TallyRow.span == "month", TallyRow.day >= first, TallyRow.day < last)
    if first >= last:
        # No month is in it whole.
        return days(since, until)
    ends = []
    if since is not None:
        ends.append(and_(TallyRow.day >= since, TallyRow.day < first))
    if until is not None:
        ends.append(and_(TallyRow.day >= last, TallyRow.day <= until))
    if not ends:
        return month
    return or_(month, and_(TallyRow.span == "day", or_(*ends)))


def days(since: date | None, until: date | None) -> ColumnElement[bool]:
    """The days' rows between two days, inclusive."""
    return and_(
        TallyRow.span == "day",
        *(() if since is None else (TallyRow.day >= since,)),
        *(() if until is None else (TallyRow.day <= until,)),
    )


def _month_from(day: date) -> date:
    """The first day of the first month that begins on this day or later."""
    return day if day.day == 1 else _next_month(day)


def _month_after(day: date) -> date:
    """The first day after the last month that ends on this day or earlier."""
    following = day + timedelta(days=1) if day < date.max else day
    return following.replace(day=1)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def latency_class(milliseconds: float) -> str:
    """The label of the class that a latency falls into."""
    return str(math.floor(math.log(max(milliseconds, 1.0), _STEP)))


def percentile(classes: Mapping[str, float], share: float) -> float | None:
    """The latency, in milliseconds, that `share` of the counted do not exceed; None for none."""
    total = sum(classes.values())
    if total <= 0:
        return None
    wanted, passed = share * total, 0.0
    ordered: Iterator[int] = iter(sorted(int(label) for label in classes))
    for index in ordered:
        passed += classes[str(index)]
        if passed >= wanted - 1e-9:
            return float(_STEP ** (index + 0.5))
    return None


def counted(**labels: str | None) -> Counter[tuple[Measure, str]]:
    """One of each label given, by the name of its measure."""
    return Counter(
        {(Measure(name), label): 1 for name, label in labels.items() if label is not None}
    )
