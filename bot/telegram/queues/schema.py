"""The tables of updates to work on and letters to send, the same on SQLite and PostgreSQL.

A row is open until `done_at` is set; then its text is dropped and what is left serves to know a
repeated delivery, or which message answered which, until it is pruned.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.database.tables import Base, Number, UtcDateTime

_OPEN = text("done_at IS NULL")


class InboxRow(Base):
    """An update, kept before Telegram is told that it arrived.

    `lane`: updates of one lane are worked on one at a time, in the order of their ids; null: at
    once. `urgency`: 0 goes first. A row is free when its lease is null or over.
    """

    __tablename__ = "telegram_inbox"

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    bot_id: Mapped[int] = mapped_column(BigInteger)
    update_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str]
    lane: Mapped[str | None]
    urgency: Mapped[int]
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    payload: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int]
    leased_by: Mapped[str | None]
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("bot_id", "update_id"),
        Index("ix_telegram_inbox_open", "lane", "update_id", sqlite_where=_OPEN,
              postgresql_where=_OPEN),
        Index(None, "done_at"),
    )  # fmt: skip


class OutboxRow(Base):
    """A letter: one or more messages to one place, sent in order; `position` are out already.

    `message_ids` are those of the messages that are out, as a JSON list. `answers` is the message
    it answers, `ref` what it is about (for one, the id of the turn).
    """

    __tablename__ = "telegram_outbox"

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    bot_id: Mapped[int] = mapped_column(BigInteger)
    update_id: Mapped[int | None] = mapped_column(BigInteger)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    payload: Mapped[str | None] = mapped_column(Text)
    position: Mapped[int]
    message_ids: Mapped[str] = mapped_column(Text)
    answers: Mapped[int | None] = mapped_column(BigInteger)
    ref: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int]
    leased_by: Mapped[str | None]
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failure: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_telegram_outbox_open", "chat_id", "number", sqlite_where=_OPEN,
              postgresql_where=_OPEN),
        Index(None, "chat_id", "answers"),
        Index(None, "done_at"),
    )  # fmt: skip
