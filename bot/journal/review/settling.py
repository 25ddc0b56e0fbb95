"""What a review leaves behind: the turn's state, its standing verdict, its tags, the counts."""

from __future__ import annotations

from sqlalchemy import delete, insert, select, update

from bot.journal import tallies
from bot.journal.feedback import weighed
from bot.journal.reasons import Reason
from bot.journal.review.judgements import Judgement, Verdict
from bot.journal.review.records import State
from bot.journal.review.schema import TagRow
from bot.journal.rows import AnyRow
from bot.journal.schema import ItemRow
from bot.journal.tallies import Measure
from bot.journal.vault import Work

FIRST, SECOND, THIRD, FURTHER = 1, 2, 3, 0
"""Rounds: see `ReviewRow`."""


def settle(work: Work, item: AnyRow, judgement: Judgement, turn_round: int, reviewer: str) -> None:
    """Change the item, its tags and the counts as the review has it."""
    state, verdict = after(
        State(item.state),
        item.verdict,
        judgement.verdict,
        turn_round=turn_round,
        doubled=item.doubled,
    )
    reasons = {Reason(name) for name in item.reasons.split()} - {Reason.DISAGREEMENT}
    if state is State.SETTLE:
        reasons.add(Reason.DISAGREEMENT)
    work.session.execute(
        update(ItemRow)
        .where(ItemRow.turn_number == item.turn_number)
        .values(
            state=state.value,
            verdict=verdict.value,
            version=item.version + 1,
            reviews=item.reviews + 1,
            first_reviewer=item.first_reviewer or reviewer,
            leased_by=None,
            leased_until=None,
            **weighed(reasons, waits=state is not State.DONE),
        )
    )
    # A second reviewer, blind to the tags there are, adds to them.
    kept = set() if turn_round != SECOND else set(_tags(work, item.turn_number))
    work.session.execute(delete(TagRow).where(TagRow.turn_number == item.turn_number))
    if tags := sorted(kept | set(judgement.tags)):
        work.session.execute(
            insert(TagRow), [{"turn_number": item.turn_number, "tag": tag} for tag in tags]
        )
    _tally(work, item, verdict, judgement.verdict if turn_round == SECOND else None)


def after(
    state: State, standing: str | None, verdict: Verdict, *, turn_round: int, doubled: bool
) -> tuple[State, Verdict]:
    """The state and the standing verdict that a review leaves behind.

    Args:
        state: before it.
        standing: the verdict before it; None: there was none.
        verdict: the review's.
        turn_round: which review it is.
        doubled: whether the turn waits for a second one.
    """
    if turn_round == FIRST:
        return (State.SECOND if doubled else State.DONE), verdict
    if turn_round == SECOND and standing is not None:
        return (State.DONE if standing == verdict else State.SETTLE), Verdict(standing)
    if turn_round == THIRD:
        return State.DONE, verdict
    # A further one changes the verdict; a second review that is open stays so.
    return (state if state is State.SECOND else State.DONE), verdict


def _tags(work: Work, turn_number: int) -> list[str]:
    return list(
        work.session.scalars(
            select(TagRow.tag).where(TagRow.turn_number == turn_number).order_by(TagRow.tag)
        )
    )


def _tally(work: Work, item: AnyRow, verdict: Verdict, second: Verdict | None) -> None:
    changes: dict[tuple[Measure, str], float] = {}
    if verdict != item.verdict:
        for measure in (Measure.VERDICT, *([Measure.SAMPLE_VERDICT] if item.sampled else [])):
            changes[measure, verdict.value] = 1
            if item.verdict is not None:
                changes[measure, item.verdict] = -1
    if second is not None:
        changes[Measure.PAIR, f"{item.verdict} {second.value}"] = 1
    tallies.add(work.session, item.asked_at.date(), changes)
