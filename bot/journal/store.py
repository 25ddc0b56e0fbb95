"""Turns in and out of the database."""

from __future__ import annotations

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.database import Database
from bot.journal.records import TurnRecord, TurnSummary
from bot.journal.schema import PassageRow, TurnRow
from corpus.errors import JournalError
from retrieval.answer import Answer, Question
from retrieval.compose.report import CompositionReport


class Store:
    """The journal's tables in a database. Safe to share among threads.

    Each method is one short transaction, and raises what `Journal` says.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, turn: TurnRecord) -> None:
        """Write one turn and its passages, both or neither.

        Raises:
            JournalError: a turn with this id is there already, or its text is no text.
        """
        row = _row(turn)
        try:
            with self._database.writing() as session:
                session.add(row)
        except JournalError as error:
            if isinstance(error.__cause__, IntegrityError):
                raise JournalError(
                    f'turn "{turn.id}" is in the journal already; turns are never changed: '
                    "give the new one an id of its own"
                ) from error
            raise

    def newest(self, limit: int) -> tuple[TurnSummary, ...]:
        """At most `limit` turns, newest first; of one instant, the one written last."""
        columns = [getattr(TurnRow, name) for name in TurnSummary.model_fields]
        query = select(*columns).order_by(TurnRow.asked_at.desc(), TurnRow.number.desc())
        if self._database.is_missing():
            return ()
        with self._database.reading() as session:
            rows = session.execute(query.limit(limit)).mappings().all()
        return tuple(TurnSummary.model_validate(dict(row)) for row in rows)

    def ids_beginning_with(self, prefix: str, *, limit: int) -> tuple[str, ...]:
        """At most `limit` ids that begin so, in order."""
        query = select(TurnRow.id).where(TurnRow.id.startswith(prefix, autoescape=True))
        if self._database.is_missing():
            return ()
        with self._database.reading() as session:
            return tuple(session.scalars(query.order_by(TurnRow.id).limit(limit)))

    def get(self, turn_id: str) -> TurnRecord | None:
        """The turn of exactly this id.

        Raises:
            JournalError: what is stored is no turn that this version can read.
        """
        if self._database.is_missing():
            return None
        with self._database.reading() as session:
            row = session.scalar(select(TurnRow).where(TurnRow.id == turn_id))
            return None if row is None else _record(row)


def _row(turn: TurnRecord) -> TurnRow:
    passages = turn.answer.passages if turn.answer else ()
    report = turn.answer.report if turn.answer else None
    return TurnRow(
        **turn.summary().model_dump(),
        question_json=turn.question.model_dump_json(),
        answer_json=turn.answer.model_dump_json() if turn.answer else None,
        report_json=report.model_dump_json() if report else None,
        passages=[
            PassageRow(rank=rank, **passage.model_dump())
            for rank, passage in enumerate(passages, start=1)
        ],
    )


def _record(row: TurnRow) -> TurnRecord:
    try:
        return TurnRecord(
            id=row.id,
            asked_at=row.asked_at,
            channel=row.channel,
            chat_id=row.chat_id,
            user_id=row.user_id,
            question=Question.model_validate_json(row.question_json),
            answer=Answer.model_validate_json(row.answer_json) if row.answer_json else None,
            report=(
                CompositionReport.model_validate_json(row.report_json) if row.report_json else None
            ),
            error=row.error,
        )
    except ValidationError as error:
        raise JournalError(
            f'turn "{row.id}" cannot be read: its {error.title} was written by another version of '
            "Lodestone, or altered. Read it with that version, or from a backup"
        ) from error
