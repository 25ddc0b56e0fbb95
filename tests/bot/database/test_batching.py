from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from bot.database import Database
from bot.database.batching import Batcher
from bot.database.gathering import Gatherer
from bot.state.schema import QuotaRow
from corpus.errors import StorageError


@pytest.fixture
async def batcher(database: Database) -> AsyncIterator[Batcher]:
    batcher = Batcher(database)
    yield batcher
    await batcher.close()


def add(number: int) -> QuotaRow:
    return QuotaRow(subject=f"n{number}", hour=1, used=number)


def adding(number: int) -> Callable[[Session], int]:
    """An operation that adds a row and returns its number."""

    def operation(session: Session) -> int:
        session.add(add(number))
        return number

    return operation


def used(session: Session) -> list[int]:
    return sorted(session.scalars(select(QuotaRow.used)))


def _fails(batcher: Batcher) -> bool:
    """Asked anew: a type checker holds what it saw before a wait to be true after it."""
    return batcher.failing


async def test_what_is_asked_for_at_once_is_written_in_few_transactions(batcher: Batcher) -> None:
    await batcher.write(lambda session: session.add(add(0)))
    commits = 0

    @event.listens_for(batcher.database.engine(), "commit")
    def _count(_connection: object) -> None:
        nonlocal commits
        commits += 1

    results = await asyncio.gather(*(batcher.write(adding(n)) for n in range(1, 51)))

    assert results == list(range(1, 51))
    assert commits <= 3
    assert await batcher.read(used) == list(range(51))


async def test_an_operation_that_fails_costs_its_neighbours_nothing(batcher: Batcher) -> None:
    def fail(session: Session) -> None:
        session.add(add(99))
        session.flush()
        raise ZeroDivisionError

    writes = [batcher.write(adding(n)) for n in range(3)]
    failed = batcher.write(fail)
    *rest, error = await asyncio.gather(*writes, failed, return_exceptions=True)

    assert rest == [0, 1, 2]
    assert isinstance(error, ZeroDivisionError)
    assert await batcher.read(used) == [0, 1, 2]


async def test_who_stops_waiting_does_not_undo_the_write(batcher: Batcher) -> None:
    begun = threading.Event()

    def slow(session: Session) -> None:
        begun.wait(5)
        session.add(add(1))

    writing = asyncio.create_task(batcher.write(slow))
    await asyncio.sleep(0)
    writing.cancel()
    begun.set()
    await asyncio.gather(writing, return_exceptions=True)

    await batcher.write(lambda session: None)
    assert await batcher.read(used) == [1]


async def test_a_locked_database_is_waited_for_and_told_of_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    file = tmp_path / "x.db"
    with closing(Database(f"sqlite:///{file}", lock_timeout_s=0.05)) as database:
        with database.writing():
            pass
        batcher = Batcher(database)
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            writing = asyncio.create_task(batcher.write(lambda session: session.add(add(1))))
            async with asyncio.timeout(10):
                while not batcher.failing:  # noqa: ASYNC110 - it tells in the log alone
                    await asyncio.sleep(0.01)
            await asyncio.sleep(0.5)
            assert not writing.done()
            other.execute("ROLLBACK")
            await writing
        assert not _fails(batcher)
        assert await batcher.read(used) == [1]
        await batcher.close()

    locked, back = caplog.messages
    assert "is locked by another process" in locked
    assert locked.endswith("trying again until it can be written")
    assert back == "the database can be written again"


async def test_closing_ends_the_wait_for_a_database_that_does_not_come_back(
    tmp_path: Path,
) -> None:
    file = tmp_path / "x.db"
    with closing(Database(f"sqlite:///{file}", lock_timeout_s=0.05)) as database:
        with database.writing():
            pass
        batcher = Batcher(database)
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            writing = asyncio.create_task(batcher.write(lambda session: session.add(add(1))))
            await asyncio.sleep(0.1)
            await batcher.close(grace_s=0.1)
            with pytest.raises(StorageError, match="locked"):
                await writing
        with pytest.raises(StorageError, match="writes no more"):
            await batcher.write(lambda session: None)


async def test_many_of_the_same_are_one_operation_and_one_that_fails_is_alone(
    batcher: Batcher,
) -> None:
    sizes: list[int] = []

    def operation(session: Session, items: Sequence[int]) -> list[int]:
        sizes.append(len(items))
        if 7 in items:
            session.add(add(7))
            session.flush()
            raise ValueError("seven")
        session.add_all([add(item) for item in items])
        return [10 * item for item in items]

    gatherer = Gatherer(batcher, operation, durable=False)
    found = await asyncio.gather(*(gatherer.add(n) for n in range(10)), return_exceptions=True)

    assert [n for n in found if isinstance(n, int)] == [0, 10, 20, 30, 40, 50, 60, 80, 90]
    assert isinstance(found[7], ValueError)
    assert max(sizes) == 10
    assert await batcher.read(used) == [0, 1, 2, 3, 4, 5, 6, 8, 9]
