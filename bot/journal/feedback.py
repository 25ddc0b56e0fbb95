"""What people thought of their answers. The newest word of each counts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, insert, select, update

from bot.journal import chain, tallies
from bot.journal.entry import owner_of
from bot.journal.reasons import Reason
from bot.journal.records import FeedbackRecord, unknown_turn
from bot.journal.review.schema import ItemRow
from bot.journal.risk import load_risk
from bot.journal.rows import AnyRow
from bot.journal.schema import FeedbackRow, TurnRow
from bot.journal.tallies import Measure
from bot.journal.vault import Work
from retrieval.answer import clean_text, new_id

LONGEST = 4000
"""Characters of a comment that are kept."""


def write_feedback(
    work: Work,
    turn_id: str,
    *,
    user_id: int | None,
    useful: bool,
    reason: str | None,
    comment: str | None,
) -> FeedbackRecord:
    """Write it down, and have the reviewers look at an answer that was of no use."""
    turn = work.session.execute(
        select(TurnRow.number, TurnRow.asked_at).where(TurnRow.id == turn_id)
    ).one_or_none()
    if turn is None:
        raise unknown_turn(turn_id)
    key_id = work.key_to_write(owner_of(user_id))
    record = FeedbackRecord(
        id=new_id(),
        turn_id=turn_id,
        user=key_id,
        at=work.now,
        useful=useful,
        reason=clean_text(reason)[:LONGEST] if reason else None,
        comment=clean_text(comment)[:LONGEST] if comment else None,
    )
    said = json.dumps({"reason": record.reason, "comment": record.comment}, ensure_ascii=False)
    row = {
        "id": record.id,
        "turn_number": turn.number,
        "key_id": key_id,
        "at": record.at,
        "useful": useful,
        "sealed": work.seal(key_id, said, f"feedback {record.id}"),
    }
    work.session.execute(insert(FeedbackRow), row)
    before, after = _count(work, turn.number)
    changes = {
        (Measure.FEEDBACK, name): float(after[name] - before[name])
        for name in ("useful", "useless")
    }
    tallies.add(work.session, turn.asked_at.date(), changes)
    work.note("feedback", record.id, digest=chain.digest((FeedbackRow, [row])))
    return record


def feedback_on(work: Work, turn_number: int) -> tuple[FeedbackRecord, ...]:
    """All that was said of one turn, newest first."""
    return _read(work, FeedbackRow.turn_number == turn_number)


def feedback_by(work: Work, user_id: int | None) -> tuple[FeedbackRecord, ...]:
    """All that one person said, newest first."""
    key_id = work.key_id(owner_of(user_id))
    return () if key_id is None else _read(work, FeedbackRow.key_id == key_id)


def _count(work: Work, turn_number: int) -> tuple[dict[str, int], dict[str, int]]:
    """Count the newest word of each person again; what the item had before, and has now."""
    item = work.session.execute(
        select(*(ItemRow.useful, ItemRow.useless, ItemRow.reasons, ItemRow.state, ItemRow.urgency))
        .where(ItemRow.turn_number == turn_number)
        .with_for_update()
    ).one()
    newest = (
        select(func.max(FeedbackRow.number))
        .where(FeedbackRow.turn_number == turn_number)
        .group_by(FeedbackRow.key_id)
    )
    said = work.session.scalars(select(FeedbackRow.useful).where(FeedbackRow.number.in_(newest)))
    words = list(said)
    after = {"useful": sum(words), "useless": len(words) - sum(words)}
    reasons = {Reason(name) for name in item.reasons.split()} - {Reason.THUMBS_DOWN}
    if after["useless"]:
        reasons.add(Reason.THUMBS_DOWN)
    work.session.execute(
        update(ItemRow)
        .where(ItemRow.turn_number == turn_number)
        .values(**after, **weighed(reasons, waits=item.state not in {"done", "erased"}))
    )
    return {"useful": item.useful, "useless": item.useless}, after


def weighed(reasons: set[Reason], *, waits: bool) -> dict[str, Any]:
    """The columns of an item that follow from its reasons."""
    risk = load_risk()
    weight = risk.weigh(reasons)
    ordered: Sequence[Reason] = sorted(reasons, key=lambda one: (-risk.weights.get(one, 0), one))
    return {"reasons": " ".join(ordered), "risk": weight, "urgency": weight if waits else 0}


def _read(work: Work, chosen: Any) -> tuple[FeedbackRecord, ...]:  # noqa: ANN401 - a condition
    rows = work.session.execute(
        select(
            *(FeedbackRow.id, TurnRow.id.label("turn_id"), FeedbackRow.key_id, FeedbackRow.at),
            *(FeedbackRow.useful, FeedbackRow.sealed),
        )
        .join(TurnRow, TurnRow.number == FeedbackRow.turn_number)
        .where(chosen)
        .order_by(FeedbackRow.number.desc())
    ).all()
    return tuple(_record(work, row) for row in rows)


def _record(work: Work, row: AnyRow) -> FeedbackRecord:
    text = work.unseal(row.key_id, row.sealed, f"feedback {row.id}")
    said: dict[str, str | None] = json.loads(text) if text else {}
    return FeedbackRecord(
        id=row.id, turn_id=row.turn_id, user=row.key_id, at=row.at, useful=row.useful, **said
    )
