"""Insert a row or change the one that is there, in one statement on both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.database.tables import Base, table_of

_CHANGED = "changed_"


def upsert(
    session: Session, table: type[Base], values: Mapping[str, Any], changes: Mapping[str, Any]
) -> None:
    """Insert `values`; where the key is there already, set `changes` instead.

    Without changes the row that is there stays as it is.
    """
    upsert_all(session, table, [(values, changes)])


def upsert_all(
    session: Session,
    table: type[Base],
    rows: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]],
    *,
    add: str | None = None,
) -> None:
    """The same for many rows, each with its values and changes, all of the same columns.

    Args:
        session: the transaction.
        table: where to.
        rows: each row's values and changes.
        add: a column whose change is added to what is there.
    """
    if rows:
        changed = tuple(rows[0][1])
        statement = _statement(session.get_bind().dialect.name, table, changed, add)
        told = [
            {**values, **{_CHANGED + name: value for name, value in changes.items()}}
            for values, changes in rows
        ]
        session.connection().execute(statement, told)


def insert_missing(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; of those whose key is there already, what is there stays."""
    upsert_all(session, table, [(row, {}) for row in rows])


@lru_cache(maxsize=64)
def _statement(dialect: str, table: type[Base], changed: tuple[str, ...], add: str | None) -> Any:  # noqa: ANN401 - each database's own kind of insert
    """Made once for each kind of change: making it costs as much as running it."""
    module = postgresql if dialect == "postgresql" else sqlite
    columns = table_of(table).c
    statement = module.insert(table_of(table))
    keys = [column.name for column in inspect(table).primary_key]
    if not changed:
        return statement.on_conflict_do_nothing(index_elements=keys)
    changes = {
        name: columns[name] + value if name == add else value
        for name in changed
        for value in (bindparam(_CHANGED + name, type_=columns[name].type),)
    }
    return statement.on_conflict_do_update(index_elements=keys, set_=changes)
