"""Golden questions and regression tests made from turns, with where they came from."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError
from sqlalchemy import ColumnElement, func, insert, select, update

from bot.journal import chain
from bot.journal.review.items import one_item
from bot.journal.review.judgements import GoldenKind, GoldenRecord
from bot.journal.review.schema import GoldenRow
from bot.journal.reviewable import OUTCOMES
from bot.journal.rows import AnyRow
from bot.journal.vault import Work
from corpus.errors import JournalError, UnknownTurnError
from retrieval.evaluation import GoldenQuestion


def promote(
    work: Work, turn_id: str, golden: GoldenQuestion, *, kind: GoldenKind, reviewer: str
) -> GoldenRecord:
    """Keep a golden question; one of the same kind and turn goes out of use."""
    item = one_item(work, turn_id, to_change=True)
    if item.outcome in OUTCOMES:
        raise no_question()
    made = _new_id(work, turn_id, kind)
    golden = golden.model_copy(update={"id": made})
    work.session.execute(
        update(GoldenRow)
        .where(
            GoldenRow.turn_id == turn_id,
            GoldenRow.kind == kind.value,
            GoldenRow.retired_at.is_(None),
        )
        .values(retired_at=work.now)
    )
    row = {
        "id": made,
        "turn_id": turn_id,
        "key_id": item.key_id,
        "kind": kind.value,
        "at": work.now,
        "reviewer": reviewer,
        "sealed": work.seal(item.key_id, golden.model_dump_json(), f"golden {made}"),
    }
    work.session.execute(insert(GoldenRow), row)
    work.note(
        "golden", made, actor=reviewer, detail=turn_id, digest=chain.digest((GoldenRow, [row]))
    )
    return GoldenRecord(
        id=made, kind=kind, turn_id=turn_id, reviewer=reviewer, at=work.now, golden=golden
    )


def no_question() -> JournalError:
    """What was to be promoted is an allocation."""
    return JournalError(
        "an allocation is no question to be asked again: what the rules must give is held by their "
        "own tests. Say in a comment what is wrong with it"
    )


def retire(work: Work, golden_id: str, *, reviewer: str) -> None:
    """Take one out of use; retired twice is retired once.

    Raises:
        UnknownTurnError: there is none of this id.
    """
    known = select(GoldenRow.retired_at, GoldenRow.id).where(GoldenRow.id == golden_id)
    found = work.session.execute(known.with_for_update()).one_or_none()
    if found is None:
        raise UnknownTurnError(
            f'no golden question "{golden_id[:80]}". See: lodestone journal goldens'
        )
    if found.retired_at is None:
        work.session.execute(
            update(GoldenRow).where(GoldenRow.id == golden_id).values(retired_at=work.now)
        )
        work.note("golden-retired", golden_id, actor=reviewer)


def goldens_of(work: Work, turn_id: str) -> tuple[GoldenRecord, ...]:
    """Those made from one turn that are in use."""
    return _read(work, GoldenRow.turn_id == turn_id, GoldenRow.retired_at.is_(None))


def all_goldens(work: Work, *, retired: bool) -> tuple[GoldenRecord, ...]:
    """All of them, newest first; those out of use only where they are asked for."""
    return _read(work, *(() if retired else (GoldenRow.retired_at.is_(None),)))


def usable(records: Sequence[GoldenRecord]) -> tuple[GoldenQuestion, ...]:
    """The questions that can be asked, oldest first: in use, and their person not erased."""
    chosen = [record for record in reversed(records) if record.retired_at is None]
    return tuple(record.golden for record in chosen if record.golden is not None)


def _new_id(work: Work, turn_id: str, kind: GoldenKind) -> str:
    made = work.session.scalar(
        select(func.count()).select_from(GoldenRow).where(GoldenRow.turn_id == turn_id)
    )
    # A turn's id is unique, and its golden questions are counted while it is held.
    return f"{kind.value}-{turn_id}-{(made or 0) + 1}"


def _read(work: Work, *chosen: ColumnElement[bool]) -> tuple[GoldenRecord, ...]:
    rows = work.session.execute(
        select(
            *(GoldenRow.id, GoldenRow.kind, GoldenRow.turn_id, GoldenRow.reviewer, GoldenRow.at),
            *(GoldenRow.key_id, GoldenRow.sealed, GoldenRow.retired_at),
        )
        .where(*chosen)
        .order_by(GoldenRow.number.desc())
    ).all()
    work.load_keys({row.key_id for row in rows})
    return tuple(_record(work, row) for row in rows)


def _record(work: Work, row: AnyRow) -> GoldenRecord:
    text = work.unseal(row.key_id, row.sealed, f"golden {row.id}")
    try:
        golden = None if text is None else GoldenQuestion.model_validate_json(text)
    except ValidationError as error:
        raise JournalError(
            f'golden question "{row.id}" was written by another version of Lodestone: retire it, '
            "and promote its turn again"
        ) from error
    return GoldenRecord(
        id=row.id,
        kind=GoldenKind(row.kind),
        turn_id=row.turn_id,
        reviewer=row.reviewer,
        at=row.at,
        golden=golden,
        retired_at=row.retired_at,
    )
