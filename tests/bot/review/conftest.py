"""Review pages over a database of the test's own, with a clock that the test turns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from bot.database import Database
from bot.review.access import Access
from bot.review.access.passwords import Passwords

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody


class Clock:
    """The time now, as the test sets it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        """Let time pass: `turn(minutes=5)`."""
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    """Argon2 with the least work it allows: what is tried here is not its strength."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def access(database: Database, clock: Clock, passwords: Passwords) -> Access:
    """Access on SQLite and on PostgreSQL in turn."""
    return Access(database, clock=clock, passwords=passwords)
