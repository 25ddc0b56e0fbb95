"""Counts by day, kept up as turns are written, so that figures over years are read at once."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum

from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

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


Tally = Mapping[tuple[Measure, str], float]


def add(session: Session, day: date, tally: Tally) -> None:
    """Add to a day's counts; a negative amount takes away."""
    # In one order everywhere, or two writers could each wait for the other.
    rows = [
        {"day": day, "measure": measure.value, "label": label, "amount": amount}
        for (measure, label), amount in sorted(tally.items())
        if amount
    ]
    if rows:
        session.execute(_upsert(session.get_bind().dialect.name), rows)


def _upsert(dialect: str) -> Insert:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = insert(TallyRow)
    return statement.on_conflict_do_update(
        index_elements=["day", "measure", "label"],
        set_={"amount": TallyRow.amount + statement.excluded.amount},
    )


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
