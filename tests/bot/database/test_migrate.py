from __future__ import annotations

import importlib
import pkgutil
from contextlib import suppress

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

import bot
from bot.database import Database
from bot.database.migrate import VERSION_TABLE, known_versions
from bot.database.tables import Base


@pytest.fixture(autouse=True, scope="module")
def all_tables() -> None:
    """Every part's tables: whatever module of the bot is called `schema`."""
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if module.name.endswith(".schema"):
            importlib.import_module(module.name)


def test_the_migrations_make_just_the_tables_that_the_code_works_with(database: Database) -> None:
    with database.writing() as session:
        context = MigrationContext.configure(
            session.connection(),
            opts={"version_table": VERSION_TABLE, "include_object": _is_ours},
        )
        assert compare_metadata(context, Base.metadata) == []


def _is_ours(_thing: object, name: str | None, kind: str, reflected: bool, _mate: object) -> bool:
    """The hidden tables of SQLite's full-text search belong to no model."""
    return not (kind == "table" and reflected and name is not None and "_fts" in name)


def test_the_version_is_the_last_migrations(database: Database) -> None:
    with database.reading() as session:
        found = session.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608
    assert found == known_versions()[-1]


def test_the_migrations_are_one_line_without_gaps() -> None:
    assert [int(version) for version in known_versions()] == list(
        range(1, len(known_versions()) + 1)
    )


def test_an_upgrade_that_fails_leaves_nothing_behind(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.database import migrate

    run = migrate._upgrade

    def fail_after(connection: object) -> None:
        run(connection)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(migrate, "_upgrade", fail_after)
    with suppress(KeyboardInterrupt), database.writing():
        pass
    monkeypatch.undo()
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM journal_turns")) == 0
