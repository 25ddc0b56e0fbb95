"""What follows from signed rows, worked out again: where a turn stands, which goldens are in use.

These columns change as people work, so that the chain holds no digest of them. What they must say
follows from the reviews, the feedback and the events, which it does hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import and_, func, or_, select

from bot.journal.review.goldens import stable_id
from bot.journal.review.judgements import Verdict
from bot.journal.review.records import State
from bot.journal.review.schema import GoldenRow, ReviewRow, TagRow
from bot.journal.review.settling import SECOND, after
from bot.journal.rows import AnyRow
from bot.journal.schema import EventRow, FeedbackRow, ItemRow, TurnRow
from bot.journal.vault import Work
from bot.journal.verify import Finding, Trouble

_AT_ONCE = 1000


def standings(work: Work) -> Iterator[Finding]:
    """The turns and golden questions that do not stand as they must."""
    yield from _reviewed(work)
    yield from _thumbs(work)
    yield from _goldens(work)


def _reviewed(work: Work) -> Iterator[Finding]:
    for rows in _touched(work):
        tags = _tags(work, [row.turn_number for row in rows])
        for _, listed in groupby(rows, key=lambda row: row.turn_number):
            reviews = list(listed)
            item = reviews[0]
            expected = _expected(reviews, doubled=item.doubled)
            state = None if item.state == State.ERASED else item.state
            if state is None:
                # Erasure ends the work on a turn; what was judged stays.
                expected = {**expected, "state": None}
            found = {
                "verdict": item.verdict,
                "state": state,
                "reviews": item.reviews,
                "tags": tags.get(item.turn_number, set()),
            }
            wrong = [name for name, value in expected.items() if found[name] != value]
            if wrong:
                yield Finding(
                    trouble=Trouble.CHANGED,
                    what="standing of turn",
                    id=item.id,
                    note=f"{', '.join(wrong)}: not what its reviews make of it",
                )


def _touched(work: Work) -> Iterator[Sequence[AnyRow]]:
    """Turns that somebody judged, or that look like it, each review a row; whole turns at once."""
    last = 0
    while True:
        numbers = list(
            work.session.scalars(
                select(ItemRow.turn_number)
                .where(
                    ItemRow.turn_number > last,
                    or_(
                        ItemRow.reviews > 0,
                        ItemRow.verdict.is_not(None),
                        ItemRow.state.not_in((State.OPEN.value, State.ERASED.value)),
                        ItemRow.turn_number.in_(select(ReviewRow.turn_number)),
                        ItemRow.turn_number.in_(select(TagRow.turn_number)),
                    ),
                )
                .order_by(ItemRow.turn_number)
                .limit(_AT_ONCE)
            )
        )
        if not numbers:
            return
        query = (
            select(
                *(TurnRow.id, ItemRow.turn_number, ItemRow.state, ItemRow.verdict),
                *(ItemRow.reviews, ItemRow.doubled),
                *(ReviewRow.verdict.label("said"), ReviewRow.round, ReviewRow.tags),
            )
            .join(TurnRow, TurnRow.number == ItemRow.turn_number)
            .join(ReviewRow, ReviewRow.turn_number == ItemRow.turn_number, isouter=True)
            .where(ItemRow.turn_number.in_(numbers))
            .order_by(ItemRow.turn_number, ReviewRow.number)
        )
        yield work.session.execute(query).all()
        last = numbers[-1]


def _expected(reviews: Sequence[AnyRow], *, doubled: bool) -> dict[str, Any]:
    state, verdict, tags, count = State.OPEN, None, set[str](), 0
    for review in reviews:
        if review.said is None:
            continue  # a turn without reviews
        count += 1
        said = set(review.tags.split())
        tags = tags | said if review.round == SECOND else said
        state, standing = after(
            state, verdict, Verdict(review.said), turn_round=review.round, doubled=doubled
        )
        verdict = standing.value
    return {"verdict": verdict, "state": state.value, "reviews": count, "tags": tags}


def _tags(work: Work, numbers: Sequence[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    query = select(TagRow.turn_number, TagRow.tag).where(TagRow.turn_number.in_(numbers))
    for number, tag in work.session.execute(query):
        found.setdefault(number, set()).add(tag)
    return found


def _thumbs(work: Work) -> Iterator[Finding]:
    """Turns whose thumbs are not those that people gave: the newest of each counts."""
    newest = select(func.max(FeedbackRow.number)).group_by(
        FeedbackRow.turn_number, FeedbackRow.key_id
    )
    given = (
        select(
            FeedbackRow.turn_number,
            func.count().filter(FeedbackRow.useful).label("useful"),
            func.count().filter(~FeedbackRow.useful).label("useless"),
        )
        .where(FeedbackRow.number.in_(newest))
        .group_by(FeedbackRow.turn_number)
        .subquery()
    )
    query = (
        select(TurnRow.id)
        .join(ItemRow, ItemRow.turn_number == TurnRow.number)
        .join(given, given.c.turn_number == TurnRow.number, isouter=True)
        .where(
            or_(
                ItemRow.useful != func.coalesce(given.c.useful, 0),
                ItemRow.useless != func.coalesce(given.c.useless, 0),
            )
        )
        .order_by(TurnRow.number)
    )
    for turn_id in work.session.scalars(query):
        yield Finding(
            trouble=Trouble.CHANGED,
            what="standing of turn",
            id=turn_id,
            note="feedback: not what its readers said",
        )


def _goldens(work: Work) -> Iterator[Finding]:
    """Golden questions that are in use and should not be, or the other way round."""
    made = and_(EventRow.subject == GoldenRow.id, EventRow.kind == "golden")
    query = select(
        *(GoldenRow.id, GoldenRow.turn_id, GoldenRow.kind, GoldenRow.retired_at),
        *(GoldenRow.number, EventRow.number.label("event")),
    )
    rows = work.session.execute(query.join(EventRow, made).order_by(GoldenRow.number)).all()
    newest = {(row.turn_id, row.kind): row.number for row in rows}
    retired: dict[str, int] = {}
    ends = select(EventRow.subject, EventRow.number).where(EventRow.kind == "golden-retired")
    for subject, number in work.session.execute(ends):
        retired[subject] = max(number, retired.get(subject, 0))
    for row in rows:
        ended = max(retired.get(row.id, 0), retired.get(stable_id(row.id), 0)) > row.event
        out_of_use = ended or newest[row.turn_id, row.kind] != row.number
        if out_of_use != (row.retired_at is not None):
            yield Finding(
                trouble=Trouble.CHANGED,
                what="standing of golden",
                id=row.id,
                note="out of use, and nobody retired it" if row.retired_at else "in use again",
            )
