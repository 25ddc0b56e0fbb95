"""Who judges what next: the queue, the leases, the assignments, how far everybody has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import ColumnElement, case, func, or_, select, tuple_, update

from bot.journal.review.items import (
    MOST,
    all_items,
    is_leased,
    narrowed,
    one_item,
    read_item,
    read_items,
)
from bot.journal.review.records import Filters, Item, Lease, Page, Progress, State
from bot.journal.review.schema import ItemRow, ReviewRow
from bot.journal.risk import load_risk
from bot.journal.rows import AnySelect
from bot.journal.vault import Work
from corpus.errors import ConflictError

_CANDIDATES = 20
"""Looked at in one go for one that is free; others are held by as many reviewers."""


def read_queue(
    work: Work, filters: Filters, *, reviewer: str, after: str | None, limit: int
) -> Page:
    """What waits, most urgent first."""
    query = narrowed(_waiting(all_items(), reviewer), work, filters, reviewer)
    if query is None:
        return Page(items=())
    query = _from(query, after)
    size = max(1, min(limit, MOST))
    query = query.order_by(ItemRow.urgency.desc(), ItemRow.turn_number.desc())
    rows = work.session.execute(query.limit(size + 1)).all()
    shown = rows[:size]
    more = f"{shown[-1].urgency}.{shown[-1].turn_number}" if len(rows) > size else None
    return Page(items=read_items(work, shown, reviewer), after=more)


def read_search(
    work: Work, filters: Filters, *, reviewer: str, after: str | None, limit: int
) -> Page:
    """Turns that fit, newest first."""
    query = narrowed(all_items(), work, filters, reviewer)
    if query is None:
        return Page(items=())
    if (place := _place(after, 1)) is not None:
        query = query.where(ItemRow.turn_number < place[0])
    size = max(1, min(limit, MOST))
    rows = work.session.execute(query.order_by(ItemRow.turn_number.desc()).limit(size + 1)).all()
    shown = rows[:size]
    more = str(shown[-1].turn_number) if len(rows) > size else None
    return Page(items=read_items(work, shown, reviewer), after=more)


def take_next(
    work: Work, filters: Filters, *, reviewer: str, after: str | None = None
) -> Item | None:
    """Lease the most urgent one that is free: first those assigned to the reviewer."""
    free = or_(
        *(ItemRow.leased_by.is_(None), ItemRow.leased_by == reviewer),
        ItemRow.leased_until <= work.now,
    )
    for whose in (ItemRow.assigned_to == reviewer, ItemRow.assigned_to.is_(None)):
        query = narrowed(_waiting(all_items(), reviewer), work, filters, reviewer)
        if query is None:
            return None
        query = _from(query.where(whose, free), after)
        query = query.order_by(ItemRow.urgency.desc(), ItemRow.turn_number.desc())
        row = work.session.execute(
            query.limit(1).with_for_update(of=ItemRow, skip_locked=True)
        ).one_or_none()
        if row is not None:
            until = _lease(work, row.turn_number, reviewer)
            item = read_item(work, row, reviewer)
            return item.model_copy(update={"leased_by": reviewer, "leased_until": until})
    return None


def claim(work: Work, turn_id: str, *, reviewer: str) -> Lease:
    """Lease one turn, or prolong one's lease."""
    row = one_item(work, turn_id, to_change=True)
    if is_leased(row, work.now) and row.leased_by != reviewer:
        raise held(row.leased_by, row.leased_until)
    until = _lease(work, row.turn_number, reviewer)
    return Lease(turn_id=turn_id, reviewer=reviewer, until=until)


def release(work: Work, turn_id: str, *, reviewer: str) -> None:
    """End one's lease."""
    row = one_item(work, turn_id, to_change=True)
    if row.leased_by == reviewer:
        _change(work, row.turn_number, leased_by=None, leased_until=None)


def assign(work: Work, turn_id: str, to: str | None, *, by: str) -> None:
    """Say who shall judge a turn."""
    row = one_item(work, turn_id, to_change=True)
    _change(work, row.turn_number, assigned_to=to)
    work.note("assigned", turn_id, actor=by, detail=to or "")


def held(by: str, until: datetime) -> ConflictError:
    """Another reviewer has the turn."""
    return ConflictError(
        f"{by} is judging this turn until {until.astimezone(UTC):%H:%M} UTC: take another, or wait"
    )


def count_waiting(work: Work, *, reviewer: str) -> int:
    """How many turns wait that this reviewer may judge."""
    query = _waiting(select(func.count()).select_from(ItemRow), reviewer)
    return int(work.session.scalar(query) or 0)


def read_progress(work: Work) -> tuple[Progress, ...]:
    """How far each has come."""
    today = datetime.combine(work.now.astimezone(UTC).date(), time(), UTC)
    week = today - timedelta(days=6)

    def since(moment: datetime) -> ColumnElement[int]:
        return func.sum(case((ReviewRow.at >= moment, 1), else_=0))

    done = work.session.execute(
        select(ReviewRow.reviewer, func.count(), since(today), since(week)).group_by(
            ReviewRow.reviewer
        )
    ).all()
    assigned = _by_name(
        work,
        select(ItemRow.assigned_to, func.count())
        .where(ItemRow.assigned_to.is_not(None), ItemRow.urgency > 0)
        .group_by(ItemRow.assigned_to),
    )
    leased = _by_name(
        work,
        select(ItemRow.leased_by, func.count())
        .where(ItemRow.leased_by.is_not(None), ItemRow.leased_until > work.now)
        .group_by(ItemRow.leased_by),
    )
    counts = {name: (total, day, days) for name, total, day, days in done}
    names = counts.keys() | assigned.keys() | leased.keys()
    return tuple(
        Progress(
            reviewer=name,
            total=counts.get(name, (0, 0, 0))[0],
            today=counts.get(name, (0, 0, 0))[1],
            week=counts.get(name, (0, 0, 0))[2],
            assigned=assigned.get(name, 0),
            leased=leased.get(name, 0),
        )
        for name in sorted(names, key=lambda one: (-counts.get(one, (0, 0, 0))[0], one))
    )


def _by_name(work: Work, query: AnySelect) -> dict[str, int]:
    return dict(work.session.execute(query).tuples().all())


def _waiting(query: AnySelect, reviewer: str) -> AnySelect:
    """Nobody's second review is their own."""
    return query.where(
        ItemRow.urgency > 0,
        or_(ItemRow.state != State.SECOND, ItemRow.first_reviewer != reviewer),
    )


def _from(query: AnySelect, after: str | None) -> AnySelect:
    """Go on below a place in the queue."""
    place = _place(after, 2)
    if place is None:
        return query
    return query.where(tuple_(ItemRow.urgency, ItemRow.turn_number) < tuple_(*place))


def _lease(work: Work, number: int, reviewer: str) -> datetime:
    until = work.now + timedelta(minutes=load_risk().lease_minutes)
    _change(work, number, leased_by=reviewer, leased_until=until)
    return until


def _change(work: Work, number: int, **values: object) -> None:
    work.session.execute(update(ItemRow).where(ItemRow.turn_number == number).values(**values))


def _place(after: str | None, parts: int) -> Sequence[int] | None:
    """Where a page goes on; what is no place begins at the top."""
    numbers = (after or "").split(".")
    if len(numbers) != parts or not all(one.isascii() and one.isdigit() for one in numbers):
        return None
    return [min(int(one), 2**63 - 1) for one in numbers]
