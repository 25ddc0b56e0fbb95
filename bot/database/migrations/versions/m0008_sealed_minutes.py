"""Minutes whose texts are sealed with people's keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.database.tables import UtcDateTime

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables anew; minutes there already wait in plain tables until a key seals them."""
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM meetings_meetings")):
        op.execute("CREATE TABLE meetings_plain_meetings AS SELECT * FROM meetings_meetings")
        op.execute("CREATE TABLE meetings_plain_entries AS SELECT * FROM meetings_entries")
    op.drop_table("meetings_entries")
    op.drop_table("meetings_meetings")
    op.create_table(
        "meetings_meetings",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("thread_id", sa.BigInteger, nullable=False),
        sa.Column("key_id", sa.String, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("zone", sa.String, nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_meetings_meetings"),
    )
    op.create_index("ix_meetings_meetings_key_id", "meetings_meetings", ["key_id"])
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
        sa.Column("key_id", sa.String, nullable=False),
        sa.Column("sealed", sa.LargeBinary),
        sa.PrimaryKeyConstraint("meeting_id", "number", name="pk_meetings_entries"),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meetings_meetings.id"],
            name="fk_meetings_entries_meeting_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_meetings_entries_key_id", "meetings_entries", ["key_id"])
    op.create_index(
        "uq_meetings_entries_turn", "meetings_entries", ["meeting_id", "turn_id"], unique=True
    )
