"""The meetings' tables, the same on SQLite and PostgreSQL.

What people wrote, and who they are, is sealed with the journal's keys: `key_id` names the key of
the one who began a meeting, or asked. Once that is destroyed, nobody can read it any more.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.database.tables import Base, UtcDateTime

WHOLE_CHAT = 0
"""Stands for no topic, so that the database can tell two running meetings of a chat apart."""


class MeetingRow(Base):
    """A meeting. At most one runs at a time in a chat's topic."""

    __tablename__ = "meetings_meetings"

    id: Mapped[str] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    thread_id: Mapped[int] = mapped_column(BigInteger)
    key_id: Mapped[str] = mapped_column(index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    language: Mapped[str]
    zone: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index(None, "chat_id", "started_at"),
        Index(
            "uq_meetings_meetings_running",
            "chat_id",
            "thread_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class EntryRow(Base):
    """A question asked in a meeting; `number` counts from 1. `sealed` is null once taken back."""

    __tablename__ = "meetings_entries"

    meeting_id: Mapped[str] = mapped_column(
        ForeignKey("meetings_meetings.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    turn_id: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    key_id: Mapped[str] = mapped_column(index=True)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (Index("uq_meetings_entries_turn", "meeting_id", "turn_id", unique=True),)
