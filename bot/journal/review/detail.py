"""One turn with all that is known of it, as far as a reviewer may see it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import exists, select

from bot.journal.feedback import feedback_on
from bot.journal.results import documents_of
from bot.journal.review.drafts import read_draft
from bot.journal.review.goldens import goldens_of
from bot.journal.review.items import is_blind, one_item, read_item
from bot.journal.review.judging import corrections_of, reviews_of
from bot.journal.review.records import ChainPlace, ClaimDetail, PassageDetail, TurnDetail
from bot.journal.review.schema import TagRow
from bot.journal.reviewable import OUTCOMES
from bot.journal.rows import AnyRow
from bot.journal.schema import CitationRow, ClaimRow, EventRow, PassageRow, TurnRow
from bot.journal.store import read_answer, read_question, read_report
from bot.journal.vault import Work
from retrieval.answer import Answer
from retrieval.compose.report import CompositionReport

REVEALED = "revealed"
_REVEAL_AGAIN = timedelta(hours=1)


def read_detail(work: Work, turn_id: str, *, reviewer: str) -> TurnDetail:
    """The turn, its evidence, and what was said of it."""
    item = one_item(work, turn_id)
    number, key_id = item.turn_number, item.key_id
    turn = work.session.execute(
        select(
            *(TurnRow.id, TurnRow.key_id, TurnRow.question_sealed),
            *(TurnRow.answer_sealed, TurnRow.report_sealed),
        ).where(TurnRow.number == number)
    ).one()
    asked = read_question(work, turn)
    answer, report = read_answer(work, turn), read_report(work, turn)
    blind = is_blind(item, reviewer)
    tags = select(TagRow.tag).where(TagRow.turn_number == number).order_by(TagRow.tag)
    return TurnDetail(
        item=read_item(work, item, reviewer),
        question=asked[0] if asked else None,
        answer=answer,
        error=asked[1].get("error") if asked else None,
        report=report,
        claims=_claims(work, number, answer, report),
        passages=_passages(work, number),
        feedback=feedback_on(work, number),
        reviews=() if blind else reviews_of(work, number, turn_id, key_id),
        corrections=() if blind else corrections_of(work, number, turn_id, key_id),
        tags=() if blind else tuple(work.session.scalars(tags)),
        blind=blind,
        draft=read_draft(work, number, turn_id, key_id, reviewer),
        goldens=goldens_of(work, turn_id),
        place=_place(work, turn_id),
        previous=_previous(work, item),
        result=documents_of(work, [turn_id]).get(turn_id) if item.outcome in OUTCOMES else None,
    )


def was_revealed(work: Work, turn_id: str, *, reviewer: str) -> bool:
    """Whether it is noted already that this reviewer read this turn of late."""
    return bool(
        work.session.scalar(
            select(
                exists().where(
                    EventRow.subject == turn_id,
                    EventRow.kind == REVEALED,
                    EventRow.actor == reviewer,
                    EventRow.at > work.now - _REVEAL_AGAIN,
                )
            )
        )
    )


def _claims(
    work: Work, number: int, answer: Answer | None, report: CompositionReport | None
) -> tuple[ClaimDetail, ...]:
    rows = work.session.execute(
        select(
            *(ClaimRow.position, ClaimRow.citations, ClaimRow.grounded),
            *(ClaimRow.gate, ClaimRow.reason),
        )
        .where(ClaimRow.turn_number == number)
        .order_by(ClaimRow.position)
    ).all()
    texts = [claim.text for claim in answer.claims] if answer else []
    texts += [cut.text for cut in report.claims_cut] if report else []
    exact: dict[int, bool | None] = {
        row.number: row.exact
        for row in work.session.execute(
            select(CitationRow.number, CitationRow.exact).where(CitationRow.turn_number == number)
        )
    }
    found = []
    for row in rows:
        cited = tuple(int(one) for one in row.citations.split(",") if one)
        checks = [exact.get(one) for one in cited]
        found.append(
            ClaimDetail(
                position=row.position,
                text=texts[row.position - 1] if row.position <= len(texts) else None,
                citations=cited,
                grounded=row.grounded,
                exact=None if not checks or None in checks else all(checks),
                gate=row.gate,
                reason=row.reason,
            )
        )
    return tuple(found)


def _passages(work: Work, number: int) -> tuple[PassageDetail, ...]:
    spans = [
        (row.document_id, row.start, row.end)
        for row in work.session.execute(
            select(CitationRow.document_id, CitationRow.start, CitationRow.end).where(
                CitationRow.turn_number == number
            )
        )
    ]
    rows = work.session.execute(
        select(
            *(PassageRow.rank, PassageRow.document_id, PassageRow.section, PassageRow.start),
            *(PassageRow.end, PassageRow.score, PassageRow.dense_rank, PassageRow.keyword_rank),
            PassageRow.text_hash,
        )
        .where(PassageRow.turn_number == number)
        .order_by(PassageRow.rank)
    ).mappings()
    return tuple(PassageDetail(**row, cited=_is_cited(row, spans)) for row in rows)


def _is_cited(passage: Any, spans: list[tuple[str, int, int]]) -> bool:  # noqa: ANN401 - a row
    return any(
        document == passage["document_id"] and start < passage["end"] and end > passage["start"]
        for document, start, end in spans
    )


def _place(work: Work, turn_id: str) -> ChainPlace | None:
    row = work.session.execute(
        select(EventRow.number, EventRow.hash).where(
            EventRow.subject == turn_id, EventRow.kind == "turn"
        )
    ).first()
    return None if row is None else ChainPlace(number=row.number, hash=row.hash)


def _previous(work: Work, item: AnyRow) -> str | None:
    return work.session.scalar(
        select(TurnRow.id)
        .where(TurnRow.key_id == item.key_id, TurnRow.number < item.turn_number)
        .order_by(TurnRow.number.desc())
        .limit(1)
    )
