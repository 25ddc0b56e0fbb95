"""Databases for tests: what is kept must be kept alike in SQLite and in PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from bot.database import Database
from tests import postgresql

BOTH = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL server's address. Where there is none to start, its tests are left out."""
    if postgresql.programs() is None:
        # On a machine that decides what lands, leaving them out would be a lie.
        assert not os.environ.get("CI"), "PostgreSQL is not installed: apt-get install postgresql"
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    with postgresql.server() as address:
        yield address


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of the test's own, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'home' / 'journal.db'}"
    return new_database(request.getfixturevalue("postgresql_server"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database of the test's own, of each kind in turn."""
    with closing(Database(database_url, lock_timeout_s=10)) as opened:
        yield opened


def bytes_in(folder: Path, pattern: str) -> bytes:
    """All that stands in a database's files, to be searched for what should not."""
    found = [file.read_bytes() for file in folder.glob(pattern)]
    assert found
    return b"".join(found)


def new_database(server: str) -> str:
    """Make an empty database on a PostgreSQL server.

    Returns:
        The database's address.
    """
    import psycopg

    name = f"test_{uuid4().hex}"
    address = server.replace("+psycopg", "") + "postgres"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    return server + name
