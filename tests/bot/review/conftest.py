"""Review pages over a database of the test's own, with a clock that the test turns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from bot.database import Database
from bot.journal import Journal
from bot.journal.review import Reviews
from bot.review.access import Access
from bot.review.access.passwords import Passwords
from bot.review.desk import Desk
from bot.review.evaluating import Evaluator
from corpus import Library
from retrieval.evaluation import latest_check
from tests.bot.review.site import Clock, Site, echo


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


@pytest.fixture
def site(
    database: Database, access: Access, clock: Clock, library: Library, tmp_path: Path
) -> Iterator[Site]:
    """The pages on SQLite and on PostgreSQL in turn."""
    journal = Journal(database, clock=clock, library=library, key_file=tmp_path / "key")
    reviews = Reviews(journal, library=library)
    evaluator = Evaluator(reviews, library, echo(library), latest_check(library))
    desk = Desk(
        access=access,
        reviews=reviews,
        evaluator=evaluator,
        library=library,
        base_url="http://127.0.0.1:8080",
        clock=clock,
    )
    yield Site(desk, journal, access, library)
    evaluator.stop()
