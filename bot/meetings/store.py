"""Meetings begun, written to, ended, listed and deleted; kept in the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import String, cast, delete, func, literal, select, update
from sqlalchemy.exc import IntegrityError

from bot.database import Database
from bot.meetings.records import (
    LONGEST_NAME,
    LONGEST_TITLE,
    Entry,
    Meeting,
    Minutes,
    one_line,
)
from bot.meetings.schema import WHOLE_CHAT, EntryRow, MeetingRow
from corpus.errors import JournalError, LodestoneError
from retrieval.answer import Answer, Question, clean_text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class MeetingRunningError(LodestoneError):
    """A meeting runs in that place already."""

    def __init__(self, meeting: Meeting) -> None:
        super().__init__(f'the meeting "{meeting.title}" runs there already: end it first')
        self.meeting = meeting


class Meetings:
    """All meetings. Safe to share among threads and processes; each call is one transaction.

    Args:
        database: where they are kept.
        clock: the time now, aware.

    Every method may raise what `Database` says.
    """

    def __init__(
        self, database: Database, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._clock = clock

    def start(
        self,
        title: str,
        *,
        chat_id: int,
        thread_id: int | None,
        owner_id: int,
        language: Literal["en", "ja"],
        zone: str,
    ) -> Meeting:
        """Begin a meeting. A title is made fit to be shown; it may come out empty.

        Raises:
            MeetingRunningError: one runs in that place already.
        """
        row = MeetingRow(
            id=token_hex(5),
            chat_id=chat_id,
            thread_id=thread_id or WHOLE_CHAT,
            owner_id=owner_id,
            title=one_line(title, LONGEST_TITLE),
            language=language,
            zone=zone,
            started_at=self._clock(),
        )
        meeting = _meeting(row)
        try:
            with self._database.writing() as session:
                session.add(row)
        except JournalError as error:
            running = self.running(chat_id, thread_id)
            if isinstance(error.__cause__, IntegrityError) and running:
                raise MeetingRunningError(running) from error
            raise
        return meeting

    def running(self, chat_id: int, thread_id: int | None) -> Meeting | None:
        """The meeting that runs in a chat's topic, or in the chat itself."""
        with self._database.reading() as session:
            return self.load_running(session, chat_id, thread_id)

    @staticmethod
    def load_running(session: Session, chat_id: int, thread_id: int | None) -> Meeting | None:
        """The same within a transaction of the caller's."""
        query = select(MeetingRow).where(
            MeetingRow.chat_id == chat_id,
            MeetingRow.thread_id == (thread_id or WHOLE_CHAT),
            MeetingRow.ended_at.is_(None),
        )
        row = session.scalar(query)
        return _meeting(row) if row else None

    def add(
        self,
        meeting_id: str,
        question: Question,
        outcome: Answer | str,
        *,
        asker_id: int | None,
        asker: str,
        asked_at: datetime | None = None,
    ) -> bool:
        """Write down a question and its answer, or why there was none.

        The same question again, as when an edit is answered anew, takes the old one's place.

        Returns:
            False where the meeting has ended or is gone, and nothing was written.
        """
        with self._database.writing() as session:
            return self.adding(
                meeting_id, question, outcome, asker_id=asker_id, asker=asker, asked_at=asked_at
            )(session)

    def adding(
        self,
        meeting_id: str,
        question: Question,
        outcome: Answer | str,
        *,
        asker_id: int | None,
        asker: str,
        asked_at: datetime | None = None,
        key: str | None = None,
    ) -> Callable[[Session], bool]:
        """The same as something to do within a transaction of the caller's.

        `key` tells which question is the same again; the question's own id unless given.
        """
        key = key or question.id
        answer = outcome if isinstance(outcome, Answer) else None
        values = {
            "asked_at": asked_at or self._clock(),
            "asker_id": asker_id,
            "asker": one_line(asker, LONGEST_NAME),
            "question": question.text,
            "answer_json": (
                answer.model_copy(update={"passages": ()}).model_dump_json() if answer else None
            ),
            "error": None if isinstance(outcome, Answer) else clean_text(outcome),
            "withdrawn": False,
        }

        def operation(session: Session) -> bool:
            # Held until the end, so that two questions at once get two numbers.
            meeting = session.scalar(
                select(MeetingRow).where(MeetingRow.id == meeting_id).with_for_update()
            )
            if meeting is None or meeting.ended_at is not None:
                return False
            row = session.scalar(
                select(EntryRow).where(EntryRow.meeting_id == meeting_id, EntryRow.turn_id == key)
            )
            if row is None:
                last = session.scalar(
                    select(func.max(EntryRow.number)).where(EntryRow.meeting_id == meeting_id)
                )
                row = EntryRow(meeting_id=meeting_id, number=(last or 0) + 1, turn_id=key)
                session.add(row)
            for name, value in values.items():
                setattr(row, name, value)
            return True

        return operation

    def end(self, meeting_id: str) -> Minutes | None:
        """End a meeting and hand over its minutes; None: there is none. Twice does no harm."""
        with self._database.writing() as session:
            row = session.get(MeetingRow, meeting_id)
            if row is None:
                return None
            row.ended_at = row.ended_at or max(self._clock(), row.started_at)
            return _minutes(session, row)

    def minutes(self, meeting_id: str) -> Minutes | None:
        """What was written down so far."""
        with self._database.reading() as session:
            row = session.get(MeetingRow, meeting_id)
            return _minutes(session, row) if row else None

    def of_chat(self, chat_id: int, thread_id: int | None, *, limit: int) -> Sequence[Meeting]:
        """The newest meetings of a chat's topic, newest first."""
        return self._listed(
            limit,
            MeetingRow.chat_id == chat_id,
            MeetingRow.thread_id == (thread_id or WHOLE_CHAT),
        )

    def of_owner(self, owner_id: int, *, limit: int | None) -> Sequence[Meeting]:
        """The newest meetings that a person began, newest first, wherever that was."""
        return self._listed(limit, MeetingRow.owner_id == owner_id)

    def delete(self, meeting_id: str, *, owner_id: int) -> bool:
        """Delete a meeting and all of its minutes.

        Returns:
            False where there is no such meeting of that owner.
        """
        with self._database.writing() as session:
            done = session.execute(
                delete(MeetingRow).where(
                    MeetingRow.id == meeting_id, MeetingRow.owner_id == owner_id
                )
            )
            return _rows(done) > 0

    def entries_of(self, user_id: int) -> Sequence[tuple[Meeting, Entry]]:
        """What a person asked in any meeting, oldest first."""
        query = (
            select(MeetingRow, EntryRow)
            .join(EntryRow, EntryRow.meeting_id == MeetingRow.id)
            .where(EntryRow.asker_id == user_id)
            .order_by(EntryRow.asked_at, EntryRow.number)
        )
        with self._database.reading() as session:
            return [(_meeting(m), _entry(e)) for m, e in session.execute(query)]

    def forget(self, user_id: int) -> int:
        """Delete a person's meetings, and blot their questions out of everyone else's.

        Returns:
            How many meetings and questions that were.
        """
        with self._database.writing() as session:
            gone = session.execute(delete(MeetingRow).where(MeetingRow.owner_id == user_id))
            blotted = session.execute(
                update(EntryRow)
                .where(EntryRow.asker_id == user_id)
                .values(
                    # A turn's id would lead to the journal's erased turn.
                    turn_id=literal("withdrawn-") + cast(EntryRow.number, String),
                    asker_id=None,
                    asker="",
                    question="",
                    answer_json=None,
                    error=None,
                    withdrawn=True,
                )
            )
            return _rows(gone) + _rows(blotted)

    def move_chat(self, old: int, new: int) -> None:
        """A group has become a supergroup: its meetings go with it."""
        with self._database.writing() as session:
            session.execute(update(MeetingRow).where(MeetingRow.chat_id == old).values(chat_id=new))

    def _listed(self, limit: int | None, *conditions: Any) -> Sequence[Meeting]:  # noqa: ANN401
        query = select(MeetingRow).where(*conditions).order_by(MeetingRow.started_at.desc())
        with self._database.reading() as session:
            return [_meeting(row) for row in session.scalars(query.limit(limit))]


def _rows(result: Any) -> int:  # noqa: ANN401 - SQLAlchemy types this result too narrowly
    return int(result.rowcount)


def _minutes(session: Session, row: MeetingRow) -> Minutes:
    query = select(EntryRow).where(EntryRow.meeting_id == row.id).order_by(EntryRow.number)
    entries = tuple(_entry(entry) for entry in session.scalars(query))
    return Minutes(meeting=_meeting(row), entries=entries)


def _meeting(row: MeetingRow) -> Meeting:
    return Meeting(
        id=row.id,
        chat_id=row.chat_id,
        thread_id=None if row.thread_id == WHOLE_CHAT else row.thread_id,
        owner_id=row.owner_id,
        title=row.title,
        language="ja" if row.language == "ja" else "en",
        zone=row.zone,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )


def _entry(row: EntryRow) -> Entry:
    return Entry(
        number=row.number,
        asked_at=row.asked_at,
        asker_id=row.asker_id,
        asker=row.asker,
        question=row.question,
        answer=Answer.model_validate_json(row.answer_json) if row.answer_json else None,
        error=row.error,
        withdrawn=row.withdrawn,
    )
