"""Accounts: a name, a role, perhaps a password."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import AwareDatetime, BaseModel, ConfigDict

from corpus.errors import AccessError

if TYPE_CHECKING:
    from bot.database import Database
    from bot.review.access.passwords import Passwords
    from bot.review.schema import AccountRow

LONGEST_NAME = 40
_NAME = re.compile(r"\w[\w.\-]*")


class Role(StrEnum):
    """What somebody may do; each may do what those before may."""

    VIEWER = "viewer"
    """Read turns, documents, golden questions and insights."""
    REVIEWER = "reviewer"
    """Judge, correct, promote, run the golden questions."""
    ADMIN = "admin"
    """Export, assign, see who did what."""

    def includes(self, other: Role) -> bool:
        """Whether this role may do what `other` may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


class Account(BaseModel):
    """Somebody who may sign in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    role: Role
    has_password: bool
    created_at: AwareDatetime


def clean_name(given: str) -> str:
    """The name as it is kept: one spelling for what looks the same.

    Raises:
        AccessError: it is no name.
    """
    name = unicodedata.normalize("NFKC", given).strip().casefold()
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise AccessError(
            f"{given[:LONGEST_NAME]!r} is no name for an account: use at most {LONGEST_NAME} "
            "letters, digits, dots, hyphens and underscores, a letter or digit first"
        )
    return name


class Accounts:
    """The accounts in a database. Safe to share among threads."""

    def __init__(
        self, database: Database, passwords: Passwords, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._clock = clock

    def add(self, name: str, role: Role, password: str | None = None) -> Account:
        """Make an account.

        Raises:
            AccessError: the name is taken or unusable, or the password too short or too long.
        """
        from sqlalchemy.exc import IntegrityError

        from bot.review.schema import AccountRow
        from corpus.errors import JournalError

        name = clean_name(name)
        hashed = None if password is None else self._passwords.hash(password)
        row = AccountRow(name=name, role=role.value, password_hash=hashed, created_at=self._clock())
        try:
            with self._database.writing() as session:
                session.add(row)
                session.flush()
                return _account(row)
        except JournalError as error:
            if isinstance(error.__cause__, IntegrityError):
                raise AccessError(
                    f'there is an account "{name}" already: remove it first, or choose another name'
                ) from error
            raise

    def ensure(self, name: str, role: Role) -> Account:
        """The account of this name with this role; made without a password if there is none."""
        from bot.review.schema import AccountRow

        name = clean_name(name)
        with self._database.writing() as session:
            row = session.get(AccountRow, name)
            if row is None:
                row = AccountRow(name=name, role=role.value, created_at=self._clock())
                session.add(row)
                session.flush()
            row.role = role.value
            return _account(row)

    def all(self) -> tuple[Account, ...]:
        """Every account, by name."""
        from sqlalchemy import select

        from bot.review.schema import AccountRow

        if self._database.is_missing():
            return ()
        with self._database.reading() as session:
            rows = session.scalars(select(AccountRow).order_by(AccountRow.name))
            return tuple(_account(row) for row in rows)

    def get(self, name: str) -> Account | None:
        """The account of this name."""
        from bot.review.schema import AccountRow

        with self._database.reading() as session:
            row = session.get(AccountRow, clean_name(name))
            return None if row is None else _account(row)

    def remove(self, name: str) -> None:
        """Delete an account; its sessions and links end with it, its reviews stay.

        Raises:
            AccessError: there is none.
        """
        from bot.review.schema import AccountRow

        with self._database.writing() as session:
            row = session.get(AccountRow, clean_name(name))
            if row is None:
                raise unknown_account(name)
            session.delete(row)

    def check(self, name: str, password: str) -> Account | None:
        """The account, if the password is its own. Takes as long where there is no account."""
        from bot.review.schema import AccountRow

        try:
            name = clean_name(name)
        except AccessError:
            name = ""
        with self._database.reading() as session:
            row = session.get(AccountRow, name)
            account = None if row is None else _account(row)
            hashed = None if row is None else row.password_hash
        if not self._passwords.verify(hashed, password) or account is None or hashed is None:
            return None
        if self._passwords.outdated(hashed):
            with self._database.writing() as session:
                row = session.get(AccountRow, name)
                if row is not None and row.password_hash == hashed:
                    row.password_hash = self._passwords.hash(password)
        return account


def unknown_account(name: str) -> AccessError:
    """There is no account of this name."""
    return AccessError(f"no account {name[:LONGEST_NAME]!r}. See: lodestone review list-users")


def _account(row: AccountRow) -> Account:
    return Account(
        name=row.name,
        role=Role(row.role),
        has_password=row.password_hash is not None,
        created_at=row.created_at,
    )
