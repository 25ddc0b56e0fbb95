"""A verdict is written down: once, by one who may, about the turn as they saw it."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import func, insert, select

from bot.journal import chain
from bot.journal.review.drafts import drop_draft
from bot.journal.review.items import is_leased, one_item
from bot.journal.review.judgements import (
    Comment,
    Correction,
    Judgement,
    ReviewRecord,
    Verdict,
    verdicts_for,
)
from bot.journal.review.queue import held
from bot.journal.review.records import State
from bot.journal.review.schema import CorrectionRow, RelevanceRow, ReviewRow
from bot.journal.review.settling import FIRST, FURTHER, SECOND, THIRD, settle
from bot.journal.reviewable import OUTCOMES
from bot.journal.rows import AnyRow
from bot.journal.schema import TurnRow
from bot.journal.vault import Work
from corpus.errors import ConflictError, JournalError, UsageError
from retrieval.answer import new_id


def judge(work: Work, turn_id: str, judgement: Judgement, *, reviewer: str) -> ReviewRecord:
    """Write the review and what follows from it."""
    item = one_item(work, turn_id, to_change=True)
    if (twice := _sent_before(work, judgement.token, turn_id, reviewer)) is not None:
        return twice
    _refuse_senseless(item, judgement)
    turn_round = _round(work, item, judgement, reviewer)
    version = _correct(work, item, judgement.correction, reviewer)
    record = _write(
        work, item, judgement, turn_round=turn_round, version=version, reviewer=reviewer
    )
    settle(work, item, judgement, turn_round, reviewer)
    drop_draft(work, item.turn_number, reviewer)
    return record


def reviews_of(work: Work, turn_number: int, turn_id: str, key_id: str) -> tuple[ReviewRecord, ...]:
    """All reviews of a turn, newest first."""
    rows = work.session.execute(
        select(
            *(ReviewRow.number, ReviewRow.id, ReviewRow.reviewer, ReviewRow.at),
            *(ReviewRow.verdict, ReviewRow.round, ReviewRow.tags, ReviewRow.sealed),
        )
        .where(ReviewRow.turn_number == turn_number)
        .order_by(ReviewRow.number.desc())
    ).all()
    return tuple(_record(work, row, turn_id, key_id) for row in rows)


def corrections_of(
    work: Work, turn_number: int, turn_id: str, key_id: str
) -> tuple[Correction, ...]:
    """All versions of a better answer, oldest first; none, once its person is erased."""
    rows = work.session.execute(
        select(
            *(CorrectionRow.version, CorrectionRow.reviewer, CorrectionRow.at),
            CorrectionRow.sealed,
        )
        .where(CorrectionRow.turn_number == turn_number)
        .order_by(CorrectionRow.version)
    ).all()
    found = []
    for row in rows:
        text = work.unseal(key_id, row.sealed, f"correction {turn_id} {row.version}")
        if text is not None:
            found.append(
                Correction(version=row.version, reviewer=row.reviewer, at=row.at, text=text)
            )
    return tuple(found)


def _sent_before(work: Work, token: str | None, turn_id: str, reviewer: str) -> ReviewRecord | None:
    """The review that this very form has made already."""
    if token is None:
        return None
    row = work.session.execute(
        select(
            *(ReviewRow.number, ReviewRow.id, ReviewRow.reviewer, ReviewRow.at),
            *(ReviewRow.verdict, ReviewRow.round, ReviewRow.tags, ReviewRow.sealed),
            *(TurnRow.id.label("turn_id"), TurnRow.key_id),
        )
        .join(TurnRow, TurnRow.number == ReviewRow.turn_number)
        .where(ReviewRow.token == token)
    ).one_or_none()
    if row is None:
        return None
    if row.turn_id != turn_id or row.reviewer != reviewer:
        raise ConflictError("this form was sent before, for another turn: open the turn again")
    return _record(work, row, turn_id, row.key_id)


def _round(work: Work, item: AnyRow, judgement: Judgement, reviewer: str) -> int:
    """Which review this is.

    Raises:
        ConflictError: it must not be written.
    """
    state = State(item.state)
    if state is State.ERASED or work.key(item.key_id) is None:
        raise JournalError("this turn was erased at its user's wish: there is nothing to judge")
    if is_leased(item, work.now) and item.leased_by != reviewer:
        raise held(item.leased_by, item.leased_until)
    if not judgement.again:
        if judgement.version != item.version:
            raise ConflictError(
                "this turn was judged since you opened it: read it again, then judge it once more "
                "only if you mean to"
            )
        if state is State.DONE:
            raise ConflictError("this turn is judged already: judge it again only if you mean to")
        if _own(item, reviewer):
            raise ConflictError("a second review is for somebody else: take another turn")
    return FURTHER if _own(item, reviewer) else _of(state)


def _refuse_senseless(item: AnyRow, judgement: Judgement) -> None:
    """A mix that rules made is not refused wrongly, and no text of anybody's takes its place."""
    allowed = verdicts_for(item.outcome)
    if judgement.verdict not in allowed:
        raise UsageError(
            f'"{judgement.verdict}" does not fit the outcome "{item.outcome}": choose one of '
            f"{', '.join(allowed)}"
        )
    if judgement.correction and item.outcome in OUTCOMES:
        raise UsageError("rules make this result, so no text corrects it: say it in a comment")


def _own(item: AnyRow, reviewer: str) -> bool:
    return bool(item.state == State.SECOND and item.first_reviewer == reviewer)


def _of(state: State) -> int:
    return {State.OPEN: FIRST, State.SECOND: SECOND, State.SETTLE: THIRD}.get(state, FURTHER)


def _correct(work: Work, item: AnyRow, text: str | None, reviewer: str) -> int | None:
    """Keep a correction as the next version, unless it says what the newest one says."""
    text = text.strip() if text else None
    if not text:
        return None
    before = corrections_of(work, item.turn_number, item.id, item.key_id)
    if before and before[-1].text == text:
        return before[-1].version
    newest = work.session.scalar(
        select(func.max(CorrectionRow.version)).where(CorrectionRow.turn_number == item.turn_number)
    )
    version, made = (newest or 0) + 1, new_id()
    row = {
        "id": made,
        "turn_number": item.turn_number,
        "version": version,
        "reviewer": reviewer,
        "at": work.now,
        "sealed": work.seal(item.key_id, text, f"correction {item.id} {version}"),
    }
    work.session.execute(insert(CorrectionRow), row)
    work.note("correction", made, actor=reviewer, digest=chain.digest((CorrectionRow, [row])))
    return version


def _write(
    work: Work,
    item: AnyRow,
    judgement: Judgement,
    *,
    turn_round: int,
    version: int | None,
    reviewer: str,
) -> ReviewRecord:
    made = new_id()
    said = {
        "comments": [comment.model_dump() for comment in judgement.comments],
        "correction_version": version,
    }
    row = {
        "id": made,
        "turn_number": item.turn_number,
        "reviewer": reviewer,
        "at": work.now,
        "verdict": judgement.verdict.value,
        "round": turn_round,
        "tags": " ".join(judgement.tags),
        "token": judgement.token,
        "sealed": work.seal(
            item.key_id, json.dumps(said, ensure_ascii=False), f"review {item.id} {made}"
        ),
    }
    number = work.session.scalar(insert(ReviewRow).returning(ReviewRow.number), row)
    relevance = [
        {"rank": rank, "relevance": value} for rank, value in sorted(judgement.relevance.items())
    ]
    if relevance:
        work.session.execute(
            insert(RelevanceRow), [{"review_number": number, **one} for one in relevance]
        )
    digest = chain.digest((ReviewRow, [row]), (RelevanceRow, relevance))
    work.note("review", made, actor=reviewer, detail=item.id, digest=digest)
    return ReviewRecord(
        id=made,
        turn_id=item.id,
        reviewer=reviewer,
        at=work.now,
        verdict=judgement.verdict,
        round=turn_round,
        tags=judgement.tags,
        comments=judgement.comments,
        relevance=judgement.relevance,
        correction_version=version,
    )


def _record(work: Work, row: AnyRow, turn_id: str, key_id: str) -> ReviewRecord:
    text = work.unseal(key_id, row.sealed, f"review {turn_id} {row.id}")
    said: dict[str, Any] = json.loads(text) if text else {}
    relevance = work.session.execute(
        select(RelevanceRow.rank, RelevanceRow.relevance).where(
            RelevanceRow.review_number == row.number
        )
    )
    return ReviewRecord(
        id=row.id,
        turn_id=turn_id,
        reviewer=row.reviewer,
        at=row.at,
        verdict=Verdict(row.verdict),
        round=row.round,
        tags=tuple(row.tags.split()),
        comments=tuple(Comment.model_validate(one) for one in said.get("comments", ())),
        relevance=dict(relevance.all()),
        correction_version=said.get("correction_version"),
    )
