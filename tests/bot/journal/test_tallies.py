from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.database import Database
from bot.journal import tallies
from bot.journal.schema import TallyRow
from bot.journal.tallies import Measure

FIRST = date(2025, 1, 1)
DAYS = 500
some_day = st.none() | st.integers(-40, DAYS + 40).map(lambda n: FIRST + timedelta(days=n))


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One turn a day for 500 days."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('tallies') / 'journal.db'}")
    with database.writing() as session:
        for number in range(DAYS):
            day = FIRST + timedelta(days=number)
            tallies.add(session, day, {(Measure.OUTCOME, "answered"): 1})
    yield database
    database.close()


@settings(deadline=None)
@given(since=some_day, until=some_day)
def test_months_and_days_together_count_each_day_between_the_bounds_once(
    counted: Database, since: date | None, until: date | None
) -> None:
    days = [FIRST + timedelta(days=number) for number in range(DAYS)]
    inside = [d for d in days if (since is None or d >= since) and (until is None or d <= until)]
    with counted.reading() as session:
        told = session.scalar(
            select(func.coalesce(func.sum(TallyRow.amount), 0)).where(tallies.between(since, until))
        )

    assert told == len(inside)


def test_the_last_day_that_a_calendar_has_is_a_bound(counted: Database) -> None:
    count: Callable[..., object] = lambda *bounds: session.scalar(  # noqa: E731
        select(func.sum(TallyRow.amount)).where(tallies.between(*bounds))
    )
    with counted.reading() as session:
        assert count(date.min, date.max) == count(None, None) == DAYS


def test_what_is_taken_away_is_gone(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'journal.db'}")
    with database.writing() as session:
        for amount in (2, -1):
            tallies.add(session, FIRST, {(Measure.VERDICT, "wrong"): amount})
        told = session.scalars(select(TallyRow.amount)).all()
    database.close()

    assert list(told) == [1, 1]
