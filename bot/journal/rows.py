"""What differs between the databases, and what a query of any columns is, for signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Row, Select
from sqlalchemy.orm import DeclarativeBase, Session

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnySelect: TypeAlias = Select[*tuple[Any, ...]]


def is_sqlite(session: Session) -> bool:
    """Which of the two databases this is."""
    return session.get_bind().dialect.name == "sqlite"


def insert_or(
    table: type[DeclarativeBase], *, sqlite_wanted: bool
) -> sqlite.Insert | postgresql.Insert:
    """An insert that can say what to do about a row that is there already."""
    # Each takes a while to load, and a process works with one of them.
    if sqlite_wanted:
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)
