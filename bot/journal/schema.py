"""The journal's tables, the same on SQLite and PostgreSQL.

Questions and answers are kept as JSON in text columns: text comes back byte for byte, so that later
checks of integrity can rely on it. The columns beside them repeat what is worth querying. The
database itself refuses to change a turn once it is written; see the first migration.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.database.tables import Base, Number, UtcDateTime


class PassageRow(Base):
    """A passage that was found for a turn; `rank` counts from 1, best first."""

    __tablename__ = "journal_passages"

    turn_number: Mapped[int] = mapped_column(
        Number, ForeignKey("journal_turns.number", ondelete="CASCADE"), primary_key=True
    )
    rank: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str]
    section: Mapped[str] = mapped_column(Text)
    start: Mapped[int]
    end: Mapped[int]
    score: Mapped[float]
    dense_rank: Mapped[int | None]
    keyword_rank: Mapped[int | None]


class TurnRow(Base):
    """A question and what came of it. Written once, never changed."""

    __tablename__ = "journal_turns"

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    channel: Mapped[str]
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    question: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str]
    as_of: Mapped[date | None]
    language: Mapped[str | None]
    composer: Mapped[str | None]
    corpus_fingerprint: Mapped[str | None]
    total_ms: Mapped[float | None]
    error: Mapped[str | None] = mapped_column(Text)
    question_json: Mapped[str] = mapped_column(Text)
    answer_json: Mapped[str | None] = mapped_column(Text)
    report_json: Mapped[str | None] = mapped_column(Text)

    passages: Mapped[list[PassageRow]] = relationship(
        order_by=PassageRow.rank, passive_deletes=True
    )

    __table_args__ = (Index(None, "asked_at", "number"),)
