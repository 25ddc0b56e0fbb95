"""Sealed texts, a key per person, the search index and the chain of events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.database.tables import Number, UtcDateTime

revision = "0005"
down_revision = "0004"

_FORBID_CHANGE = {
    "sqlite": (
        "CREATE TRIGGER {table}_stay BEFORE UPDATE ON {table} "
        "BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is never changed', TG_TABLE_NAME; END $$",
        "CREATE TRIGGER {table}_stay BEFORE UPDATE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION journal_refuse()",
    ),
}

_SEARCH = {
    "sqlite": ("CREATE VIRTUAL TABLE journal_fts USING fts5(terms, tokenize = 'ascii')",),
    "postgresql": (
        "CREATE TABLE journal_fts (turn_number BIGINT PRIMARY KEY REFERENCES "
        "journal_turns (number) ON DELETE CASCADE, terms TSVECTOR NOT NULL)",
        "CREATE INDEX ix_journal_fts_terms ON journal_fts USING gin (terms)",
    ),
}
"""Each database's own full-text search, over keyed hashes of words: see bot/journal/words.py."""


def upgrade() -> None:
    """Make the tables anew; turns there are already wait in plain tables until a key seals them."""
    database = op.get_bind().dialect.name
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM journal_turns")):
        op.execute("CREATE TABLE journal_plain_turns AS SELECT * FROM journal_turns")
    op.drop_table("journal_passages")
    op.drop_table("journal_turns")
    op.create_table(
        "journal_chain",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("count", Number, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("seal", sa.String, nullable=False),
        sa.Column("key_check", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal_chain"),
    )
    op.create_table(
        "journal_events",
        sa.Column("number", Number, autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("before", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_journal_events"),
    )
    op.create_index("ix_journal_events_kind_number", "journal_events", ["kind", "number"])
    op.create_index("ix_journal_events_subject", "journal_events", ["subject"])
    op.create_table(
        "journal_exports",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("form", sa.String, nullable=False),
        sa.Column("path", sa.Text),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal_exports"),
    )
    op.create_table(
        "journal_keys",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal_keys"),
        sa.UniqueConstraint("owner", name="uq_journal_keys_owner"),
    )
    op.create_table(
        "journal_results",
        sa.Column("number", Number, autoincrement=True, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("key_id", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_journal_results"),
        sa.UniqueConstraint("id", name="uq_journal_results_id"),
    )
    op.create_index("ix_journal_results_at", "journal_results", ["at"])
    op.create_index(
        "ix_journal_results_key_id_kind_number", "journal_results", ["key_id", "kind", "number"]
    )
    op.create_table(
        "journal_tallies",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("measure", sa.String, nullable=False),
        sa.Column("label", sa.String, nullable=False),
        sa.Column("amount", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("day", "measure", "label", name="pk_journal_tallies"),
    )
    op.create_table(
        "journal_turns",
        sa.Column("number", Number, autoincrement=True, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("key_id", sa.String, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("as_of", sa.Date),
        sa.Column("language", sa.String),
        sa.Column("composer", sa.String),
        sa.Column("corpus_fingerprint", sa.String),
        sa.Column("total_ms", sa.Double()),
        sa.Column("cost_usd", sa.Double()),
        sa.Column("question_sealed", sa.LargeBinary, nullable=False),
        sa.Column("answer_sealed", sa.LargeBinary),
        sa.Column("report_sealed", sa.LargeBinary),
        sa.PrimaryKeyConstraint("number", name="pk_journal_turns"),
        sa.UniqueConstraint("id", name="uq_journal_turns_id"),
    )
    op.create_index("ix_journal_turns_asked_at_number", "journal_turns", ["asked_at", "number"])
    op.create_index("ix_journal_turns_key_id_number", "journal_turns", ["key_id", "number"])
    op.create_table(
        "journal_citations",
        sa.Column("turn_number", Number, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("document_id", sa.String, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("exact", sa.Boolean),
        sa.ForeignKeyConstraint(
            ["turn_number"],
            ["journal_turns.number"],
            name="fk_journal_citations_turn_number",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("turn_number", "position", name="pk_journal_citations"),
    )
    op.create_index(
        "ix_journal_citations_document_id_turn_number",
        "journal_citations",
        ["document_id", "turn_number"],
    )
    op.create_table(
        "journal_claims",
        sa.Column("turn_number", Number, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("citations", sa.String, nullable=False),
        sa.Column("grounded", sa.Boolean),
        sa.Column("gate", sa.String),
        sa.Column("reason", sa.String),
        sa.ForeignKeyConstraint(
            ["turn_number"],
            ["journal_turns.number"],
            name="fk_journal_claims_turn_number",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("turn_number", "position", name="pk_journal_claims"),
    )
    op.create_table(
        "journal_feedback",
        sa.Column("number", Number, autoincrement=True, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("turn_number", Number, nullable=False),
        sa.Column("key_id", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("useful", sa.Boolean, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(
            ["turn_number"],
            ["journal_turns.number"],
            name="fk_journal_feedback_turn_number",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", name="pk_journal_feedback"),
        sa.UniqueConstraint("id", name="uq_journal_feedback_id"),
    )
    op.create_index("ix_journal_feedback_key_id_number", "journal_feedback", ["key_id", "number"])
    op.create_index(
        "ix_journal_feedback_turn_number_number", "journal_feedback", ["turn_number", "number"]
    )
    op.create_table(
        "journal_passages",
        sa.Column("turn_number", Number, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("document_id", sa.String, nullable=False),
        sa.Column("section", sa.Text, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("dense_rank", sa.Integer),
        sa.Column("keyword_rank", sa.Integer),
        sa.Column("text_hash", sa.String),
        sa.ForeignKeyConstraint(
            ["turn_number"],
            ["journal_turns.number"],
            name="fk_journal_passages_turn_number",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("turn_number", "rank", name="pk_journal_passages"),
    )
    for statement in _SEARCH[database]:
        op.execute(statement)
    for part in ("turns", "passages", "citations", "claims", "feedback", "results", "events"):
        for statement in _FORBID_CHANGE[database]:
            op.execute(statement.format(table=f"journal_{part}"))
