"""Who did what: the chain's events, as people read them."""

from __future__ import annotations

from sqlalchemy import select

from bot.journal.review.records import EventRecord
from bot.journal.schema import EventRow
from bot.journal.vault import Work


def read_events(
    work: Work, *, kind: str | None, before: int | None, limit: int
) -> tuple[EventRecord, ...]:
    """The newest events, newest first."""
    query = select(
        *(EventRow.number, EventRow.at, EventRow.kind, EventRow.subject),
        *(EventRow.actor, EventRow.detail),
    ).order_by(EventRow.number.desc())
    if kind is not None:
        query = query.where(EventRow.kind == kind)
    if before is not None:
        query = query.where(EventRow.number < before)
    rows = work.session.execute(query.limit(limit)).mappings()
    return tuple(EventRecord.model_validate(dict(row)) for row in rows)
