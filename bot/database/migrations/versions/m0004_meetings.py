"""Meetings and what was asked in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.database.tables import UtcDateTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the two tables; the database itself lets only one meeting run in a topic."""
    op.create_table(
        "meetings_meetings",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("thread_id", sa.BigInteger, nullable=False),
        sa.Column("owner_id", sa.BigInteger, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("zone", sa.String, nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_meetings_meetings"),
    )
    op.create_index("ix_meetings_meetings_owner_id", "meetings_meetings", ["owner_id"])
    op.create_index(
        "ix_meetings_meetings_chat_id_started_at", "meetings_meetings", ["chat_id", "started_at"]
    )
    running = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_meetings_meetings_running",
        "meetings_meetings",
        ["chat_id", "thread_id"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )
    op.create_table(
        "meetings_entries",
        sa.Column("meeting_id", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("turn_id", sa.String, nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("asker_id", sa.BigInteger),
        sa.Column("asker", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answer_json", sa.Text),
        sa.Column("error", sa.Text),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("meeting_id", "number", name="pk_meetings_entries"),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meetings_meetings.id"],
            name="fk_meetings_entries_meeting_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_meetings_entries_asker_id", "meetings_entries", ["asker_id"])
    op.create_index(
        "uq_meetings_entries_turn", "meetings_entries", ["meeting_id", "turn_id"], unique=True
    )
