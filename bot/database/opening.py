"""A database opened on first use: made, brought up to date, and shared by the parts that ask."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

LOCK_TIMEOUT_S = 10.0
"""Seconds to wait for another process's write; one write takes milliseconds."""


class Database:
    """SQLite (WAL) or PostgreSQL at one address. Safe to share among threads.

    Nothing is opened or created before it is first used.

    Args:
        address: a SQLAlchemy address, as sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.
        lock_timeout_s: seconds to wait for another process's write.

    Every method but `close` may raise:
        JournalError: the database is damaged, of a newer version, unreachable or no database.
        StorageError: the disk is full or read-only, or another process holds the lock.
    """

    def __init__(self, address: str, *, lock_timeout_s: float = LOCK_TIMEOUT_S) -> None:
        self._address = address
        self._lock_timeout_s = lock_timeout_s
        self.durable = True
        """Whether writes wait for the disk unless they say otherwise."""
        self._opening = threading.Lock()
        self._turn = threading.Lock()
        self._engine: Engine | None = None
        self._readable = False
        self._writable = False

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads."""
        with self._transaction(writes=False) as session:
            yield session

    @contextmanager
    def writing(self, *, durable: bool | None = None) -> Iterator[Session]:
        """A transaction that writes: all of it or nothing. On SQLite, writers take turns.

        Args:
            durable: wait until the disk has it. Without that a power failure may undo it, together
                with all that was written after it; a crash of this process never does. None: as
                the database's attribute of that name says.
        """
        durable = self.durable if durable is None else durable
        with self._in_turn(), self._transaction(writes=True, durable=durable) as session:
            yield session

    def is_missing(self) -> bool:
        """Whether there is nothing to read yet: reading makes no file."""
        from bot.database.engine import sqlite_file

        file = sqlite_file(self.engine().url)
        return file is not None and not file.exists()

    def engine(self) -> Engine:
        """The engine, its tables perhaps not made yet."""
        # SQLAlchemy takes a quarter of a second to load; `--help` does not wait for it.
        from bot.database.engine import open_engine

        with self._opening:
            if self._engine is None:
                self._engine = open_engine(self._address, lock_timeout_s=self._lock_timeout_s)
            return self._engine

    def close(self) -> None:
        """Give the connections back; the database opens again when it is next used."""
        with self._opening:
            engine, self._engine = self._engine, None
            self._readable = self._writable = False
        if engine is not None:
            engine.dispose()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Threads of one process write to SQLite in turn.

        SQLite itself has who waits sleep for longer and longer, and lets latecomers pass.
        """
        if self.engine().dialect.name != "sqlite":
            yield
            return
        # One that waits in vain is left to SQLite, which tells it so.
        waited = self._turn.acquire(timeout=self._lock_timeout_s)
        try:
            yield
        finally:
            if waited:
                self._turn.release()

    @contextmanager
    def _transaction(self, *, writes: bool, durable: bool = True) -> Iterator[Session]:
        from sqlalchemy.orm import Session

        from bot.database.engine import explained, writing

        engine = self.engine()
        with explained(engine.url):
            self._prepare(engine, writes=writes)
            bound = writing(engine, durable=durable) if writes else engine
            with Session(bound) as session, session.begin():
                yield session

    def _prepare(self, engine: Engine, *, writes: bool) -> None:
        """Make the database ready, once; what only writers need waits for the first write."""
        from bot.database.engine import make_file, use_write_ahead_log
        from bot.database.migrate import prepare

        with self._opening:
            if not self._readable:
                make_file(engine.url)
                prepare(engine)
                self._readable = True
            if writes and not self._writable:
                use_write_ahead_log(engine, lock_timeout_s=self._lock_timeout_s)
                self._writable = True
