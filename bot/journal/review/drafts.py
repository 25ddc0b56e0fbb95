"""What reviewers have typed and not yet sent."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from bot.journal.review.items import one_item
from bot.journal.review.judgements import Draft
from bot.journal.review.schema import DraftRow
from bot.journal.vault import Work


def save_draft(work: Work, turn_id: str, draft: Draft, reviewer: str) -> None:
    """Keep it instead of what was kept before."""
    item = one_item(work, turn_id)
    drop_draft(work, item.turn_number, reviewer)
    text = draft.model_copy(update={"saved_at": work.now}).model_dump_json()
    work.session.execute(
        insert(DraftRow),
        {
            "turn_number": item.turn_number,
            "reviewer": reviewer,
            "at": work.now,
            "sealed": work.seal(item.key_id, text, f"draft {turn_id} {reviewer}"),
        },
    )


def drop_draft(work: Work, turn_number: int, reviewer: str) -> None:
    """Throw it away."""
    work.session.execute(
        delete(DraftRow).where(DraftRow.turn_number == turn_number, DraftRow.reviewer == reviewer)
    )


def read_draft(
    work: Work, turn_number: int, turn_id: str, key_id: str, reviewer: str
) -> Draft | None:
    """What is kept; None: nothing is."""
    sealed = work.session.scalar(
        select(DraftRow.sealed).where(
            DraftRow.turn_number == turn_number, DraftRow.reviewer == reviewer
        )
    )
    text = work.unseal(key_id, sealed, f"draft {turn_id} {reviewer}")
    return None if text is None else Draft.model_validate_json(text)
