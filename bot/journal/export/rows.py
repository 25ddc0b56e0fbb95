"""One exported row a turn: the question, the answer, and what was made of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import select

from bot.journal.feedback import feedback_on
from bot.journal.records import FeedbackRecord
from bot.journal.results import documents_of
from bot.journal.review.items import all_items, narrowed
from bot.journal.review.judgements import Correction, ReviewRecord
from bot.journal.review.judging import corrections_of, reviews_of
from bot.journal.review.records import Filters
from bot.journal.review.schema import TagRow
from bot.journal.reviewable import OUTCOMES
from bot.journal.rows import AnyRow
from bot.journal.schema import CitationRow, TurnRow
from bot.journal.store import read_answer, read_question
from bot.journal.vault import Vault, Work

AT_ONCE = 200
"""Turns read in one transaction, so that nobody waits for a long export."""


class ExportedTurn(BaseModel):
    """A turn as it leaves. `user` is a pseudonym; texts are null once their person is erased.

    `result`: the document (JSON) of the allocation that the turn stands for.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    asked_at: AwareDatetime
    channel: str
    user: str
    language: str | None
    as_of: date | None
    question: str | None
    outcome: str
    answer: str | None
    error: str | None
    documents: tuple[str, ...]
    composer: str | None
    corpus_fingerprint: str | None
    total_ms: float | None
    cost_usd: float | None
    risk: int
    reasons: tuple[str, ...]
    sampled: bool
    state: str
    verdict: str | None
    tags: tuple[str, ...]
    reviews: tuple[ReviewRecord, ...]
    corrections: tuple[Correction, ...]
    feedback: tuple[FeedbackRecord, ...]
    result: str | None = None

    def flat(self) -> dict[str, Any]:
        """The same on one level, for a table: lists as lines of text."""
        told = self.model_dump(
            mode="json", exclude={"reviews", "corrections", "feedback", "documents", "reasons"}
        )
        newest = self.reviews[0] if self.reviews else None
        comments = [
            f"{review.reviewer}{_anchor(comment)}: {comment.text}"
            for review in reversed(self.reviews)
            for comment in review.comments
        ]
        said = [f"{one.reason or ''} {one.comment or ''}".strip() for one in self.feedback]
        return {
            **told,
            "documents": " ".join(self.documents),
            "reasons": " ".join(self.reasons),
            "tags": " ".join(self.tags),
            "reviewer": newest.reviewer if newest else None,
            "reviewed_at": newest.at.isoformat() if newest else None,
            "verdicts": "\n".join(
                f"{review.reviewer}: {review.verdict}" for review in reversed(self.reviews)
            ),
            "comments": "\n".join(comments),
            "correction": self.corrections[-1].text if self.corrections else None,
            "useful": sum(one.useful for one in self.feedback),
            "useless": sum(not one.useful for one in self.feedback),
            "feedback": "\n".join(one for one in said if one),
            "feedback_by": " ".join(dict.fromkeys(one.user for one in self.feedback)),
        }


def read_turns(vault: Vault, filters: Filters) -> Iterator[ExportedTurn]:
    """The turns that fit, oldest first, all verdicts shown."""
    last = 0
    while not vault.database.is_missing():
        with vault.reading() as work:
            # Whoever may export may see what a blind reviewer may not; the filter must not either.
            query = narrowed(_turns(last), work, filters, reviewer=None)
            rows = work.session.execute(query).all() if query is not None else []
            work.load_keys({row.key_id for row in rows})
            turns = _read(work, rows)
        yield from turns
        if len(rows) < AT_ONCE:
            return
        last = rows[-1].turn_number


def _turns(last: int) -> Any:  # noqa: ANN401 - a query
    return (
        all_items()
        .add_columns(
            *(TurnRow.as_of, TurnRow.corpus_fingerprint, TurnRow.total_ms, TurnRow.cost_usd),
            TurnRow.answer_sealed,
        )
        .where(TurnRow.number > last)
        .order_by(TurnRow.number)
        .limit(AT_ONCE)
    )


def _read(work: Work, rows: Sequence[AnyRow]) -> list[ExportedTurn]:
    numbers = [row.turn_number for row in rows]
    tags: dict[int, list[str]] = {}
    query = select(TagRow.turn_number, TagRow.tag).where(TagRow.turn_number.in_(numbers))
    for number, tag in work.session.execute(query.order_by(TagRow.tag)):
        tags.setdefault(number, []).append(tag)
    cited: dict[int, list[str]] = {}
    documents = select(CitationRow.turn_number, CitationRow.document_id)
    documents = documents.where(CitationRow.turn_number.in_(numbers)).order_by(CitationRow.position)
    for number, document_id in work.session.execute(documents):
        cited.setdefault(number, []).append(document_id)
    results = documents_of(work, [row.id for row in rows if row.outcome in OUTCOMES])
    return [
        _turn(
            work,
            row,
            tags=tags.get(row.turn_number, ()),
            cited=cited.get(row.turn_number, ()),
            result=results.get(row.id),
        )
        for row in rows
    ]


def _turn(
    work: Work, row: AnyRow, *, tags: Sequence[str], cited: Sequence[str], result: str | None
) -> ExportedTurn:
    asked = read_question(work, row)
    answer = read_answer(work, row)
    place = (work, row.turn_number, row.id, row.key_id)
    return ExportedTurn(
        id=row.id,
        asked_at=row.asked_at,
        channel=row.channel,
        user=row.key_id,
        language=row.language,
        as_of=row.as_of,
        question=asked[0].question if asked else None,
        outcome=row.outcome,
        answer=answer.text if answer else None,
        error=asked[1].get("error") if asked else None,
        documents=tuple(dict.fromkeys(cited)),
        composer=row.composer,
        corpus_fingerprint=row.corpus_fingerprint,
        total_ms=row.total_ms,
        cost_usd=row.cost_usd,
        risk=row.risk,
        reasons=tuple(row.reasons.split()),
        sampled=row.sampled,
        state=row.state,
        verdict=row.verdict,
        tags=tuple(tags),
        reviews=reviews_of(*place) if row.reviews else (),
        corrections=corrections_of(*place) if row.reviews else (),
        feedback=feedback_on(work, row.turn_number) if row.useful or row.useless else (),
        result=result,
    )


def _anchor(comment: Any) -> str:  # noqa: ANN401 - a comment of a review
    return f" ({comment.anchor} {comment.position})" if comment.position else ""
