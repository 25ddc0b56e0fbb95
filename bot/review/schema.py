"""Who may read the review pages: accounts, one-time links, sessions, attempts to sign in.

Nothing here opens anything: passwords are argon2 hashes, and links and sessions are kept as the
sha256 of what the person holds.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.database.tables import Base, Number, UtcDateTime


class AccountRow(Base):
    """Somebody who may sign in. Without a password, only by one-time link."""

    __tablename__ = "review_accounts"

    name: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LinkRow(Base):
    """A one-time link; gone once it is used."""

    __tablename__ = "review_links"

    digest: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(
        ForeignKey("review_accounts.name", ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class SessionRow(Base):
    """A browser that is signed in."""

    __tablename__ = "review_sessions"

    digest: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(
        ForeignKey("review_accounts.name", ondelete="CASCADE"), index=True
    )
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class AttemptRow(Base):
    """One attempt to sign in; `scope` is a digest of the account or the address tried from."""

    __tablename__ = "review_attempts"

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    scope: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    __table_args__ = (Index(None, "scope", "at"),)
