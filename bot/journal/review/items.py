"""Items out of the database, narrowed by filters, as far as a reviewer may see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, exists, literal, or_, select

from bot.journal.reasons import Reason
from bot.journal.records import unknown_turn
from bot.journal.review.judgements import Verdict
from bot.journal.review.records import Filters, Item, State
from bot.journal.review.schema import ItemRow, TagRow
from bot.journal.rows import AnyRow, AnySelect
from bot.journal.schema import CitationRow, TurnRow
from bot.journal.store import read_question
from bot.journal.vault import Work
from bot.journal.words import matching
from corpus.errors import JournalError

MOST = 200
"""Items a page, at most."""

_COLUMNS = (
    *(TurnRow.id, ItemRow.turn_number, ItemRow.asked_at, ItemRow.outcome, ItemRow.language),
    *(ItemRow.composer, ItemRow.channel, ItemRow.key_id, ItemRow.risk, ItemRow.urgency),
    *(ItemRow.reasons, ItemRow.sampled, ItemRow.doubled, ItemRow.state, ItemRow.version),
    *(ItemRow.verdict, ItemRow.reviews, ItemRow.first_reviewer, ItemRow.useful, ItemRow.useless),
    *(ItemRow.assigned_to, ItemRow.leased_by, ItemRow.leased_until, TurnRow.question_sealed),
)


def all_items() -> AnySelect:
    """Every item, with the question of its turn."""
    return select(*_COLUMNS).join(TurnRow, TurnRow.number == ItemRow.turn_number)


def one_item(work: Work, turn_id: str, *, to_change: bool = False) -> AnyRow:
    """The item of a turn, by the turn's whole id.

    Raises:
        UnknownTurnError: there is none.
    """
    query = all_items().where(TurnRow.id == turn_id)
    if to_change:
        query = query.with_for_update(of=ItemRow)
    row = work.session.execute(query).one_or_none()
    if row is None:
        raise unknown_turn(turn_id)
    return row


def narrowed(
    query: AnySelect, work: Work, filters: Filters, reviewer: str | None
) -> AnySelect | None:
    """The query with the filters in it; None: nothing can fit.

    `reviewer`: who looks; None: one from whom nothing is hidden.
    """
    query = query.where(*_conditions(filters, reviewer))
    if not filters.text.strip():
        return query
    return matching(query, work.session, work.keyring, filters.text, "journal_items.turn_number")


def is_blind(row: AnyRow, reviewer: str) -> bool:
    """Whether what others said of a turn is hidden from this reviewer."""
    return bool(row.state == State.SECOND and row.first_reviewer != reviewer)


def read_items(work: Work, rows: Sequence[AnyRow], reviewer: str) -> tuple[Item, ...]:
    """The rows as this reviewer may see them."""
    work.load_keys({row.key_id for row in rows})
    return tuple(read_item(work, row, reviewer) for row in rows)


def read_item(work: Work, row: AnyRow, reviewer: str) -> Item:
    """One row as this reviewer may see it."""
    leased = is_leased(row, work.now)
    verdict = None if row.verdict is None or is_blind(row, reviewer) else Verdict(row.verdict)
    return Item(
        id=row.id,
        number=row.turn_number,
        asked_at=row.asked_at,
        question=_question(work, row),
        user=row.key_id,
        outcome=row.outcome,
        language=row.language,
        composer=row.composer,
        channel=row.channel,
        risk=row.risk,
        reasons=tuple(Reason(name) for name in row.reasons.split()),
        sampled=row.sampled,
        state=State(row.state),
        version=row.version,
        verdict=verdict,
        reviews=row.reviews,
        useful=row.useful,
        useless=row.useless,
        assigned_to=row.assigned_to,
        leased_by=row.leased_by if leased else None,
        leased_until=row.leased_until if leased else None,
        place=f"{row.urgency}.{row.turn_number}",
    )


def is_leased(row: AnyRow, now: datetime) -> bool:
    """Whether somebody works on it now."""
    return row.leased_by is not None and row.leased_until is not None and row.leased_until > now


def _question(work: Work, row: AnyRow) -> str | None:
    try:
        read = read_question(work, row)
    except JournalError:
        # Told where the turn is opened; a list shows the others all the same.
        return None
    return None if read is None else read[0].text


def _conditions(filters: Filters, reviewer: str | None) -> Iterable[ColumnElement[bool]]:
    equal = {
        ItemRow.language: filters.language,
        ItemRow.composer: filters.composer,
        ItemRow.outcome: filters.outcome,
        ItemRow.channel: filters.channel,
        ItemRow.sampled: filters.sampled,
        ItemRow.assigned_to: filters.assigned_to,
    }
    for column, value in equal.items():
        if value is not None:
            yield column == value
    if filters.since is not None:
        yield ItemRow.asked_at >= datetime.combine(filters.since, time(), UTC)
    if filters.until is not None:
        day_after = datetime.combine(filters.until, time(), UTC) + timedelta(days=1)
        yield ItemRow.asked_at < day_after
    if filters.user:
        # Pseudonyms are hexadecimal, so that nothing that begins so comes after a "g".
        yield and_(ItemRow.key_id >= filters.user, ItemRow.key_id < filters.user + "g")
    if filters.document is not None:
        yield exists().where(
            CitationRow.turn_number == ItemRow.turn_number,
            CitationRow.document_id == filters.document,
        )
    if filters.feedback is not None:
        yield (ItemRow.useful if filters.feedback == "useful" else ItemRow.useless) > 0
    if filters.reason is not None:
        padded = literal(" ").concat(ItemRow.reasons).concat(" ")
        yield padded.contains(f" {filters.reason} ", autoescape=True)
    yield from _judged(filters, reviewer)


def _judged(filters: Filters, reviewer: str | None) -> Iterable[ColumnElement[bool]]:
    if filters.verdict == "unreviewed":
        yield and_(ItemRow.verdict.is_(None), ItemRow.state != State.ERASED)
    elif filters.verdict is not None:
        yield ItemRow.verdict == filters.verdict
    if filters.tag is not None:
        yield exists().where(TagRow.turn_number == ItemRow.turn_number, TagRow.tag == filters.tag)
    asks = filters.verdict not in {None, "unreviewed"} or filters.tag is not None
    if asks and reviewer is not None:
        # What is hidden from a blind reviewer is not found by asking for it either.
        yield or_(ItemRow.state != State.SECOND, ItemRow.first_reviewer == reviewer)
