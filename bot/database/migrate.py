"""Bring a database's tables to the shape this version works with, by Alembic's migrations."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from bot.database.engine import place, writing
from corpus.errors import JournalError

VERSION_TABLE = "lodestone_version"
"""Where Alembic keeps the id of the last migration that was run."""

_FOLDER = Path(__file__).with_name("migrations")
_POSTGRESQL_SETUP_LOCK = 0x10DE570E
"""Any number no other program locks on; held while the tables are made or changed."""


@cache
def known_versions() -> tuple[str, ...]:
    """The migrations of this version, oldest first.

    Their files are called `m0001_what_for.py`; reading the names alone spares the common start,
    with a database that is up to date, from loading Alembic.
    """
    files = (_FOLDER / "versions").glob("m[0-9]*.py")
    return tuple(sorted(file.stem[1:].partition("_")[0] for file in files))


def prepare(engine: Engine) -> None:
    """Make or upgrade the tables; any number of processes may do this at once.

    Raises:
        JournalError: the tables are of a newer version than this.
    """
    with engine.connect() as connection:
        version = _version(connection, engine)
    if version == known_versions()[-1]:
        return
    with writing(engine).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(
                text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRESQL_SETUP_LOCK}
            )
        # Another process may have done it while this one waited.
        if _version(connection, engine) != known_versions()[-1]:
            _upgrade(connection)


def _version(connection: Connection, engine: Engine) -> str | None:
    """The last migration that was run; None: there are no tables yet."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    version: str | None = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608
    if version is not None and version not in known_versions():
        raise JournalError(
            f'the journal {place(engine.url)} has schema "{version}", newer than the '
            f'"{known_versions()[-1]}" that this Lodestone knows: upgrade Lodestone, or set '
            "LODESTONE_DATABASE_URL to another database"
        )
    return version


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    # Alembic reads the path as a template in which a percent sign would begin a name.
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
