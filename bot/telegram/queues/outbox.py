"""Letters, from when they are written until they are sent: kept, claimed, counted off, pruned."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    Row,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from bot.database.tables import UtcDateTime, table_of
from bot.telegram.queues.leases import LEASE, changed, free_rows_of, held, renew
from bot.telegram.queues.letters import Letter, Place
from bot.telegram.queues.schema import OutboxRow

KEPT = timedelta(days=3)
"""How long it is remembered which message answered which: Telegram lets people edit for two."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A letter that is this process's to send; `position` of its messages are out already."""

    number: int
    letter: Letter
    position: int
    attempts: int
    message_ids: tuple[int, ...]
    created_at: datetime


class Ended(NamedTuple):
    """A letter that is out under these numbers, or given up for a reason."""

    number: int
    message_ids: tuple[int, ...]
    failure: str | None = None


class Outbox:
    """The outbox of one bot, as one worker sees it. Each method is part of a transaction.

    The letters of a chat go out in the order they were written.

    Args:
        bot_id: whose letters.
        worker: the name under which rows are leased; no two processes have the same.
        clock: the time now, aware.
    """

    def __init__(self, bot_id: int, worker: str, clock: Callable[[], datetime]) -> None:
        self._bot_id = bot_id
        self._worker = worker
        self._clock = clock

    def add(self, session: Session, letters: Sequence[tuple[int | None, Letter]]) -> list[Parcel]:
        """Keep letters to send, each with the number of the update that it came of.

        Returns:
            Those that may go at once, already taken by this worker: nothing for their chat waits.
        """
        if not letters:
            return []
        now, parcels = self._clock(), list[Parcel]()
        busy = set(
            session.scalars(
                select(OutboxRow.chat_id).where(
                    OutboxRow.bot_id == self._bot_id,
                    OutboxRow.done_at.is_(None),
                    OutboxRow.chat_id.in_({letter.place.chat_id for _, letter in letters}),
                )
            )
        )
        rows, may_go = list[dict[str, Any]](), list[bool]()
        for update_id, letter in letters:
            chat_id = letter.place.chat_id
            may_go.append(chat_id not in busy)
            busy.add(chat_id)
            rows.append(
                {
                    "bot_id": self._bot_id,
                    "update_id": update_id,
                    "chat_id": chat_id,
                    "user_id": letter.user_id,
                    "payload": letter.model_dump_json(exclude_defaults=True),
                    "position": 0,
                    "message_ids": "[]",
                    "answers": letter.answers,
                    "ref": letter.ref,
                    "created_at": now,
                    "due_at": now,
                    "attempts": 0,
                    "leased_by": self._worker if may_go[-1] else None,
                    "leased_until": now + LEASE if may_go[-1] else None,
                }
            )
        numbers = session.connection().execute(_ADD, rows).scalars()
        for number, goes, (_, letter) in zip(numbers, may_go, letters, strict=True):
            if goes:
                parcels.append(Parcel(number, letter, 0, 0, (), now))
        return parcels

    def claim(self, session: Session, most: int) -> list[Parcel]:
        """Take letters to send, of each chat only the oldest."""
        if most <= 0:
            return []
        now, table = self._clock(), table_of(OutboxRow)
        rows = session.execute(_HEADS, {"bot": self._bot_id, "now": now, "most": most}).all()
        if rows:
            session.execute(
                update(table)
                .where(table.c.number.in_([row.number for row in rows]))
                .values(leased_by=self._worker, leased_until=now + LEASE)
            )
        return [_parcel(row) for row in rows]

    def more(self, session: Session) -> bool:
        """Whether any letter waits for a worker, be it its turn or not."""
        return session.scalar(_WAITING, {"bot": self._bot_id}) is not None

    def progress(
        self, session: Session, number: int, letter: Letter, message_ids: Sequence[int]
    ) -> None:
        """So many of the letter's messages are out; the letter may have been mended meanwhile."""
        changed(
            session,
            update(OutboxRow)
            .where(held(OutboxRow, self._worker, number))
            .values(
                position=len(message_ids),
                message_ids=json.dumps(list(message_ids)),
                chat_id=letter.place.chat_id,
                payload=letter.model_dump_json(exclude_defaults=True),
                attempts=0,
            ),
        )

    def finish_all(self, session: Session, ended: Sequence[Ended]) -> None:
        """These letters are out, or given up for a reason; their text goes."""
        table = table_of(OutboxRow)
        session.execute(
            update(table)
            .where(table.c.number == bindparam("ended_number"))
            .values(
                done_at=self._clock(), payload=None, leased_by=None, leased_until=None,
                failure=bindparam("ended_failure"), message_ids=bindparam("ended_ids"),
                position=bindparam("ended_position"),
            ),
            [
                {
                    "ended_number": letter.number,
                    "ended_failure": letter.failure,
                    "ended_ids": json.dumps(letter.message_ids),
                    "ended_position": len(letter.message_ids),
                }
                for letter in ended
            ],
        )  # fmt: skip

    def postpone(self, session: Session, number: int, *, after: timedelta, attempts: int) -> None:
        """Try again from then on; the chat's other letters wait behind it."""
        changed(
            session,
            update(OutboxRow)
            .where(held(OutboxRow, self._worker, number))
            .values(due_at=self._clock() + after, attempts=attempts, leased_by=None,
                    leased_until=None),
        )  # fmt: skip

    def move(self, session: Session, old: int, new: int) -> None:
        """A group became a supergroup: what waits for it goes there."""
        for row in session.scalars(
            select(OutboxRow).where(OutboxRow.chat_id == old, OutboxRow.done_at.is_(None))
        ):
            row.chat_id = new

    def renew(self, session: Session) -> None:
        """Keep what this worker holds."""
        renew(session, OutboxRow, self._worker, self._clock())

    def let_go(self, session: Session) -> None:
        """Give back all that this worker holds."""
        free_rows_of(session, OutboxRow, [self._worker])

    def free_rows_of(self, session: Session, workers: list[str]) -> int:
        """Let go of what workers hold that have ended."""
        return free_rows_of(session, OutboxRow, workers)

    def holders(self, session: Session) -> list[str]:
        """The other workers that hold letters."""
        found = select(OutboxRow.leased_by).distinct().where(
            OutboxRow.done_at.is_(None), OutboxRow.leased_by.is_not(None),
            OutboxRow.leased_by != self._worker,
        )  # fmt: skip
        return [name for name in session.scalars(found) if name]

    def answers_to(self, session: Session, chat_id: int, message_id: int) -> list[int]:
        """Our messages that answered one, as long as that is remembered; oldest first."""
        rows = session.scalars(
            select(OutboxRow.message_ids)
            .where(OutboxRow.chat_id == chat_id, OutboxRow.answers == message_id)
            .order_by(OutboxRow.number)
        )
        return [number for row in rows for number in json.loads(row)]

    def is_answering(self, session: Session, chat_id: int, message_id: int) -> bool:
        """Whether a letter that answers a message still waits to be sent."""
        waiting = select(OutboxRow.number).where(
            OutboxRow.chat_id == chat_id, OutboxRow.answers == message_id,
            OutboxRow.done_at.is_(None),
        )  # fmt: skip
        return session.scalar(waiting.limit(1)) is not None

    def next_due(self, session: Session) -> datetime | None:
        """When the next letter that waits for its time is due."""
        return session.scalar(
            select(func.min(OutboxRow.due_at)).where(
                OutboxRow.bot_id == self._bot_id,
                OutboxRow.done_at.is_(None),
                OutboxRow.leased_by.is_(None),
            )
        )

    def prune(self, session: Session) -> int:
        """Forget letters that were sent long ago."""
        old = OutboxRow.done_at < self._clock() - KEPT
        result: Any = session.execute(delete(OutboxRow).where(old))
        return int(result.rowcount)

    def forget(self, session: Session, user_id: int) -> int:
        """Remove a person's letters, sent or not."""
        theirs = and_(OutboxRow.bot_id == self._bot_id, OutboxRow.user_id == user_id)
        result: Any = session.execute(delete(OutboxRow).where(theirs))
        return int(result.rowcount)

    def figures(self, session: Session) -> dict[str, int]:
        """How many letters wait, and of those kept how many were sent and given up."""
        ours = OutboxRow.bot_id == self._bot_id
        done = OutboxRow.done_at.is_not(None)
        count = select(func.count())
        return {
            "waiting": session.scalar(count.where(ours, ~done)) or 0,
            "sent": session.scalar(count.where(ours, done, OutboxRow.failure.is_(None))) or 0,
            "given_up": session.scalar(
                count.where(ours, done, or_(OutboxRow.failure.is_not(None)))
            ) or 0,
        }  # fmt: skip


def _heads() -> Select[Any]:
    """Free letters that are the oldest of their chat."""
    table = table_of(OutboxRow)
    other, now = table.alias("other"), bindparam("now", type_=UtcDateTime)
    ahead = exists().where(
        other.c.bot_id == table.c.bot_id,
        other.c.chat_id == table.c.chat_id,
        other.c.done_at.is_(None),
        other.c.number < table.c.number,
    )
    return (
        select(table)
        .where(
            table.c.bot_id == bindparam("bot"),
            table.c.done_at.is_(None),
            table.c.due_at <= now,
            or_(table.c.leased_until.is_(None), table.c.leased_until < now),
            ~ahead,
        )
        .order_by(table.c.number)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=table)
    )


_HEADS = _heads()
_ADD = insert(table_of(OutboxRow)).returning(
    table_of(OutboxRow).c.number, sort_by_parameter_order=True
)
_WAITING = (
    select(OutboxRow.number)
    .where(
        OutboxRow.bot_id == bindparam("bot"),
        OutboxRow.done_at.is_(None),
        OutboxRow.leased_by.is_(None),
    )
    .limit(1)
)


def _parcel(row: Row[Any]) -> Parcel:
    letter = Letter.model_validate_json(row.payload or "{}")
    if letter.place.chat_id != row.chat_id:
        # The chat has become another meanwhile, where its old messages have other numbers.
        letter = letter.model_copy(update={"place": Place(row.chat_id), "edits": None})
    return Parcel(
        number=row.number,
        letter=letter,
        position=row.position,
        attempts=row.attempts,
        message_ids=tuple(json.loads(row.message_ids)),
        created_at=row.created_at,
    )
