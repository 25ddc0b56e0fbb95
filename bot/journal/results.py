"""Allocations and the like, kept whole so that they can be made again and compared.

One that reviewers judge also gets a turn, by which it stands in their queue.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from bot.journal import chain
from bot.journal.entry import prepare, write_turn
from bot.journal.owner import owner_of
from bot.journal.records import ResultRecord, TurnRecord, ambiguous_result, unknown_result
from bot.journal.reviewable import reviewable
from bot.journal.rows import AnyRow, AnySelect
from bot.journal.schema import ResultRow
from bot.journal.vault import Work
from corpus.errors import JournalError
from retrieval.answer import Question, new_id


def write_result(
    work: Work,
    kind: str,
    document: str,
    *,
    channel: str,
    user_id: int | None,
    chat_id: int | None,
    result_id: str | None = None,
) -> str:
    """Write it down; returns its id.

    Raises:
        JournalError: there is a result with this id already.
    """
    made, key_id = result_id or new_id(), work.key_to_write(owner_of(user_id, chat_id))
    row = {
        "id": made,
        "at": work.now,
        "channel": channel,
        "key_id": key_id,
        "kind": kind,
        "sealed": work.seal(key_id, document, f"result {made}"),
    }
    try:
        work.session.execute(insert(ResultRow), row)
    except IntegrityError as error:
        raise JournalError(
            f'result "{made}" is in the journal already; results are never changed: give the new '
            "one an id of its own"
        ) from error
    work.note("result", made, digest=chain.digest((ResultRow, [row])))
    shown = reviewable(kind, document)
    if shown is not None:
        turn = TurnRecord(
            id=made,
            asked_at=work.now,
            channel=channel,
            chat_id=chat_id,
            user_id=user_id,
            question=Question(question=shown.line, as_of=shown.as_of, language=shown.language),
            result=shown.note,
        )
        write_turn(work, prepare(turn, work.keyring))
    return made


def documents_of(work: Work, result_ids: Sequence[str]) -> dict[str, str]:
    """The documents of many results that can be read, by id."""
    if not result_ids:
        return {}
    rows = work.session.execute(_query().where(ResultRow.id.in_(result_ids))).all()
    found = {row.id: work.unseal(row.key_id, row.sealed, f"result {row.id}") for row in rows}
    return {result_id: text for result_id, text in found.items() if text is not None}


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
