"""The reviewers' tables: what is to be judged, what was judged, and what came of it.

Texts are sealed under the key of the person whose turn they are about, since they repeat it.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.database.tables import Base, Number, UtcDateTime


def _of_turn(*, primary_key: bool = False) -> Mapped[int]:
    owner = ForeignKey("journal_turns.number", ondelete="CASCADE")
    return mapped_column(Number, owner, primary_key=primary_key, autoincrement=False)


class ItemRow(Base):
    """Where a turn stands in the reviewing: its risk, its lease, its verdict. This one changes.

    The columns from `asked_at` to `key_id` repeat the turn's, so that a filter reads one table.
    `urgency` is the risk of a turn that waits for a verdict, else 0: the order of the queue.
    """

    __tablename__ = "journal_items"

    turn_number: Mapped[int] = _of_turn(primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str]
    language: Mapped[str | None]
    composer: Mapped[str | None]
    channel: Mapped[str]
    key_id: Mapped[str]
    risk: Mapped[int]
    urgency: Mapped[int]
    reasons: Mapped[str]
    sampled: Mapped[bool]
    doubled: Mapped[bool]
    state: Mapped[str]
    version: Mapped[int]
    verdict: Mapped[str | None]
    reviews: Mapped[int]
    first_reviewer: Mapped[str | None]
    useful: Mapped[int]
    useless: Mapped[int]
    assigned_to: Mapped[str | None]
    leased_by: Mapped[str | None]
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index(None, "urgency", "turn_number"),
        Index(None, "verdict", "turn_number"),
        Index(None, "outcome", "turn_number"),
        Index(None, "key_id", "turn_number"),
        Index(None, "assigned_to", "urgency"),
        Index(None, "leased_by"),
        Index(None, "asked_at"),
    )


class ReviewRow(Base):
    """A reviewer's verdict on a turn; one who thinks again writes another row.

    `round`: 1 the first, 2 a blind second, 3 after these two disagreed, 0 any further one.
    `token` is the page's own, so that a form sent twice is one review.
    """

    __tablename__ = "journal_reviews"

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    turn_number: Mapped[int] = _of_turn()
    reviewer: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    verdict: Mapped[str]
    round: Mapped[int]
    tags: Mapped[str]
    token: Mapped[str | None] = mapped_column(unique=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        Index(None, "turn_number", "number"),
        Index(None, "reviewer", "at"),
        Index(None, "round", "turn_number", "verdict"),
    )


class RelevanceRow(Base):
    """How much a passage bears on the question, in one review: 0 not, 1 partly, 2 fully."""

    __tablename__ = "journal_relevance"

    review_number: Mapped[int] = mapped_column(
        Number, ForeignKey("journal_reviews.number", ondelete="CASCADE"), primary_key=True
    )
    rank: Mapped[int] = mapped_column(primary_key=True)
    relevance: Mapped[int]


class TagRow(Base):
    """The tags a turn bears now: those of its newest review."""

    __tablename__ = "journal_tags"

    turn_number: Mapped[int] = _of_turn(primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)

    __table_args__ = (Index(None, "tag", "turn_number"),)


class CorrectionRow(Base):
    """A better answer than the one given; versions count from 1."""

    __tablename__ = "journal_corrections"

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    turn_number: Mapped[int] = _of_turn()
    version: Mapped[int]
    reviewer: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (UniqueConstraint("turn_number", "version"),)


class DraftRow(Base):
    """What a reviewer has typed and not yet sent."""

    __tablename__ = "journal_drafts"

    turn_number: Mapped[int] = _of_turn(primary_key=True)
    reviewer: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class GoldenRow(Base):
    """A golden question or a regression test made from a turn; it outlives the turn's retention."""

    __tablename__ = "journal_goldens"

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    turn_id: Mapped[str]
    key_id: Mapped[str]
    kind: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    reviewer: Mapped[str]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index(None, "turn_id"), Index(None, "key_id"))


class RunRow(Base):
    """An evaluation of the golden questions: how many, how many right, and which."""

    __tablename__ = "journal_runs"

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str]
    as_of: Mapped[date]
    corpus_fingerprint: Mapped[str]
    questions: Mapped[int]
    right: Mapped[int]
    scores: Mapped[str] = mapped_column(Text)


class GapRow(Base):
    """Unanswered questions that mean much the same; `centroid` is the mean of their vectors."""

    __tablename__ = "journal_gaps"

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    count: Mapped[int]
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    model: Mapped[str]
    centroid: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index(None, "count", "number"),)


class GapMemberRow(Base):
    """A turn in a gap, with the vector of its question (float32, unit length)."""

    __tablename__ = "journal_gap_members"

    turn_number: Mapped[int] = _of_turn(primary_key=True)
    gap_number: Mapped[int] = mapped_column(
        Number, ForeignKey("journal_gaps.number", ondelete="CASCADE")
    )
    vector: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index(None, "gap_number", "turn_number"),)


class MarkRow(Base):
    """How far something that is done bit by bit has come."""

    __tablename__ = "journal_marks"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(Number)
