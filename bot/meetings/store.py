"""Meetings begun, written to, ended, listed and deleted; kept in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import String, cast, delete, func, literal, select, update
from sqlalchemy.exc import IntegrityError

from bot.journal.owner import owner_of
from bot.journal.vault import Vault, Work
from bot.meetings.plain import seal_plain_minutes
from bot.meetings.records import (
    LONGEST_NAME,
    LONGEST_TITLE,
    Entry,
    Meeting,
    MeetingRunningError,
    Minutes,
    one_line,
)
from bot.meetings.schema import WHOLE_CHAT, EntryRow, MeetingRow
from bot.meetings.sealing import (
    AskersPart,
    meeting_row,
    read_entry,
    read_meeting,
    read_minutes,
    seal_entry,
)
from corpus.errors import JournalError
from retrieval.answer import Answer, Question, clean_text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Meetings:
    """All meetings. Safe to share among threads and processes; each call is one transaction.

    Args:
        vault: the database they are kept in, with the keys of who speaks in them.
        clock: the time now, aware; None: the vault's.

    Every method may raise what `Database` and `Vault` say.
    """

    def __init__(self, vault: Vault, *, clock: Callable[[], datetime] | None = None) -> None:
        self._vault = vault
        self._database = vault.database
        self._clock = clock or vault.clock
        self._looked_for_plain = False

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
        meeting = Meeting(
            id=token_hex(5),
            chat_id=chat_id,
            thread_id=thread_id,
            owner_id=owner_id,
            title=one_line(title, LONGEST_TITLE),
            language=language,
            zone=zone,
            started_at=self._clock(),
        )
        try:
            with self._writing() as work:
                work.session.add(meeting_row(work, meeting, owner_id))
        except JournalError as error:
            running = self.running(chat_id, thread_id)
            if isinstance(error.__cause__, IntegrityError) and running:
                raise MeetingRunningError(running) from error
            raise
        return meeting

    def running(self, chat_id: int, thread_id: int | None) -> Meeting | None:
        """The meeting that runs in a chat's topic, or in the chat itself."""
        with self._reading() as work:
            return self.load_running(work.session, chat_id, thread_id)

    def load_running(self, session: Session, chat_id: int, thread_id: int | None) -> Meeting | None:
        """The same within a transaction of the caller's."""
        query = select(MeetingRow).where(
            MeetingRow.chat_id == chat_id,
            MeetingRow.thread_id == (thread_id or WHOLE_CHAT),
            MeetingRow.ended_at.is_(None),
        )
        row = session.scalar(query)
        return read_meeting(self._vault.work(session), row) if row else None

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
        operation = self.adding(
            meeting_id, question, outcome, asker_id=asker_id, asker=asker, asked_at=asked_at
        )
        with self._database.writing() as session:
            return operation(session)

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
        """The same as something to do within a transaction of the caller's, begun afterwards.

        `key` tells which question is the same again; the question's own id unless given.
        """
        key, when = key or question.id, asked_at or self._clock()
        answer = outcome if isinstance(outcome, Answer) else None
        part = AskersPart(
            asker_id=asker_id,
            asker=one_line(asker, LONGEST_NAME),
            question=question.text,
            answer=answer.model_copy(update={"passages": ()}) if answer else None,
            error=None if isinstance(outcome, Answer) else clean_text(outcome),
        )
        self._vault.keyring()

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
            work = self._vault.work(session)
            with session.no_autoflush:
                row.asked_at = when
                row.key_id = work.key_to_write(owner_of(asker_id, meeting.chat_id))
                row.sealed = seal_entry(work, row.key_id, meeting_id, row.number, part)
            return True

        return operation

    def end(self, meeting_id: str) -> Minutes | None:
        """End a meeting and hand over its minutes; None: there is none. Twice does no harm."""
        with self._writing() as work:
            row = work.session.get(MeetingRow, meeting_id)
            if row is None:
                return None
            row.ended_at = row.ended_at or max(self._clock(), row.started_at)
            return read_minutes(work, row)

    def minutes(self, meeting_id: str) -> Minutes | None:
        """What was written down so far."""
        with self._reading() as work:
            row = work.session.get(MeetingRow, meeting_id)
            return read_minutes(work, row) if row else None

    def counts(self, meeting_ids: Sequence[str]) -> dict[str, int]:
        """How many questions were asked in each; meetings with none are left out."""
        query = (
            select(EntryRow.meeting_id, func.count().label("asked"))
            .where(EntryRow.meeting_id.in_(meeting_ids))
            .group_by(EntryRow.meeting_id)
        )
        with self._database.reading() as session:
            return {row.meeting_id: row.asked for row in session.execute(query)}

    def of_chat(self, chat_id: int, thread_id: int | None, *, limit: int) -> Sequence[Meeting]:
        """The newest meetings of a chat's topic, newest first."""
        return self._listed(
            limit,
            MeetingRow.chat_id == chat_id,
            MeetingRow.thread_id == (thread_id or WHOLE_CHAT),
        )

    def of_owner(self, owner_id: int, *, limit: int | None) -> Sequence[Meeting]:
        """The newest meetings that a person began, newest first, wherever that was."""
        return self._listed(limit, owner=owner_of(owner_id))

    def delete(self, meeting_id: str, *, owner_id: int) -> bool:
        """Delete a meeting and all of its minutes.

        Returns:
            False where there is no such meeting of that owner.
        """
        with self._writing() as work:
            done = work.session.execute(
                delete(MeetingRow).where(
                    MeetingRow.id == meeting_id,
                    MeetingRow.key_id == work.key_id(owner_of(owner_id)),
                )
            )
            return _rows(done) > 0

    def entries_of(self, user_id: int) -> Sequence[tuple[Meeting, Entry]]:
        """What a person asked in any meeting, oldest first."""
        with self._reading() as work:
            query = (
                select(MeetingRow, EntryRow)
                .join(EntryRow, EntryRow.meeting_id == MeetingRow.id)
                .where(EntryRow.key_id == work.key_id(owner_of(user_id)))
                .where(EntryRow.sealed.is_not(None))
                .order_by(EntryRow.asked_at, EntryRow.number)
            )
            found = work.session.execute(query).all()
            return [(read_meeting(work, m), read_entry(work, e)) for m, e in found]

    def forget(self, user_id: int) -> int:
        """Delete a person's meetings, and blot their questions out of everyone else's.

        Their key still has to be there: it tells what is theirs.

        Returns:
            How many meetings and questions that were.
        """
        with self._writing() as work:
            key_id = work.key_id(owner_of(user_id))
            if key_id is None:
                return 0
            gone = work.session.execute(delete(MeetingRow).where(MeetingRow.key_id == key_id))
            blotted = work.session.execute(
                update(EntryRow)
                .where(EntryRow.key_id == key_id)
                .values(
                    # A turn's id would lead to the journal's erased turn.
                    turn_id=literal("withdrawn-") + cast(EntryRow.number, String),
                    key_id="",
                    sealed=None,
                )
            )
            return _rows(gone) + _rows(blotted)

    def move_chat(self, old: int, new: int) -> None:
        """A group has become a supergroup: its meetings go with it."""
        with self._database.writing() as session:
            session.execute(update(MeetingRow).where(MeetingRow.chat_id == old).values(chat_id=new))

    def _listed(
        self,
        limit: int | None,
        *conditions: Any,  # noqa: ANN401
        owner: str | None = None,
    ) -> Sequence[Meeting]:
        query = select(MeetingRow).where(*conditions).order_by(MeetingRow.started_at.desc())
        with self._reading() as work:
            if owner is not None:
                query = query.where(MeetingRow.key_id == work.key_id(owner))
            rows = work.session.scalars(query.limit(limit)).all()
            work.load_keys({row.key_id for row in rows})
            return [read_meeting(work, row) for row in rows]

    @contextmanager
    def _reading(self) -> Iterator[Work]:
        self.seal_plain()
        with self._database.reading() as session:
            yield self._vault.work(session)

    @contextmanager
    def _writing(self) -> Iterator[Work]:
        self.seal_plain()
        self._vault.keyring()
        with self._database.writing() as session:
            yield self._vault.work(session)

    def seal_plain(self) -> None:
        """Minutes of a version that sealed nothing are sealed at the first look."""
        if not self._looked_for_plain:
            seal_plain_minutes(self._vault)
            self._looked_for_plain = True


def _rows(result: Any) -> int:  # noqa: ANN401 - SQLAlchemy types this result too narrowly
    return int(result.rowcount)
