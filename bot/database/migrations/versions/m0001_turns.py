"""Turns and the passages found for them; neither is ever changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.database.tables import Number, UtcDateTime

revision = "0001"
down_revision = None

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


def upgrade() -> None:
    """Make the tables, and have the database itself refuse to change a row once written."""
    op.create_table(
        "journal_turns",
        sa.Column("number", Number, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("chat_id", sa.BigInteger),
        sa.Column("user_id", sa.BigInteger),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("as_of", sa.Date),
        sa.Column("language", sa.String),
        sa.Column("composer", sa.String),
        sa.Column("corpus_fingerprint", sa.String),
        sa.Column("total_ms", sa.Double),
        sa.Column("error", sa.Text),
        sa.Column("question_json", sa.Text, nullable=False),
        sa.Column("answer_json", sa.Text),
        sa.Column("report_json", sa.Text),
        sa.PrimaryKeyConstraint("number", name="pk_journal_turns"),
        sa.UniqueConstraint("id", name="uq_journal_turns_id"),
    )
    op.create_index("ix_journal_turns_asked_at_number", "journal_turns", ["asked_at", "number"])
    op.create_table(
        "journal_passages",
        sa.Column("turn_number", Number, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("document_id", sa.String, nullable=False),
        sa.Column("section", sa.Text, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("score", sa.Double, nullable=False),
        sa.Column("dense_rank", sa.Integer),
        sa.Column("keyword_rank", sa.Integer),
        sa.PrimaryKeyConstraint("turn_number", "rank", name="pk_journal_passages"),
        sa.ForeignKeyConstraint(
            ["turn_number"],
            ["journal_turns.number"],
            name="fk_journal_passages_turn_number",
            ondelete="CASCADE",
        ),
    )
    for table in ("journal_turns", "journal_passages"):
        for statement in _FORBID_CHANGE[op.get_bind().dialect.name]:
            op.execute(statement.format(table=table))
