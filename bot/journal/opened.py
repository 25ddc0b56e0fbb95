"""A journal at hand: its database, its key, its clock; what is done with it is told elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self

from bot.database import Database
from bot.database.opening import LOCK_TIMEOUT_S

if TYPE_CHECKING:
    from pathlib import Path

    from bot.journal.vault import Vault
    from corpus import Library


def _now() -> datetime:
    return datetime.now(UTC)


class Opened:
    """The part of `Journal` that holds the database; nothing is opened before it is used.

    Args:
        database: the database, or the address of one that the journal opens for itself.
        clock: the time now, aware.
        key: the master key, at least 32 characters; None: it is in `key_file`.
        key_file: that file, made when the first turn is written; None: `journal.key` beside a
            SQLite database. PostgreSQL needs one of the two.
        library: the documents, so that a turn is written down with the hashes of its passages and
            whether its quotes stood; None: without.
        lock_timeout_s: seconds to wait for another process's write, where an address is given.
    """

    def __init__(
        self,
        database: Database | str,
        *,
        clock: Callable[[], datetime] = _now,
        key: str | None = None,
        key_file: Path | None = None,
        library: Library | None = None,
        lock_timeout_s: float = LOCK_TIMEOUT_S,
    ) -> None:
        if isinstance(database, str):
            database = Database(database, lock_timeout_s=lock_timeout_s)
        self.database = database
        self.library = library
        self.clock = clock
        self._key = key
        self._key_file = key_file
        self._opened: Vault | None = None

    def close(self) -> None:
        """Give the connections back; the journal opens again when it is next used."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def vault(self) -> Vault:
        """The database with its keys; for this package, and for what else is sealed with them."""
        from bot.journal.vault import Vault

        if self._opened is None:
            self._opened = Vault(
                self.database, clock=self.clock, key=self._key, key_file=self._key_file
            )
        return self._opened
