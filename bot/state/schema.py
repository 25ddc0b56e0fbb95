"""The bot's tables of people, groups and what was being done, on SQLite and PostgreSQL alike.

No names are kept: Telegram sends them with every message. `thread_id` and `user_id` are 0 where a
chat has no topic, or where a memory belongs to the whole chat, so that they can be part of a key.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.database.tables import Base, UtcDateTime


class PersonRow(Base):
    """A person who wrote to the bot, or whom an administrator spoke of."""

    __tablename__ = "state_people"

    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    role: Mapped[str | None]
    blocked: Mapped[bool]
    language: Mapped[str | None]
    time_zone: Mapped[str | None]
    detail: Mapped[str | None]
    first_seen: Mapped[datetime] = mapped_column(UtcDateTime)
    notice_shown_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    turned_away_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class GroupRow(Base):
    """A group: whether the bot may be there, and how it behaves. `settings` is JSON."""

    __tablename__ = "state_groups"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    allowed: Mapped[bool | None]
    settings: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class InviteRow(Base):
    """An invitation: who holds the code becomes what it says, as often as there are uses left."""

    __tablename__ = "state_invites"

    code: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    uses_left: Mapped[int]
    made_by: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MemoryRow(Base):
    """What was said last in a chat or topic; `turns` is JSON, each with who asked."""

    __tablename__ = "state_memory"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    thread_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    turns: Mapped[str] = mapped_column(Text)
    last_answer: Mapped[str | None] = mapped_column(Text)
    last_album: Mapped[str | None]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index(None, "changed_at"), Index(None, "user_id"))


class ButtonRow(Base):
    """What a keyboard below a message stands for; its buttons carry only the id."""

    __tablename__ = "state_buttons"

    id: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str]
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    owner_id: Mapped[int | None] = mapped_column(BigInteger)
    version: Mapped[int]
    payload: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index(None, "expires_at"), Index(None, "owner_id"))


class DialogueRow(Base):
    """A conversation with steps, one of a kind for each person in a chat; `data` is JSON."""

    __tablename__ = "state_dialogues"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    thread_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[str]
    version: Mapped[int]
    data: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index(None, "expires_at"), Index(None, "user_id"))


class QuotaRow(Base):
    """What a person or group has used in an hour; `subject` as `user:100` or `group:-200`."""

    __tablename__ = "state_quotas"

    subject: Mapped[str] = mapped_column(primary_key=True)
    hour: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    used: Mapped[int]

    __table_args__ = (Index(None, "hour"),)
