"""Golden questions and regression tests made from turns, with where they came from.

One keeps its id however often it is edited, so that evaluations before and after can be compared;
each edit is a version of its own, a row that stays.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError
from sqlalchemy import ColumnElement, insert, or_, select, update

from bot.journal import chain
from bot.journal.review.items import one_item
from bot.journal.review.judgements import GoldenKind, GoldenRecord
from bot.journal.review.schema import GoldenRow
from bot.journal.reviewable import OUTCOMES
from bot.journal.rows import AnyRow
from bot.journal.vault import Work
from corpus.errors import ConflictError, JournalError, UnknownTurnError
from retrieval.evaluation import GoldenQuestion

_VERSION = "@"
"""Between a golden question's id and its version, in the id of a row."""


def promote(
    work: Work,
    turn_id: str,
    golden: GoldenQuestion,
    *,
    kind: GoldenKind,
    reviewer: str,
    base: int | None = None,
) -> GoldenRecord:
    """Keep a golden question: the first of its kind and turn, or the next version of it.

    Args:
        work: the transaction.
        turn_id: where it comes from.
        golden: what is asked and expected; it gets the id of the one before.
        kind: a golden question or a regression test.
        reviewer: who says so.
        base: the version that the reviewer edited; None: whichever is the newest.

    Raises:
        ConflictError: somebody has edited it since.
    """
    item = one_item(work, turn_id, to_change=True)
    if item.outcome in OUTCOMES:
        raise no_question()
    # A turn's versions are counted while it is held, so that no two get one number.
    golden_id, before = _newest(work, turn_id, kind)
    if base is not None and base != before:
        raise ConflictError(
            "somebody has edited this question since you opened it: open it again, and see whether "
            "your change still fits"
        )
    version = before + 1
    golden = golden.model_copy(update={"id": golden_id})
    work.session.execute(
        update(GoldenRow)
        .where(
            GoldenRow.turn_id == turn_id,
            GoldenRow.kind == kind.value,
            GoldenRow.retired_at.is_(None),
        )
        .values(retired_at=work.now)
    )
    made = f"{golden_id}{_VERSION}{version}"
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
        id=golden_id,
        version=version,
        kind=kind,
        turn_id=turn_id,
        reviewer=reviewer,
        at=work.now,
        golden=golden,
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
    known = select(GoldenRow.id, GoldenRow.retired_at).where(_is(golden_id))
    found = work.session.execute(known.with_for_update()).all()
    if not found:
        raise unknown_golden(golden_id)
    used = [row.id for row in found if row.retired_at is None]
    if used:
        work.session.execute(
            update(GoldenRow).where(GoldenRow.id.in_(used)).values(retired_at=work.now)
        )
        work.note("golden-retired", golden_id, actor=reviewer)


def unknown_golden(golden_id: str) -> UnknownTurnError:
    """There is none of this id."""
    return UnknownTurnError(
        f'no golden question "{golden_id[:80]}". See: lodestone journal goldens'
    )


def goldens_of(work: Work, turn_id: str) -> tuple[GoldenRecord, ...]:
    """Those made from one turn that are in use."""
    return _read(work, GoldenRow.turn_id == turn_id, GoldenRow.retired_at.is_(None))


def versions_of(work: Work, golden_id: str) -> tuple[GoldenRecord, ...]:
    """All versions of one, newest first.

    Raises:
        UnknownTurnError: there is none of this id.
    """
    found = _read(work, _is(golden_id))
    if not found:
        raise unknown_golden(golden_id)
    return found


def all_goldens(work: Work, *, retired: bool) -> tuple[GoldenRecord, ...]:
    """The newest version of each, newest first; those out of use only where they are asked for."""
    if not retired:
        return _read(work, GoldenRow.retired_at.is_(None))
    newest: dict[str, GoldenRecord] = {}
    for record in _read(work):
        newest.setdefault(record.id, record)
    return tuple(newest.values())


def usable(records: Sequence[GoldenRecord]) -> tuple[GoldenQuestion, ...]:
    """The questions that can be asked, oldest first: in use, and their person not erased."""
    chosen = [record for record in reversed(records) if record.retired_at is None]
    return tuple(record.golden for record in chosen if record.golden is not None)


def stable_id(row_id: str) -> str:
    """The id that all versions of a golden question share, out of that of one version."""
    return _split(row_id)[0]


def _split(row_id: str) -> tuple[str, int]:
    """Id and version; what was kept before there were versions is the first of its own."""
    golden_id, _, version = row_id.rpartition(_VERSION)
    return (golden_id, int(version)) if golden_id else (row_id, 1)


def _is(golden_id: str) -> ColumnElement[bool]:
    begins = GoldenRow.id.startswith(f"{golden_id}{_VERSION}", autoescape=True)
    return or_(GoldenRow.id == golden_id, begins)


def _newest(work: Work, turn_id: str, kind: GoldenKind) -> tuple[str, int]:
    """The id and newest version of a turn's golden question; 0: there is none yet."""
    row_id = work.session.scalar(
        select(GoldenRow.id)
        .where(GoldenRow.turn_id == turn_id, GoldenRow.kind == kind.value)
        .order_by(GoldenRow.number.desc())
        .limit(1)
    )
    return (f"{kind.value}-{turn_id}", 0) if row_id is None else _split(row_id)


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
    golden_id, version = _split(row.id)
    text = work.unseal(row.key_id, row.sealed, f"golden {row.id}")
    try:
        golden = None if text is None else GoldenQuestion.model_validate_json(text)
    except ValidationError as error:
        raise JournalError(
            f'golden question "{golden_id}" was written by another version of Lodestone: retire '
            "it, and promote its turn again"
        ) from error
    return GoldenRecord(
        id=golden_id,
        version=version,
        kind=GoldenKind(row.kind),
        turn_id=row.turn_id,
        reviewer=row.reviewer,
        at=row.at,
        golden=golden,
        retired_at=row.retired_at,
    )
