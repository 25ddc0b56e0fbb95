"""An engine for SQLite or PostgreSQL: addresses read, transactions begun, errors in one line."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

from corpus.errors import JournalError, LodestoneError, StorageError

_BEGIN = "lodestone_begin"
_DURABLE = "lodestone_durable"
_SYNCHRONOUS = {True: "FULL", False: "NORMAL"}
_RETRY_S = 0.02
_ACCEPTED = "use sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME in LODESTONE_DATABASE_URL"


def open_engine(address: str, *, lock_timeout_s: float) -> Engine:
    """Read the address; nothing is opened yet.

    Raises:
        JournalError: no address of a SQLite file or a PostgreSQL database, or no driver for it.
    """
    try:
        url = make_url(address)
        backend = url.get_backend_name()
        if backend == "sqlite":
            return _sqlite_engine(url, lock_timeout_s)
        if backend == "postgresql" and not url.get_dialect().is_async:
            return _postgresql_engine(url)
    except ModuleNotFoundError as error:
        raise JournalError(
            f'no driver "{error.name}" for the journal\'s PostgreSQL: '
            'pip install "lodestone[postgresql]"'
        ) from error
    except (SQLAlchemyError, ValueError, NoSuchModuleError) as error:
        # The address may hold a password, so it is not repeated.
        raise JournalError(
            f"the journal's database has no readable address: {_ACCEPTED}"
        ) from error
    raise JournalError(f'no journal can be kept in "{url.drivername}": {_ACCEPTED}')


def sqlite_file(url: URL) -> Path | None:
    """The file of a SQLite database; None: a server, or an address in SQLite's URI form."""
    named = url.database or ""
    if url.get_backend_name() != "sqlite" or named.startswith("file:"):
        return None
    return Path(named)


def use_write_ahead_log(engine: Engine, *, lock_timeout_s: float) -> None:
    """Let readers read while one process writes. SQLite only; PostgreSQL always does.

    SQLite remembers it in the file, but a copy made with VACUUM INTO has forgotten it.
    """
    if engine.dialect.name != "sqlite":
        return
    give_up = time.monotonic() + lock_timeout_s
    with closing(engine.raw_connection()) as connection:
        while True:
            try:
                connection.cursor().execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                # SQLite does not always wait here for another process that does the same.
                if _sqlite_code(error) != "SQLITE_BUSY" or time.monotonic() > give_up:
                    raise
                time.sleep(_RETRY_S)
            else:
                return


def writing(engine: Engine, *, durable: bool = True) -> Engine:
    """The same engine for transactions that write; `durable`: waiting for the disk."""
    # A SQLite transaction that begins by reading cannot wait its turn to write: it fails at once.
    return engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE", _DURABLE: durable})


def make_file(url: URL) -> None:
    """Make a SQLite database's folder and empty file, readable by its owner alone.

    Raises:
        StorageError: the disk refuses.
    """
    file = sqlite_file(url)
    if file is None or file.exists():
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
    except OSError as error:
        raise StorageError(
            f"the journal {file} cannot be made ({error.strerror}): make its folder writable, or "
            "set LODESTONE_HOME to another"
        ) from error


def place(url: URL) -> str:
    """Where the database is, as shown to people: no password."""
    file = sqlite_file(url)
    return str(file) if file else url.render_as_string(hide_password=True)


@contextmanager
def explained(url: URL) -> Iterator[None]:
    """Turn the database's errors into ours, with the remedy."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise _explanation(error, place(url)) from error


def _sqlite_engine(url: URL, lock_timeout_s: float) -> Engine:
    if url.get_dialect().is_async:
        raise JournalError(f'no journal can be kept through "{url.drivername}": {_ACCEPTED}')
    if url.database in {None, "", ":memory:"}:
        raise JournalError(f"the journal needs a file, not a database in memory: {_ACCEPTED}")
    engine = create_engine(url, connect_args={"timeout": lock_timeout_s})

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _record: object) -> None:
        # Python's driver would begin transactions by its own rules; see `_begin`.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        # What is deleted is overwritten; most builds of SQLite do so only when told.
        connection.execute("PRAGMA secure_delete = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        durable = options.get(_DURABLE, True)
        if connection.info.get(_DURABLE, True) is not durable:
            connection.exec_driver_sql(f"PRAGMA synchronous = {_SYNCHRONOUS[durable]}")
            connection.info[_DURABLE] = durable
        connection.exec_driver_sql(options.get(_BEGIN, "BEGIN"))

    return engine


def _postgresql_engine(url: URL) -> Engine:
    engine = create_engine(url, pool_pre_ping=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if not connection.get_execution_options().get(_DURABLE, True):
            connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")

    return engine


_EXPLANATIONS: tuple[tuple[str, type[LodestoneError], str], ...] = (
    (
        "SQLITE_BUSY SQLITE_LOCKED",
        StorageError,
        "is locked by another process: wait until that is done, or end it, then try again",
    ),
    (
        "SQLITE_READONLY SQLITE_PERM",
        StorageError,
        "is read-only: make the file and its folder writable, or set LODESTONE_HOME to another",
    ),
    ("SQLITE_FULL", StorageError, "has no room left: free some space on its disk, then try again"),
    (
        "SQLITE_CANTOPEN",
        StorageError,
        "cannot be opened: see that it is a file in a writable folder, or set LODESTONE_HOME",
    ),
    (
        "SQLITE_IOERR",
        StorageError,
        "cannot be read or written: see to its disk (is it full or failing?), then try again",
    ),
    (
        "SQLITE_NOTADB SQLITE_CORRUPT",
        JournalError,
        "is damaged or no SQLite database, and is left untouched: move it aside and put a backup "
        "in its place, or set LODESTONE_HOME to another folder",
    ),
)
"""SQLite's own error names; an extended one, as SQLITE_IOERR_WRITE, begins with one of them."""


def _explanation(error: Exception, where: str) -> LodestoneError:
    origin: Any = error.orig if isinstance(error, DBAPIError) else error
    code = _sqlite_code(origin)
    for names, kind, sentence in _EXPLANATIONS:
        if any(code == name or code.startswith(f"{name}_") for name in names.split()):
            return kind(f"the journal {where} {sentence}")
    reason = " ".join(str(origin).split()) or type(origin).__name__
    return JournalError(
        f"the journal {where} failed ({reason}): see that the database is running and that "
        "LODESTONE_DATABASE_URL is right"
    )


def _sqlite_code(error: object) -> str:
    return str(getattr(error, "sqlite_errorname", ""))
