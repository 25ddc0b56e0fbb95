"""The journal's tables, the same on SQLite and PostgreSQL.

Names begin with `journal_`, since a database may be shared with other tables. Questions and answers
are kept as JSON in text columns: text comes back byte for byte, so that later checks of integrity
can rely on it. The columns beside them repeat what is worth querying.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    TypeDecorator,
    event,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

SCHEMA_VERSION = "0001"
"""Changes with the tables. Numbered as a migration's id, so that a migration tool can take over."""


class UtcDateTime(TypeDecorator[datetime]):
    """Aware times in, UTC times out; SQLite itself keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn to UTC before storing."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite counts up by itself only for a column declared INTEGER.
_Number = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """All tables of the journal."""


class VersionRow(Base):
    """Which schema the database has: one row, in the shape that Alembic keeps."""

    __tablename__ = "journal_version"

    version_num: Mapped[str] = mapped_column(String(32), primary_key=True)


class PassageRow(Base):
    """A passage that was found for a turn; `rank` counts from 1, best first."""

    __tablename__ = "journal_passages"

    turn_number: Mapped[int] = mapped_column(
        _Number, ForeignKey("journal_turns.number", ondelete="CASCADE"), primary_key=True
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

    number: Mapped[int] = mapped_column(_Number, primary_key=True, autoincrement=True)
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

    __table_args__ = (Index("ix_journal_turns_asked_at", "asked_at", "number"),)


_FORBID_CHANGE = {
    "sqlite": (
        "CREATE TRIGGER {table}_stay BEFORE UPDATE ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'turns are never changed'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'turns are never changed'; END $$",
        "CREATE TRIGGER {table}_stay BEFORE UPDATE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION journal_refuse()",
    ),
}


def _forbid_change(table: Table, connection: Connection, **_: object) -> None:
    """Have the database itself refuse to change a row once it is written."""
    for statement in _FORBID_CHANGE[connection.dialect.name]:
        connection.exec_driver_sql(statement.format(table=table.name))


for _name in (TurnRow.__tablename__, PassageRow.__tablename__):
    event.listen(Base.metadata.tables[_name], "after_create", _forbid_change)
