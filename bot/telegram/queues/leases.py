"""What both tables share: who works on a row, until when, and how free rows are taken."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Update, and_, update
from sqlalchemy.orm import Session

from bot.telegram.queues.schema import InboxRow, OutboxRow

Row = type[InboxRow] | type[OutboxRow]

LEASE = timedelta(seconds=30)
"""How long a row stays with a process that gives no sign of life; it renews three times as often.

Processes on one machine know sooner when another has ended; see `runtime/identity.py`."""


def held(table: Row, worker: str, number: int) -> ColumnElement[bool]:
    """Whether a row is still this worker's."""
    return and_(table.number == number, table.leased_by == worker, table.done_at.is_(None))


def renew(session: Session, table: Row, worker: str, now: datetime) -> None:
    """Keep what the worker holds for another while."""
    session.execute(
        update(table)
        .where(table.leased_by == worker, table.done_at.is_(None))
        .values(leased_until=now + LEASE)
    )


def free_rows_of(session: Session, table: Row, workers: list[str]) -> int:
    """Let go of what workers hold that have ended; how many rows that were."""
    return changed(
        session,
        update(table)
        .where(table.leased_by.in_(workers), table.done_at.is_(None))
        .values(leased_by=None, leased_until=None),
    )


def changed(session: Session, statement: Update) -> int:
    """Run an update; how many rows it changed."""
    result: CursorResult[Any] = session.execute(statement)  # type: ignore[assignment]
    return result.rowcount
