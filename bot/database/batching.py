"""Many small writes in few commits: what is asked for at the same time is written together.

A commit costs a wait for the disk whatever it holds. One thread writes; while it does, what comes
in meanwhile waits for the next transaction, so a busy bot commits about as often as a quiet one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from bot.database.opening import Database
from corpus.errors import JournalError, LodestoneError, StorageError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 5.0
"""Between tries while the database cannot be written: they begin at the first and double."""

T = TypeVar("T")
Operation = Callable[["Session"], T]
"""What to do within a transaction. It may be run again, so it must not keep what it found."""


@dataclass(slots=True)
class _Waiting:
    operation: Operation[Any]
    durable: bool
    result: asyncio.Future[Any]


class Batcher:
    """Reads and writes for code on an event loop, the writes gathered into few transactions.

    A database that is locked or gone is waited for, told once in the log when it fails and once
    when it is back; nothing that was asked for is lost meanwhile. Closing ends the waiting.

    Args:
        database: where to.
        sleep: waits a number of seconds.
    """

    def __init__(
        self, database: Database, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self.database = database
        self._sleep = sleep
        self._waiting: list[_Waiting] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writes")
        self._readers = ThreadPoolExecutor(4, thread_name_prefix="reads")
        self._run: asyncio.Task[None] | None = None
        self._closing = self._closed = False
        self.failing = False
        """Whether the last write met a database that is locked or gone."""

    async def write(self, operation: Operation[T], *, durable: bool | None = None) -> T:
        """Do this in a transaction, perhaps with others; return what it returns once committed.

        An operation that raises is undone and raises here; those beside it are written all the
        same.

        Args:
            operation: what to do.
            durable: see `Database.writing`; a transaction is durable when one part of it is.
                None: as the database's attribute of that name says.

        Raises:
            StorageError: the batcher was closed while the database could not be written.
        """
        if self._closed:
            raise StorageError("the bot is stopping, and writes no more: start it again")
        loop = asyncio.get_running_loop()
        waiting = _Waiting(
            operation, self.database.durable if durable is None else durable, loop.create_future()
        )
        self._waiting.append(waiting)
        if self._run is None or self._run.done():
            self._run = loop.create_task(self._write_all())
        # Who waits may be cancelled; what was asked for is written all the same.
        return await asyncio.shield(waiting.result)

    async def read(self, operation: Operation[T]) -> T:
        """Do this in a transaction that only reads."""
        return await asyncio.get_running_loop().run_in_executor(
            self._readers, self._read, operation
        )

    async def close(self, grace_s: float = 5.0) -> None:
        """Write what waits, trying for at most so long, and end the threads."""
        if self._run is not None and not self._run.done():
            await asyncio.wait({self._run}, timeout=grace_s)
            self._closing = True
            await self._run
        self._closing = self._closed = True
        self._thread.shutdown(wait=True)
        self._readers.shutdown(wait=True)

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            for waiting, outcome in zip(batch, await self._persist(batch), strict=True):
                if waiting.result.done():
                    continue
                if isinstance(outcome, _Failed):
                    waiting.result.set_exception(outcome.error)
                    waiting.result.exception()  # who no longer waits need not be told
                else:
                    waiting.result.set_result(outcome)

    async def _persist(self, batch: list[_Waiting]) -> list[Any]:
        """The outcomes of a batch, tried until the database takes it or the batcher closes."""
        loop = asyncio.get_running_loop()
        outcomes: list[Any] = []
        pause = FIRST_PAUSE_S
        while len(outcomes) < len(batch):
            try:
                await loop.run_in_executor(self._thread, self._commit, batch, outcomes)
            except LodestoneError as error:
                if not self.failing:
                    log.warning("%s; trying again until it can be written", error)
                self.failing = True
                if self._closing:
                    return [*outcomes, *[_Failed(error)] * (len(batch) - len(outcomes))]
                await self._sleep(pause)
                pause = min(LONGEST_PAUSE_S, 2 * pause)
        if self.failing:
            log.warning("the database can be written again")
        self.failing = False
        return outcomes

    def _commit(self, batch: list[_Waiting], outcomes: list[Any]) -> None:
        """Add the operations' results: of one transaction if none fails, else of one for each.

        Raises:
            LodestoneError: the database is in trouble; what has no outcome yet is not written.
        """
        if len(batch) > 1 and not outcomes:
            durable = any(waiting.durable for waiting in batch)
            try:
                with self.database.writing(durable=durable) as session:
                    found = [waiting.operation(session) for waiting in batch]
            except Exception as error:
                if is_trouble(error):
                    raise
            else:
                outcomes.extend(found)
                return
        for waiting in batch[len(outcomes) :]:
            try:
                with self.database.writing(durable=waiting.durable) as session:
                    outcome = waiting.operation(session)
            except Exception as error:
                if is_trouble(error):
                    raise
                outcome = _Failed(error)
            outcomes.append(outcome)

    def _read(self, operation: Operation[T]) -> T:
        with self.database.reading() as session:
            return operation(session)


@dataclass(frozen=True, slots=True)
class _Failed:
    error: Exception


def is_trouble(error: BaseException) -> bool:
    """Whether the database was locked, full or gone, so that the same may succeed later."""
    if isinstance(error, StorageError):
        return True
    from sqlalchemy.exc import InterfaceError, OperationalError

    return isinstance(error, JournalError) and isinstance(
        error.__cause__, (OperationalError, InterfaceError)
    )
