"""Accounts, one-time links, sessions and attempts to sign in, for the review pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.database.tables import Number, UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "review_accounts",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("password_hash", sa.String),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_review_accounts"),
    )
    _make_for_account("review_links", ("expires_at",))
    _make_for_account("review_sessions", ("opened_at", "seen_at"))
    op.create_table(
        "review_attempts",
        sa.Column("number", Number, primary_key=True, autoincrement=True),
        sa.Column("scope", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_review_attempts"),
    )
    op.create_index("ix_review_attempts_at", "review_attempts", ["at"])
    op.create_index("ix_review_attempts_scope_at", "review_attempts", ["scope", "at"])


def _make_for_account(table: str, times: tuple[str, ...]) -> None:
    op.create_table(
        table,
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("account", sa.String, nullable=False),
        *(sa.Column(name, UtcDateTime, nullable=False) for name in times),
        sa.PrimaryKeyConstraint("digest", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["account"], ["review_accounts.name"], name=f"fk_{table}_account", ondelete="CASCADE"
        ),
    )
    for column in ("account", *times):
        op.create_index(f"ix_{table}_{column}", table, [column])
