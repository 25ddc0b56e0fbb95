"""Minutes sealed and unsealed: what people wrote, under the key of whoever wrote it."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import select

from bot.journal.owner import owner_of
from bot.journal.vault import Work
from bot.meetings.records import Entry, Meeting, Minutes
from bot.meetings.schema import WHOLE_CHAT, EntryRow, MeetingRow
from corpus.errors import JournalError
from retrieval.answer import Answer


class _Sealed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OwnersPart(_Sealed):
    """What of a meeting is sealed under the key of the one who began it."""

    owner_id: int
    title: str


class AskersPart(_Sealed):
    """What of an entry is sealed under the key of the one who asked."""

    asker_id: int | None
    asker: str
    question: str
    answer: Answer | None
    error: str | None


def seal_meeting(work: Work, key_id: str, meeting_id: str, part: OwnersPart) -> bytes:
    """Seal it for its place."""
    return work.seal(key_id, part.model_dump_json(), f"meeting {meeting_id}")


def seal_entry(work: Work, key_id: str, meeting_id: str, number: int, part: AskersPart) -> bytes:
    """Seal it for its place."""
    return work.seal(key_id, part.model_dump_json(), f"minutes {meeting_id} {number}")


def read_meeting(work: Work, row: MeetingRow) -> Meeting:
    """A meeting; without its title, where its owner was erased.

    Raises:
        JournalError: it was altered, or written by another version.
    """
    place = f"meeting {row.id}"
    text = work.unseal(row.key_id, row.sealed, place)
    part = _read(OwnersPart, text, place) if text is not None else None
    return Meeting(
        id=row.id,
        chat_id=row.chat_id,
        thread_id=None if row.thread_id == WHOLE_CHAT else row.thread_id,
        owner_id=part.owner_id if part else None,
        title=part.title if part else "",
        language="ja" if row.language == "ja" else "en",
        zone=row.zone,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )


def read_entry(work: Work, row: EntryRow) -> Entry:
    """An entry; withdrawn, where the one who asked was erased.

    Raises:
        JournalError: it was altered, or written by another version.
    """
    place = f"minutes {row.meeting_id} {row.number}"
    text = work.unseal(row.key_id, row.sealed, place)
    if text is None:
        return Entry(
            number=row.number,
            asked_at=row.asked_at,
            asker_id=None,
            asker="",
            question="",
            withdrawn=True,
        )
    part = _read(AskersPart, text, place)
    return Entry(number=row.number, asked_at=row.asked_at, **dict(part))


def read_minutes(work: Work, row: MeetingRow) -> Minutes:
    """A meeting and all that was asked in it.

    Raises:
        JournalError: it was altered, or written by another version.
    """
    query = select(EntryRow).where(EntryRow.meeting_id == row.id).order_by(EntryRow.number)
    rows = work.session.scalars(query).all()
    work.load_keys({entry.key_id for entry in rows})
    entries = tuple(read_entry(work, entry) for entry in rows)
    return Minutes(meeting=read_meeting(work, row), entries=entries)


def meeting_row(work: Work, meeting: Meeting, owner_id: int) -> MeetingRow:
    """A meeting as it is kept."""
    key_id = work.key_to_write(owner_of(owner_id))
    part = OwnersPart(owner_id=owner_id, title=meeting.title)
    return MeetingRow(
        id=meeting.id,
        chat_id=meeting.chat_id,
        thread_id=meeting.thread_id or WHOLE_CHAT,
        key_id=key_id,
        sealed=seal_meeting(work, key_id, meeting.id, part),
        language=meeting.language,
        zone=meeting.zone,
        started_at=meeting.started_at,
        ended_at=meeting.ended_at,
    )


Part = TypeVar("Part", OwnersPart, AskersPart)


def _read(kind: type[Part], text: str, place: str) -> Part:
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        raise JournalError(
            f"{place} cannot be read: it was written by another version of Lodestone, or altered. "
            "Read it with that version, or from a backup"
        ) from error
