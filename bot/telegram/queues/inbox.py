"""Updates, from when they are received until they are done: kept, claimed, finished, pruned."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.database.tables import UtcDateTime, table_of
from bot.telegram.queues.leases import LEASE, changed, free_rows_of, held, renew
from bot.telegram.queues.schema import InboxRow
from bot.telegram.queues.updates import URGENT, USUAL, Received, Task

KEPT = timedelta(days=8)
"""How long the number of an update is remembered. Telegram delivers again for a day, and begins
with other numbers after a week of silence."""


class LostLeaseError(Exception):
    """The row is no longer this worker's: another has it, or has done it."""


class Inbox:
    """The inbox of one bot, as one worker sees it. Each method is part of a transaction.

    Args:
        bot_id: whose updates.
        worker: the name under which rows are leased; no two processes have the same.
        clock: the time now, aware.
    """

    def __init__(self, bot_id: int, worker: str, clock: Callable[[], datetime]) -> None:
        self._bot_id = bot_id
        self._worker = worker
        self._clock = clock

    def put(self, session: Session, updates: Iterable[Received]) -> int:
        """Keep updates; those that are there already are dropped. How many were new."""
        now = self._clock()
        rows = [
            {
                "bot_id": self._bot_id,
                "update_id": received.update_id,
                "kind": received.kind,
                "lane": received.lane,
                "urgency": received.urgency,
                "chat_id": received.chat_id,
                "user_id": received.user_id,
                "payload": received.payload,
                "received_at": now,
                "due_at": now,
                "attempts": 0,
            }
            for received in updates
        ]
        if not rows:
            return 0
        statement = _PUT[session.get_bind().dialect.name]
        return len(session.connection().execute(statement, rows).all())

    def claim(self, session: Session, *, usual: int, urgent: int) -> list[Task]:
        """Take free updates to work on, the urgent first: of each lane only its oldest.

        Args:
            session: the transaction.
            usual: at most so many that are in turn.
            urgent: at most so many that overtake.
        """
        now = self._clock()
        rows = [
            *self._heads(session, URGENT, urgent, now),
            *self._heads(session, USUAL, usual, now),
        ]
        if not rows:
            return []
        table = table_of(InboxRow)
        session.execute(
            update(table)
            .where(table.c.number.in_([row.number for row in rows]))
            .values(leased_by=self._worker, leased_until=now + LEASE, attempts=table.c.attempts + 1)
        )
        return [
            Task(
                number=row.number,
                update_id=row.update_id,
                kind=row.kind,
                chat_id=row.chat_id,
                user_id=row.user_id,
                urgency=row.urgency,
                attempts=row.attempts + 1,
                received_at=row.received_at,
                payload=row.payload or "{}",
                notes=json.loads(row.notes) if row.notes else {},
            )
            for row in rows
        ]

    def finish_all(self, session: Session, numbers: Collection[int]) -> set[int]:
        """These updates are done; what they said, who and where goes, their number stays.

        Returns:
            Those that were still this worker's; the others another will do, or has done.
        """
        done = (
            update(InboxRow)
            .where(
                InboxRow.number.in_(numbers),
                InboxRow.leased_by == self._worker,
                InboxRow.done_at.is_(None),
            )
            .values(
                done_at=self._clock(),
                payload=None,
                notes=None,
                leased_by=None,
                leased_until=None,
                chat_id=None,
                user_id=None,
                lane=None,
            )
            .returning(InboxRow.number)
            .execution_options(synchronize_session=False)
        )
        return set(session.scalars(done))

    def release(self, session: Session, number: int, *, after: timedelta, counted: bool) -> None:
        """Give the update back, to be worked on again from then on.

        Args:
            session: the transaction.
            number: the row's.
            after: not before so long.
            counted: whether this was an attempt.
        """
        values: dict[str, Any] = {
            "leased_by": None, "leased_until": None, "due_at": self._clock() + after
        }  # fmt: skip
        if not counted:
            values["attempts"] = InboxRow.attempts - 1
        changed(session, update(InboxRow).where(self._mine(number)).values(values))

    def note(self, session: Session, number: int, notes: dict[str, Any]) -> None:
        """Keep notes with the update, for whoever works on it after a crash."""
        changed(
            session,
            update(InboxRow).where(self._mine(number)).values(notes=json.dumps(notes)),
        )

    def renew(self, session: Session) -> list[int]:
        """Keep what this worker holds; the rows among it whose work was cancelled elsewhere."""
        renew(session, InboxRow, self._worker, self._clock())
        cancelled = select(InboxRow.number).where(
            InboxRow.leased_by == self._worker,
            InboxRow.done_at.is_(None),
            InboxRow.cancelled_at.is_not(None),
        )
        return list(session.scalars(cancelled))

    def cancel(
        self, session: Session, chat_id: int, user_id: int, *, before: int
    ) -> tuple[int, list[int]]:
        """Cancel what a person asked in a chat before an update: what waits is done with.

        Returns:
            How many waited, and the rows that are being worked on, whoever does.
        """
        now = self._clock()
        theirs = and_(
            InboxRow.bot_id == self._bot_id,
            InboxRow.chat_id == chat_id,
            InboxRow.user_id == user_id,
            InboxRow.update_id < before,
            InboxRow.kind.in_(["message", "edited_message"]),
            InboxRow.done_at.is_(None),
        )
        waiting = changed(
            session,
            update(InboxRow)
            .where(theirs, or_(InboxRow.leased_until.is_(None), InboxRow.leased_until < now))
            .values(
                done_at=now,
                cancelled_at=now,
                payload=None,
                notes=None,
                chat_id=None,
                user_id=None,
                lane=None,
            ),
        )
        working = list(session.scalars(select(InboxRow.number).where(theirs)))
        if working:
            session.execute(
                update(InboxRow).where(InboxRow.number.in_(working)).values(cancelled_at=now)
            )
        return waiting, working

    def holders(self, session: Session) -> list[str]:
        """The other workers that hold updates."""
        found = select(InboxRow.leased_by).distinct().where(
            InboxRow.done_at.is_(None), InboxRow.leased_by.is_not(None),
            InboxRow.leased_by != self._worker,
        )  # fmt: skip
        return [name for name in session.scalars(found) if name]

    def free_rows_of(self, session: Session, workers: list[str]) -> int:
        """Let go of what workers hold that have ended."""
        return free_rows_of(session, InboxRow, workers)

    def prune(self, session: Session) -> int:
        """Forget updates that were done long ago."""
        old = InboxRow.done_at < self._clock() - KEPT
        result: Any = session.execute(delete(InboxRow).where(old))
        return int(result.rowcount)

    def forget(self, session: Session, user_id: int, *, but: int | None = None) -> int:
        """Remove a person's updates but the one being worked on; of those done nothing is kept."""
        theirs = and_(InboxRow.bot_id == self._bot_id, InboxRow.user_id == user_id)
        gone: Any = session.execute(delete(InboxRow).where(theirs, InboxRow.number != (but or 0)))
        return int(gone.rowcount)

    def figures(self, session: Session) -> dict[str, int]:
        """How many updates wait, are worked on, and were done and are not pruned yet."""
        now = self._clock()
        open_rows = and_(InboxRow.bot_id == self._bot_id, InboxRow.done_at.is_(None))
        leased = InboxRow.leased_until >= now
        waiting = and_(open_rows, or_(InboxRow.leased_until.is_(None), ~leased))
        done = and_(InboxRow.bot_id == self._bot_id, InboxRow.done_at.is_not(None))
        count = select(func.count())
        oldest = session.scalar(select(func.min(InboxRow.received_at)).where(waiting))
        return {
            "waiting": session.scalar(count.where(waiting)) or 0,
            "oldest_seconds": int((now - oldest).total_seconds()) if oldest else 0,
            "in_work": session.scalar(count.where(open_rows, leased)) or 0,
            "done": session.scalar(count.where(done)) or 0,
        }

    def more(self, session: Session) -> bool:
        """Whether any update waits for a worker, be it its turn or not."""
        return session.scalar(_WAITING, {"bot": self._bot_id}) is not None

    def _mine(self, number: int) -> ColumnElement[bool]:
        return held(InboxRow, self._worker, number)

    def _heads(
        self, session: Session, urgency: int, most: int, now: datetime
    ) -> Sequence[Row[Any]]:
        if most <= 0:
            return []
        wanted = {"bot": self._bot_id, "urgency": urgency, "now": now, "most": most}
        return session.execute(_HEADS, wanted).all()


def _heads() -> Select[Any]:
    """Free updates that are the oldest of their lane, with nobody at work in it."""
    table = table_of(InboxRow)
    other, now = table.alias("other"), bindparam("now", type_=UtcDateTime)
    ahead = exists().where(
        other.c.bot_id == table.c.bot_id,
        other.c.lane == table.c.lane,
        other.c.done_at.is_(None),
        other.c.number != table.c.number,
        or_(other.c.update_id < table.c.update_id, other.c.leased_until >= now),
    )
    return (
        select(table)
        .where(
            table.c.bot_id == bindparam("bot"),
            table.c.urgency == bindparam("urgency"),
            table.c.done_at.is_(None),
            table.c.due_at <= now,
            or_(table.c.leased_until.is_(None), table.c.leased_until < now),
            or_(table.c.lane.is_(None), ~ahead),
        )
        .order_by(table.c.update_id)
        .limit(bindparam("most"))
        # Another process skips what this one is just taking; SQLite's writers take turns.
        .with_for_update(skip_locked=True, of=table)
    )


_HEADS = _heads()
_PUT: dict[str, Any] = {
    name: dialect.insert(table_of(InboxRow))
    .on_conflict_do_nothing()
    .returning(table_of(InboxRow).c.number)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_WAITING = (
    select(InboxRow.number)
    .where(
        InboxRow.bot_id == bindparam("bot"),
        InboxRow.done_at.is_(None),
        InboxRow.leased_by.is_(None),
    )
    .limit(1)
)
