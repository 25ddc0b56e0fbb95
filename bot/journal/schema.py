"""The journal's tables, the same on SQLite and PostgreSQL.

What people wrote, and what repeats it, is only here as sealed bytes (`bot/journal/seal.py`), under
the key of the person who wrote it. Beside it stands what is worth querying and tells nobody's
secret: outcomes, documents, figures. The database itself refuses to change a row once it is
written; see the migrations. The reviewers' tables, which change, are in `bot/journal/review/`.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.database.tables import Base, Number, UtcDateTime


def _of_turn(*, primary_key: bool = False) -> Mapped[int]:
    """The turn a row belongs to, and goes with."""
    owner = ForeignKey("journal_turns.number", ondelete="CASCADE")
    return mapped_column(Number, owner, primary_key=primary_key)


class KeyRow(Base):
    """A person's key, itself sealed by the master key. Without it nothing of theirs can be read.

    `owner` is a keyed hash of who it is, and stands nowhere else: a turn names the key alone.
    """

    __tablename__ = "journal_keys"

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(unique=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TurnRow(Base):
    """A question and what came of it. Written once, never changed."""

    __tablename__ = "journal_turns"

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    channel: Mapped[str]
    key_id: Mapped[str]
    outcome: Mapped[str]
    as_of: Mapped[date | None]
    language: Mapped[str | None]
    composer: Mapped[str | None]
    corpus_fingerprint: Mapped[str | None]
    total_ms: Mapped[float | None]
    cost_usd: Mapped[float | None]
    question_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    answer_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    report_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (Index(None, "asked_at", "number"), Index(None, "key_id", "number"))


class PassageRow(Base):
    """A passage that was found for a turn; `rank` counts from 1, best first.

    `text_hash` is the sha256 of its text on that day; null: the documents were not at hand.
    """

    __tablename__ = "journal_passages"

    turn_number: Mapped[int] = _of_turn(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str]
    section: Mapped[str] = mapped_column(Text)
    start: Mapped[int]
    end: Mapped[int]
    score: Mapped[float]
    dense_rank: Mapped[int | None]
    keyword_rank: Mapped[int | None]
    text_hash: Mapped[str | None]


class CitationRow(Base):
    """A span that was cited; `exact`: the quote stood there word for word (null: not known)."""

    __tablename__ = "journal_citations"

    turn_number: Mapped[int] = _of_turn(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    document_id: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    exact: Mapped[bool | None]

    __table_args__ = (Index(None, "document_id", "turn_number"),)


class ClaimRow(Base):
    """A claim and its checks; `gate` and `reason` tell why one was cut before anyone read it.

    `digest` is keyed with the person's key, so that it says nothing once that is gone. `grounded`:
    every number of the claim stands in what it cites.
    """

    __tablename__ = "journal_claims"

    turn_number: Mapped[int] = _of_turn(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str]
    citations: Mapped[str]
    grounded: Mapped[bool | None]
    gate: Mapped[str | None]
    reason: Mapped[str | None]


class FeedbackRow(Base):
    """What a person thought of an answer. One who thinks again writes another row."""

    __tablename__ = "journal_feedback"

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    turn_number: Mapped[int] = _of_turn()
    key_id: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    useful: Mapped[bool]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index(None, "turn_number", "number"), Index(None, "key_id", "number"))


class ResultRow(Base):
    """An allocation or the like, kept whole so that it can be made again and compared."""

    __tablename__ = "journal_results"

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    channel: Mapped[str]
    key_id: Mapped[str]
    kind: Mapped[str]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index(None, "key_id", "kind", "number"), Index(None, "at"))


class EventRow(Base):
    """A link of the chain: what happened to what, the digest of its row, and the link before."""

    __tablename__ = "journal_events"

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str]
    subject: Mapped[str]
    actor: Mapped[str]
    detail: Mapped[str] = mapped_column(Text)
    digest: Mapped[str]
    before: Mapped[str]
    hash: Mapped[str]

    __table_args__ = (Index(None, "subject"), Index(None, "kind", "number"))


class ChainRow(Base):
    """The end of the chain, sealed so that nobody without the key can move it. One row."""

    __tablename__ = "journal_chain"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column(Number)
    hash: Mapped[str]
    seal: Mapped[str]
    key_check: Mapped[str]


class ExportRow(Base):
    """A file that turns were written to, so that an erased person's can be taken out again."""

    __tablename__ = "journal_exports"

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str]
    form: Mapped[str]
    path: Mapped[str | None] = mapped_column(Text)
    rows: Mapped[int]


class TallyRow(Base):
    """A day's count of something, kept up as turns are written: `amount` of `label`."""

    __tablename__ = "journal_tallies"

    day: Mapped[date] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[float]
