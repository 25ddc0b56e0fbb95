"""Turns are kept for so many days, then dropped; the chain tells which, and still holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from time import sleep

from sqlalchemy import column, delete, exists, select, table

from bot.journal.review.gaps import forget_members
from bot.journal.review.schema import CorrectionRow, GoldenRow, ReviewRow
from bot.journal.schema import EventRow, FeedbackRow, KeyRow, ResultRow, TurnRow
from bot.journal.vault import Vault, Work
from bot.journal.words import forget_turns

RETIRED = "retired"
_AT_ONCE = 500
_MINUTES = [table(name, column("key_id")) for name in ("meetings_meetings", "meetings_entries")]
"""Sealed with the same keys, and kept for as long as their owners want: see bot/meetings."""


def drop_older(vault: Vault, days: int, *, rest_s: float = 0) -> int:
    """Drop turns and results asked for more than so many days ago (whole days, UTC).

    Day counts stay: they tell nothing of anybody. Golden questions stay, and keep their key.

    Returns:
        How many turns were dropped.
    """
    if vault.database.is_missing():
        return 0
    midnight = datetime.combine(vault.clock().astimezone(UTC).date(), time(), UTC)
    before, dropped = midnight - timedelta(days=days), 0
    # In short transactions, since a bot may want to write.
    while count := _drop_turns(vault, before):
        dropped += count
        sleep(rest_s)
    while _drop_results(vault, before):
        sleep(rest_s)
    return dropped


def ranges(numbers: Iterable[int]) -> list[list[int]]:
    """Numbers as [first, last] of each run of them."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def _drop_turns(vault: Vault, before: datetime) -> int:
    with vault.reading() as work:
        # Most days there is nothing to do, and then nobody waits for this.
        if (
            work.session.scalar(select(TurnRow.id).where(TurnRow.asked_at < before).limit(1))
            is None
        ):
            return 0
    with vault.writing() as work:
        turns = work.session.execute(
            select(TurnRow.number, TurnRow.id, TurnRow.key_id)
            .where(TurnRow.asked_at < before)
            .order_by(TurnRow.asked_at)
            .limit(_AT_ONCE)
        ).all()
        numbers = [turn.number for turn in turns]
        subjects = [turn.id for turn in turns]
        keys = {turn.key_id for turn in turns}
        for part in (FeedbackRow, ReviewRow, CorrectionRow):
            subjects += work.session.scalars(select(part.id).where(part.turn_number.in_(numbers)))
        keys.update(
            work.session.scalars(
                select(FeedbackRow.key_id).where(FeedbackRow.turn_number.in_(numbers))
            )
        )
        _note(work, before, subjects)
        forget_turns(work.session, numbers)
        forget_members(work, numbers)
        work.session.execute(delete(TurnRow).where(TurnRow.number.in_(numbers)))
        _drop_keys(work, keys)
        return len(turns)


def _drop_results(vault: Vault, before: datetime) -> int:
    with vault.reading() as work:
        if work.session.scalar(select(ResultRow.id).where(ResultRow.at < before).limit(1)) is None:
            return 0
    with vault.writing() as work:
        rows = work.session.execute(
            select(ResultRow.id, ResultRow.key_id).where(ResultRow.at < before).limit(_AT_ONCE)
        ).all()
        _note(work, before, [row.id for row in rows])
        work.session.execute(delete(ResultRow).where(ResultRow.id.in_([row.id for row in rows])))
        _drop_keys(work, {row.key_id for row in rows})
        return len(rows)


def _note(work: Work, before: datetime, subjects: Sequence[str]) -> None:
    """Write into the chain which of its links have lost their row, so that `verify` knows."""
    numbers: list[int] = []
    for first in range(0, len(subjects), _AT_ONCE):
        chosen = EventRow.subject.in_(subjects[first : first + _AT_ONCE])
        numbers += work.session.scalars(
            select(EventRow.number).where(chosen, EventRow.digest != "")
        )
    detail = {"before": before.date().isoformat(), "events": ranges(numbers)}
    work.note(RETIRED, detail=json.dumps(detail))


def _drop_keys(work: Work, key_ids: set[str]) -> None:
    """Destroy the keys that nothing is sealed with any more."""
    work.session.flush()
    for key_id in sorted(key_ids):
        # Held first: whoever is writing with it is waited for, and then seen by the next question.
        work.session.execute(select(KeyRow.id).where(KeyRow.id == key_id).with_for_update())
        holders = (
            *(row.key_id for row in (TurnRow, FeedbackRow, ResultRow, GoldenRow)),
            *(minutes.c.key_id for minutes in _MINUTES),
        )
        used = any(
            work.session.scalar(select(exists().where(holder == key_id))) for holder in holders
        )
        if not used:
            work.session.execute(delete(KeyRow).where(KeyRow.id == key_id))
            work.note("key-retired", key_id)
