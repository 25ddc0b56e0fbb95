"""The rows that the chain speaks for, read back from the database and digested again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Session

from bot.journal import chain
from bot.journal.entry import turn_digest
from bot.journal.review.schema import CorrectionRow, GoldenRow, RelevanceRow, ReviewRow, RunRow
from bot.journal.schema import (
    CitationRow,
    ClaimRow,
    FeedbackRow,
    PassageRow,
    ResultRow,
    TurnRow,
)

Values = Mapping[str, Any]

_TABLES: dict[str, type[Any]] = {
    "turn": TurnRow,
    "feedback": FeedbackRow,
    "result": ResultRow,
    "review": ReviewRow,
    "correction": CorrectionRow,
    "golden": GoldenRow,
    "run": RunRow,
}
ROW_KINDS = tuple(_TABLES)
"""Events of these kinds tell of a row, whose id is the event's subject."""


def ids_now(session: Session, kind: str) -> Iterable[str]:
    """The ids of all rows of a kind."""
    return session.scalars(select(_TABLES[kind].id))


def digests_now(session: Session, kind: str, ids: Sequence[str]) -> dict[str, str]:
    """The digests of the rows of a kind that are there, by id."""
    table = _TABLES[kind]
    rows = _values(session, table, table.id, ids)
    if kind == "turn":
        return _turns(session, rows)
    if kind == "review":
        relevance = _children(session, RelevanceRow, "review_number", "rank", rows)
        return {
            row["id"]: chain.digest((ReviewRow, [row]), (RelevanceRow, relevance(row)))
            for row in rows
        }
    return {row["id"]: chain.digest((table, [row])) for row in rows}


def _turns(session: Session, rows: Sequence[Values]) -> dict[str, str]:
    passages = _children(session, PassageRow, "turn_number", "rank", rows)
    citations = _children(session, CitationRow, "turn_number", "position", rows)
    claims = _children(session, ClaimRow, "turn_number", "position", rows)
    return {row["id"]: turn_digest(row, passages(row), citations(row), claims(row)) for row in rows}


def _children(
    session: Session,
    table: type[DeclarativeBase],
    parent: str,
    place: str,
    rows: Sequence[Values],
) -> Callable[[Values], list[Values]]:
    """The rows that belong to each of these, in the order of their places."""
    found: dict[int, list[Values]] = {}
    numbers = [row["number"] for row in rows]
    for child in _values(session, table, getattr(table, parent), numbers):
        found.setdefault(child[parent], []).append(child)
    for listed in found.values():
        listed.sort(key=lambda child: child[place])
    return lambda row: found.get(row["number"], [])


def _values(
    session: Session,
    table: type[DeclarativeBase],
    column: Any,  # noqa: ANN401 - a mapped column of any table
    wanted: Sequence[object],
) -> list[Values]:
    rows = session.execute(select(*table.__table__.columns).where(column.in_(wanted))).mappings()
    return [dict(row) for row in rows]
