"""Updates to work on and letters to send."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.database.tables import Number, UtcDateTime

revision = "0002"
down_revision = "0001"

_OPEN = sa.text("done_at IS NULL")


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "telegram_inbox",
        sa.Column("number", Number, autoincrement=True),
        sa.Column("bot_id", sa.BigInteger, nullable=False),
        sa.Column("update_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("lane", sa.String),
        sa.Column("urgency", sa.Integer, nullable=False),
        sa.Column("chat_id", sa.BigInteger),
        sa.Column("user_id", sa.BigInteger),
        sa.Column("payload", sa.Text),
        sa.Column("notes", sa.Text),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("leased_by", sa.String),
        sa.Column("leased_until", UtcDateTime),
        sa.Column("cancelled_at", UtcDateTime),
        sa.Column("done_at", UtcDateTime),
        sa.PrimaryKeyConstraint("number", name="pk_telegram_inbox"),
        sa.UniqueConstraint("bot_id", "update_id", name="uq_telegram_inbox_bot_id_update_id"),
    )
    op.create_table(
        "telegram_outbox",
        sa.Column("number", Number, autoincrement=True),
        sa.Column("bot_id", sa.BigInteger, nullable=False),
        sa.Column("update_id", sa.BigInteger),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.BigInteger),
        sa.Column("payload", sa.Text),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("message_ids", sa.Text, nullable=False),
        sa.Column("answers", sa.BigInteger),
        sa.Column("ref", sa.String),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("leased_by", sa.String),
        sa.Column("leased_until", UtcDateTime),
        sa.Column("failure", sa.Text),
        sa.Column("done_at", UtcDateTime),
        sa.PrimaryKeyConstraint("number", name="pk_telegram_outbox"),
    )
    for table, columns in (
        ("telegram_inbox", ["lane", "update_id"]),
        ("telegram_outbox", ["chat_id", "number"]),
    ):
        op.create_index(
            f"ix_{table}_open", table, columns, sqlite_where=_OPEN, postgresql_where=_OPEN
        )
        op.create_index(f"ix_{table}_done_at", table, ["done_at"])
    op.create_index("ix_telegram_outbox_chat_id_answers", "telegram_outbox", ["chat_id", "answers"])
