"""Insert a row or change the one that is there, in one statement on both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.database.tables import Base


def upsert(
    session: Session, table: type[Base], values: Mapping[str, Any], changes: Mapping[str, Any]
) -> None:
    """Insert `values`; where the key is there already, set `changes` instead.

    Without changes the row that is there stays as it is.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(dict(values))
    keys = [column.name for column in inspect(table).primary_key]
    if changes:
        statement = statement.on_conflict_do_update(index_elements=keys, set_=dict(changes))
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    session.execute(statement)


def insert_missing(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; of those whose key is there already, what is there stays."""
    if rows:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        statement = dialect.insert(table).on_conflict_do_nothing()
        session.execute(statement, [dict(row) for row in rows])
