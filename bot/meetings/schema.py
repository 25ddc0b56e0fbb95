"""The meetings' tables, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text, text
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
    owner_id: Mapped[int] = mapped_column(BigInteger, index=True)
    title: Mapped[str] = mapped_column(Text)
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
    """A question asked in a meeting; `number` counts from 1."""

    __tablename__ = "meetings_entries"

    meeting_id: Mapped[str] = mapped_column(
        ForeignKey("meetings_meetings.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    turn_id: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asker_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    asker: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    answer_json: Mapped[str | None] = mapped_column(Text)
    error: Mapped[str | None] = mapped_column(Text)
    withdrawn: Mapped[bool]

    __table_args__ = (Index("uq_meetings_entries_turn", "meeting_id", "turn_id", unique=True),)
