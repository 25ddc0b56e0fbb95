"""People, groups, invitations, memory, buttons, dialogues and quotas."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.database.tables import UtcDateTime

revision = "0003"
down_revision = "0002"


def _id(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "state_people",
        _id("user_id"),
        sa.Column("role", sa.String),
        sa.Column("blocked", sa.Boolean, nullable=False),
        sa.Column("language", sa.String),
        sa.Column("time_zone", sa.String),
        sa.Column("detail", sa.String),
        sa.Column("first_seen", UtcDateTime, nullable=False),
        sa.Column("notice_shown_at", UtcDateTime),
        sa.Column("turned_away_at", UtcDateTime),
        sa.PrimaryKeyConstraint("user_id", name="pk_state_people"),
    )
    op.create_table(
        "state_groups",
        _id("chat_id"),
        sa.Column("allowed", sa.Boolean),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name="pk_state_groups"),
    )
    op.create_table(
        "state_invites",
        sa.Column("code", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("uses_left", sa.Integer, nullable=False),
        _id("made_by"),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_state_invites"),
    )
    op.create_table(
        "state_memory",
        _id("chat_id"),
        _id("thread_id"),
        _id("user_id"),
        sa.Column("turns", sa.Text, nullable=False),
        sa.Column("last_answer", sa.Text),
        sa.Column("last_album", sa.String),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "thread_id", "user_id", name="pk_state_memory"),
    )
    op.create_table(
        "state_buttons",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("chat_id", sa.BigInteger),
        sa.Column("owner_id", sa.BigInteger),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_state_buttons"),
    )
    op.create_table(
        "state_dialogues",
        _id("chat_id"),
        _id("thread_id"),
        _id("user_id"),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint(
            "chat_id", "thread_id", "user_id", "kind", name="pk_state_dialogues"
        ),
    )
    op.create_table(
        "state_quotas",
        sa.Column("subject", sa.String, nullable=False),
        _id("hour"),
        sa.Column("used", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("subject", "hour", name="pk_state_quotas"),
    )
    for table, column in (
        ("state_memory", "changed_at"),
        ("state_memory", "user_id"),
        ("state_buttons", "expires_at"),
        ("state_buttons", "owner_id"),
        ("state_dialogues", "expires_at"),
        ("state_dialogues", "user_id"),
        ("state_quotas", "hour"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])
