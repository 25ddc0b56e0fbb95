"""Turns in and out of the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.journal.entry import prepare, write_turn
from bot.journal.records import TurnRecord, TurnSummary
from bot.journal.reviewable import OUTCOMES, ResultNote
from bot.journal.rows import AnyRow
from bot.journal.schema import TurnRow
from bot.journal.vault import Vault, Work
from corpus.errors import JournalError
from retrieval.answer import Answer, Question
from retrieval.compose.report import CompositionReport

if TYPE_CHECKING:
    from corpus import Library

_LISTED = (
    *(TurnRow.number, TurnRow.id, TurnRow.asked_at, TurnRow.channel, TurnRow.key_id),
    *(TurnRow.outcome, TurnRow.as_of, TurnRow.language, TurnRow.composer),
    *(TurnRow.corpus_fingerprint, TurnRow.total_ms, TurnRow.question_sealed),
)
_WHOLE = (*_LISTED, TurnRow.answer_sealed, TurnRow.report_sealed)


class Store:
    """The journal's turns in a database. Safe to share among threads.

    Each method is one short transaction, and raises what `Journal` says.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def add(self, turn: TurnRecord, library: Library | None = None) -> None:
        """Write one turn and all that belongs to it, or nothing.

        Raises:
            JournalError: a turn with this id is there already, or its text is no text.
        """
        try:
            prepared = prepare(turn, self._vault.keyring(), library)
            with self._vault.writing() as work:
                write_turn(work, prepared)
        except JournalError as error:
            if isinstance(error.__cause__, IntegrityError):
                raise JournalError(
                    f'turn "{turn.id}" is in the journal already; turns are never changed: '
                    "give the new one an id of its own"
                ) from error
            raise

    def newest(self, limit: int, owner: str | None = None) -> tuple[TurnSummary, ...]:
        """At most `limit` turns, newest first; of one instant, the one written last."""
        if self._vault.database.is_missing():
            return ()
        query = select(*_LISTED).order_by(TurnRow.asked_at.desc(), TurnRow.number.desc())
        with self._vault.reading() as work:
            if owner is not None:
                query = query.where(TurnRow.key_id == work.key_id(owner))
            rows = work.session.execute(query.limit(limit)).all()
            work.load_keys({row.key_id for row in rows})
            return tuple(_summary(work, row) for row in rows)

    def of_owner(self, owner: str, limit: int | None = None) -> tuple[TurnRecord, ...]:
        """Somebody's questions whole, newest first; what stands for a result is not among them."""
        if self._vault.database.is_missing():
            return ()
        query = select(*_WHOLE).order_by(TurnRow.asked_at.desc(), TurnRow.number.desc())
        with self._vault.reading() as work:
            key_id = work.key_id(owner)
            if key_id is None:
                return ()
            query = query.where(TurnRow.key_id == key_id, TurnRow.outcome.not_in(OUTCOMES))
            rows = work.session.execute(query.limit(limit)).all()
            return tuple(_record(work, row) for row in rows)

    def ids_beginning_with(self, prefix: str, *, limit: int) -> tuple[str, ...]:
        """At most `limit` ids that begin so, in order."""
        query = select(TurnRow.id).where(TurnRow.id.startswith(prefix, autoescape=True))
        if self._vault.database.is_missing():
            return ()
        with self._vault.reading() as work:
            return tuple(work.session.scalars(query.order_by(TurnRow.id).limit(limit)))

    def get(self, turn_id: str) -> TurnRecord | None:
        """The turn of exactly this id.

        Raises:
            JournalError: what is stored is no turn that this version can read, or was erased.
        """
        if self._vault.database.is_missing():
            return None
        with self._vault.reading() as work:
            row = work.session.execute(select(*_WHOLE).where(TurnRow.id == turn_id)).one_or_none()
            return None if row is None else _record(work, row)


def read_question(work: Work, row: AnyRow) -> tuple[Question, dict[str, Any]] | None:
    """The question of a turn's row, and who asked it where; None: that person was erased.

    Raises:
        JournalError: it cannot be read.
    """
    text = work.unseal(row.key_id, row.question_sealed, f"turn {row.id} question")
    if text is None:
        return None
    try:
        asked: dict[str, Any] = json.loads(text)
        return Question.model_validate(asked.pop("question")), asked
    except (ValidationError, ValueError, KeyError) as error:
        raise _unreadable(row.id, "Question") from error


def read_answer(work: Work, row: AnyRow) -> Answer | None:
    """The answer of a turn's row; None: there is none, or its person was erased."""
    return _read(work, row, "answer", Answer)


def read_report(work: Work, row: AnyRow) -> CompositionReport | None:
    """How a chat model fared; None likewise."""
    return _read(work, row, "report", CompositionReport)


Model = TypeVar("Model", Answer, CompositionReport)


def _read(work: Work, row: AnyRow, part: str, model: type[Model]) -> Model | None:
    sealed = getattr(row, f"{part}_sealed")
    text = work.unseal(row.key_id, sealed, f"turn {row.id} {part}")
    try:
        return None if text is None else model.model_validate_json(text)
    except ValidationError as error:
        raise _unreadable(row.id, model.__name__) from error


def _unreadable(turn_id: str, what: str) -> JournalError:
    return JournalError(
        f'turn "{turn_id}" cannot be read: its {what} was written by another version of '
        "Lodestone, or altered. Read it with that version, or from a backup"
    )


def _summary(work: Work, row: AnyRow) -> TurnSummary:
    values = {name: getattr(row, name) for name in _SUMMARISED}
    try:
        read = read_question(work, row)
    except JournalError:
        # A list shows the others all the same.
        return TurnSummary(**values, question="")
    if read is None:
        return TurnSummary(**values, question="", erased=True)
    question, asked = read
    return TurnSummary(**values, question=question.text, **asked)


_SUMMARISED: Sequence[str] = (
    *("id", "asked_at", "channel", "outcome", "as_of", "language", "composer"),
    *("corpus_fingerprint", "total_ms"),
)


def _record(work: Work, row: AnyRow) -> TurnRecord:
    read = read_question(work, row)
    if read is None:
        raise JournalError(
            f'turn "{row.id}" was erased at its user\'s wish: what it said is gone for good, and '
            "only its figures are left"
        )
    question, asked = read
    return TurnRecord(
        id=row.id,
        asked_at=row.asked_at,
        channel=row.channel,
        question=question,
        answer=read_answer(work, row),
        report=read_report(work, row),
        result=_note(row) if row.outcome in OUTCOMES else None,
        **asked,
    )


def _note(row: AnyRow) -> ResultNote:
    return ResultNote(
        outcome=row.outcome, made_by=row.composer, corpus_fingerprint=row.corpus_fingerprint
    )
