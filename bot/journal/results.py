"""Allocations and the like, kept whole so that they can be made again and compared."""

from __future__ import annotations

from sqlalchemy import insert, select

from bot.journal import chain
from bot.journal.entry import owner_of
from bot.journal.records import ResultRecord, ambiguous_result, unknown_result
from bot.journal.rows import AnyRow, AnySelect
from bot.journal.schema import ResultRow
from bot.journal.vault import Work
from retrieval.answer import new_id


def write_result(
    work: Work, kind: str, document: str, *, channel: str, user_id: int | None, chat_id: int | None
) -> str:
    """Write it down; returns its id."""
    made, key_id = new_id(), work.key_to_write(owner_of(user_id, chat_id))
    row = {
        "id": made,
        "at": work.now,
        "channel": channel,
        "key_id": key_id,
        "kind": kind,
        "sealed": work.seal(key_id, document, f"result {made}"),
    }
    work.session.execute(insert(ResultRow), row)
    work.note("result", made, digest=chain.digest((ResultRow, [row])))
    return made


def read_result(work: Work, id_or_prefix: str) -> ResultRecord:
    """One result, by its id or a beginning that no other has.

    Raises:
        UnknownTurnError: none, or more than one, has such an id.
    """
    found = work.session.execute(_query().where(ResultRow.id == id_or_prefix)).all()
    if not found and id_or_prefix:
        begins = ResultRow.id.startswith(id_or_prefix, autoescape=True)
        found = work.session.execute(_query().where(begins).limit(3)).all()
    if len(found) > 1:
        raise ambiguous_result(id_or_prefix, tuple(row.id for row in found))
    if not found:
        raise unknown_result(id_or_prefix)
    return _record(work, found[0])


def results_by(work: Work, user_id: int | None, kind: str | None) -> tuple[ResultRecord, ...]:
    """Somebody's results, newest first."""
    key_id = work.key_id(owner_of(user_id))
    if key_id is None:
        return ()
    query = _query().where(ResultRow.key_id == key_id).order_by(ResultRow.number.desc())
    if kind is not None:
        query = query.where(ResultRow.kind == kind)
    return tuple(_record(work, row) for row in work.session.execute(query))


def _query() -> AnySelect:
    return select(
        *(ResultRow.id, ResultRow.at, ResultRow.channel, ResultRow.key_id, ResultRow.kind),
        ResultRow.sealed,
    )


def _record(work: Work, row: AnyRow) -> ResultRecord:
    return ResultRecord(
        id=row.id,
        at=row.at,
        channel=row.channel,
        user=row.key_id,
        kind=row.kind,
        document=work.unseal(row.key_id, row.sealed, f"result {row.id}"),
    )
