"""What the reviewers keep: items, reviews, corrections, drafts, golden questions, gaps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.database.tables import Number, UtcDateTime

revision = "0006"
down_revision = "0005"

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


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "journal_gaps",
        sa.Column("number", Number, autoincrement=True, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("first_at", UtcDateTime, nullable=False),
        sa.Column("last_at", UtcDateTime, nullable=False),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("centroid", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_journal_gaps"),
    )
    op.create_index("ix_journal_gaps_count_number", "journal_gaps", ["count", "number"])
    op.create_table(
        "journal_goldens",
        sa.Column("number", Number, autoincrement=True, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("turn_id", sa.String, nullable=False),
        sa.Column("key_id", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("reviewer", sa.String, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("retired_at", UtcDateTime),
        sa.PrimaryKeyConstraint("number", name="pk_journal_goldens"),
        sa.UniqueConstraint("id", name="uq_journal_goldens_id"),
    )
    op.create_index("ix_journal_goldens_key_id", "journal_goldens", ["key_id"])
    op.create_index("ix_journal_goldens_turn_id", "journal_goldens", ["turn_id"])
    op.create_table(
        "journal_marks",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("value", Number, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_journal_marks"),
    )
    op.create_table(
        "journal_runs",
        sa.Column("number", Number, autoincrement=True, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("corpus_fingerprint", sa.String, nullable=False),
        sa.Column("questions", sa.Integer, nullable=False),
        sa.Column("right", sa.Integer, nullable=False),
        sa.Column("scores", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_journal_runs"),
        sa.UniqueConstraint("id", name="uq_journal_runs_id"),
    )
    op.create_table(
        "journal_corrections",
        sa.Column("number", Number, autoincrement=True, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("turn_number", Number, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("reviewer", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(
            ["turn_number"],
            ["journal_turns.number"],
            name="fk_journal_corrections_turn_number",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", name="pk_journal_corrections"),
        sa.UniqueConstraint("id", name="uq_journal_corrections_id"),
        sa.UniqueConstraint(
            "turn_number", "version", name="uq_journal_corrections_turn_number_version"
        ),
    )
    op.create_table(
        "journal_drafts",
        sa.Column("turn_number", Number, autoincrement=False, nullable=False),
        sa.Column("reviewer", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(
            ["turn_number"],
            ["journal_turns.number"],
            name="fk_journal_drafts_turn_number",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("turn_number", "reviewer", name="pk_journal_drafts"),
    )
    op.create_table(
        "journal_gap_members",
        sa.Column("turn_number", Number, autoincrement=False, nullable=False),
        sa.Column("gap_number", Number, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(
            ["gap_number"],
            ["journal_gaps.number"],
            name="fk_journal_gap_members_gap_number",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["turn_number"],
            ["journal_turns.number"],
            name="fk_journal_gap_members_turn_number",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("turn_number", name="pk_journal_gap_members"),
    )
    op.create_index(
        "ix_journal_gap_members_gap_number_turn_number",
        "journal_gap_members",
        ["gap_number", "turn_number"],
    )
    op.create_table(
        "journal_items",
        sa.Column("turn_number", Number, autoincrement=False, nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("language", sa.String),
        sa.Column("composer", sa.String),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("key_id", sa.String, nullable=False),
        sa.Column("risk", sa.Integer, nullable=False),
        sa.Column("urgency", sa.Integer, nullable=False),
        sa.Column("reasons", sa.String, nullable=False),
        sa.Column("sampled", sa.Boolean, nullable=False),
        sa.Column("doubled", sa.Boolean, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("verdict", sa.String),
        sa.Column("reviews", sa.Integer, nullable=False),
        sa.Column("first_reviewer", sa.String),
        sa.Column("useful", sa.Integer, nullable=False),
        sa.Column("useless", sa.Integer, nullable=False),
        sa.Column("assigned_to", sa.String),
        sa.Column("leased_by", sa.String),
        sa.Column("leased_until", UtcDateTime),
        sa.ForeignKeyConstraint(
            ["turn_number"],
            ["journal_turns.number"],
            name="fk_journal_items_turn_number",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("turn_number", name="pk_journal_items"),
    )
    op.create_index("ix_journal_items_asked_at", "journal_items", ["asked_at"])
    op.create_index(
        "ix_journal_items_assigned_to_urgency", "journal_items", ["assigned_to", "urgency"]
    )
    op.create_index(
        "ix_journal_items_key_id_turn_number", "journal_items", ["key_id", "turn_number"]
    )
    op.create_index("ix_journal_items_leased_by", "journal_items", ["leased_by"])
    op.create_index(
        "ix_journal_items_outcome_turn_number", "journal_items", ["outcome", "turn_number"]
    )
    op.create_index(
        "ix_journal_items_urgency_turn_number", "journal_items", ["urgency", "turn_number"]
    )
    op.create_index(
        "ix_journal_items_verdict_turn_number", "journal_items", ["verdict", "turn_number"]
    )
    op.create_table(
        "journal_reviews",
        sa.Column("number", Number, autoincrement=True, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("turn_number", Number, autoincrement=False, nullable=False),
        sa.Column("reviewer", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("tags", sa.String, nullable=False),
        sa.Column("token", sa.String),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(
            ["turn_number"],
            ["journal_turns.number"],
            name="fk_journal_reviews_turn_number",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", name="pk_journal_reviews"),
        sa.UniqueConstraint("id", name="uq_journal_reviews_id"),
        sa.UniqueConstraint("token", name="uq_journal_reviews_token"),
    )
    op.create_index("ix_journal_reviews_reviewer_at", "journal_reviews", ["reviewer", "at"])
    op.create_index(
        "ix_journal_reviews_round_turn_number_verdict",
        "journal_reviews",
        ["round", "turn_number", "verdict"],
    )
    op.create_index(
        "ix_journal_reviews_turn_number_number", "journal_reviews", ["turn_number", "number"]
    )
    op.create_table(
        "journal_tags",
        sa.Column("turn_number", Number, autoincrement=False, nullable=False),
        sa.Column("tag", sa.String, nullable=False),
        sa.ForeignKeyConstraint(
            ["turn_number"],
            ["journal_turns.number"],
            name="fk_journal_tags_turn_number",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("turn_number", "tag", name="pk_journal_tags"),
    )
    op.create_index("ix_journal_tags_tag_turn_number", "journal_tags", ["tag", "turn_number"])
    op.create_table(
        "journal_relevance",
        sa.Column("review_number", Number, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("relevance", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["review_number"],
            ["journal_reviews.number"],
            name="fk_journal_relevance_review_number",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("review_number", "rank", name="pk_journal_relevance"),
    )
    for part in ("reviews", "relevance", "corrections"):
        for statement in _FORBID_CHANGE[op.get_bind().dialect.name]:
            op.execute(statement.format(table=f"journal_{part}"))
