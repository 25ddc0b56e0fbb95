"""Minutes that were written before texts were sealed: sealed now, and the plain ones dropped."""

from __future__ import annotations

from pydantic import ValidationError
from sqlalchemy import BigInteger, Integer, String, Text, column, inspect, select, table, text

from bot.database.tables import UtcDateTime
from bot.journal.owner import owner_of
from bot.journal.rows import AnyRow
from bot.journal.vault import Vault, Work
from bot.meetings.schema import EntryRow, MeetingRow
from bot.meetings.sealing import AskersPart, OwnersPart, seal_entry, seal_meeting
from corpus.errors import JournalError
from retrieval.answer import Answer

_MEETINGS = table(
    "meetings_plain_meetings",
    column("id", String),
    column("chat_id", BigInteger),
    column("thread_id", BigInteger),
    column("owner_id", BigInteger),
    column("title", Text),
    column("language", String),
    column("zone", String),
    column("started_at", UtcDateTime()),
    column("ended_at", UtcDateTime()),
)
_ENTRIES = table(
    "meetings_plain_entries",
    column("meeting_id", String),
    column("number", Integer),
    column("turn_id", String),
    column("asked_at", UtcDateTime()),
    column("asker_id", BigInteger),
    column("asker", Text),
    column("question", Text),
    column("answer_json", Text),
    column("error", Text),
    column("withdrawn", Integer),
)


def seal_plain_minutes(vault: Vault) -> None:
    """Write each again, sealed, and drop the plain tables; nothing where there are none.

    Raises:
        JournalError: there is no key, or an entry cannot be read; all stay as they are.
    """
    with vault.database.reading() as session:
        if not inspect(session.connection()).has_table(_MEETINGS.name):
            return
    vault.keyring()
    with vault.database.writing() as session:
        work = vault.work(session)
        if not work.is_sqlite:
            session.execute(text("LOCK TABLE meetings_meetings IN EXCLUSIVE MODE"))
        if inspect(session.connection()).has_table(_MEETINGS.name):
            _seal(work)


def _seal(work: Work) -> None:
    session, chats = work.session, {}
    for row in session.execute(select(_MEETINGS)):
        key_id = work.key_to_write(owner_of(row.owner_id))
        part = OwnersPart(owner_id=row.owner_id, title=row.title)
        sealed = seal_meeting(work, key_id, row.id, part)
        same = {name: getattr(row, name) for name in _KEPT}
        session.add(MeetingRow(key_id=key_id, sealed=sealed, **same))
        chats[row.id] = row.chat_id
    session.flush()
    for row in session.execute(select(_ENTRIES)):
        same = {name: getattr(row, name) for name in ("meeting_id", "number", "turn_id")}
        entry = EntryRow(asked_at=row.asked_at, key_id="", sealed=None, **same)
        if not row.withdrawn:
            entry.key_id = work.key_to_write(owner_of(row.asker_id, chats[row.meeting_id]))
            said = AskersPart(
                asker_id=row.asker_id,
                asker=row.asker,
                question=row.question,
                answer=_answer(row),
                error=row.error,
            )
            entry.sealed = seal_entry(work, entry.key_id, row.meeting_id, row.number, said)
        session.add(entry)
    session.flush()
    for plain in (_ENTRIES, _MEETINGS):
        session.execute(text(f"DROP TABLE {plain.name}"))


def _answer(row: AnyRow) -> Answer | None:
    try:
        return Answer.model_validate_json(row.answer_json) if row.answer_json else None
    except ValidationError as error:
        raise JournalError(
            f"minutes {row.meeting_id} {row.number} cannot be read, so all minutes stay unsealed: "
            "delete that row of meetings_plain_entries, or mend it from a backup"
        ) from error


_KEPT = ("id", "chat_id", "thread_id", "language", "zone", "started_at", "ended_at")
