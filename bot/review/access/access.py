"""Sign in by password or one-time link; stay signed in for a while; sign out."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from bot.review.access.accounts import Account, Accounts, Role, clean_name, unknown_account
from bot.review.access.attempts import Attempts
from bot.review.access.passwords import Passwords
from corpus.errors import AccessError

if TYPE_CHECKING:
    from bot.database import Database

IDLE = timedelta(hours=2)
"""A session that is not used for this long ends."""
ABSOLUTE = timedelta(hours=12)
"""Every session ends after this, however busy."""
LINK_LIVES = timedelta(minutes=10)
_NOTED_EVERY = timedelta(minutes=1)
"""How exactly a session's last use is known: not every page writes."""


class Link(BaseModel):
    """A one-time link, as it is sent to one person. Only its digest is kept."""

    model_config = ConfigDict(frozen=True)

    token: str = Field(repr=False)
    account: str
    expires_at: AwareDatetime

    def url(self, base: str, onward: str = "/") -> str:
        """The address to open.

        Args:
            base: of the pages.
            onward: the path of the page that follows, such as a turn's.
        """
        query = "" if onward == "/" else f"?next={quote(onward, safe='/')}"
        return f"{base.rstrip('/')}/link/{self.token}{query}"


class Signed(BaseModel):
    """Somebody who is signed in.

    Attributes:
        account: who.
        token: what the browser holds.
        csrf: what every form of theirs carries.
    """

    model_config = ConfigDict(frozen=True)

    account: Account
    token: str = Field(repr=False)
    csrf: str = Field(repr=False)

    @property
    def name(self) -> str:
        """The account's name."""
        return self.account.name

    def may(self, role: Role) -> bool:
        """Whether they may do what this role may."""
        return self.account.role.includes(role)


def _now() -> datetime:
    return datetime.now(UTC)


class Access:
    """Accounts, links and sessions of the review pages. Safe to share among threads.

    Args:
        database: where they are kept.
        clock: the time now, aware.
        passwords: how passwords are hashed.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime] = _now,
        passwords: Passwords | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self.accounts = Accounts(database, passwords or Passwords(), clock)
        self._attempts = Attempts(database, clock)

    def sign_in(self, name: str, password: str, *, address: str) -> Signed:
        """Open a session by password.

        Raises:
            TooManyAttemptsError: for this account, or from this address.
            AccessError: no such account, or not its password; which of the two is not said.
        """
        try:
            tried = clean_name(name)
        except AccessError:
            tried = name[:80]
        self._attempts.begin(tried, address)
        account = self.accounts.check(name, password)
        if account is None:
            raise AccessError("the name or the password is wrong: try again")
        self._attempts.succeeded(tried, address)
        return self._open(account)

    def issue_link(self, name: str, role: Role | None = None) -> Link:
        """Make a link that signs one person in, once, within ten minutes.

        Args:
            name: the account's name.
            role: the role they have; the account is made, or its role changed, accordingly. None:
                the account must be there, and keeps its role.

        Raises:
            AccessError: no such account, or no usable name.
        """
        from sqlalchemy import delete

        from bot.review.schema import LinkRow

        account = self.accounts.get(name) if role is None else self.accounts.ensure(name, role)
        if account is None:
            raise unknown_account(name)
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._database.writing() as session:
            session.execute(delete(LinkRow).where(LinkRow.expires_at <= now))
            session.add(
                LinkRow(digest=_digest(token), account=account.name, expires_at=now + LINK_LIVES)
            )
        return Link(token=token, account=account.name, expires_at=now + LINK_LIVES)

    def redeem(self, token: str, *, address: str) -> Signed:
        """Open a session by link; the link is used up, also when two try it at once.

        Raises:
            TooManyAttemptsError: from this address.
            AccessError: there is no such link, or not any more.
        """
        from sqlalchemy import delete

        from bot.review.schema import LinkRow

        self._attempts.begin(None, address)
        with self._database.writing() as session:
            name = session.scalar(
                delete(LinkRow)
                .where(LinkRow.digest == _digest(token), LinkRow.expires_at > self._clock())
                .returning(LinkRow.account)
            )
        account = None if name is None else self.accounts.get(name)
        if account is None:
            raise AccessError("this link was used already or is too old: ask for a new one")
        self._attempts.succeeded(None, address)
        return self._open(account)

    def signed(self, token: str) -> Signed | None:
        """Who holds this token; None: nobody, or not any more."""
        from sqlalchemy import select

        from bot.review.schema import AccountRow, SessionRow

        digest, now = _digest(token), self._clock()
        query = select(SessionRow, AccountRow).join(
            AccountRow, AccountRow.name == SessionRow.account
        )
        with self._database.reading() as session:
            found = session.execute(query.where(SessionRow.digest == digest)).one_or_none()
            if found is None:
                return None
            opened, row = found
            seen_at, opened_at = opened.seen_at, opened.opened_at
            account = Account(
                name=row.name,
                role=Role(row.role),
                has_password=row.password_hash is not None,
                created_at=row.created_at,
            )
        if now - seen_at > IDLE or now - opened_at > ABSOLUTE:
            self.sign_out(token)
            return None
        if now - seen_at > _NOTED_EVERY:
            with self._database.writing() as session:
                if (row_now := session.get(SessionRow, digest)) is not None:
                    row_now.seen_at = now
        return _signed(account, token)

    def sign_out(self, token: str) -> None:
        """End one session."""
        from sqlalchemy import delete

        from bot.review.schema import SessionRow

        with self._database.writing() as session:
            session.execute(delete(SessionRow).where(SessionRow.digest == _digest(token)))

    def _open(self, account: Account) -> Signed:
        """A new session; ones that have ended are cleared away."""
        from sqlalchemy import delete, or_

        from bot.review.schema import SessionRow

        token, now = secrets.token_urlsafe(32), self._clock()
        with self._database.writing() as session:
            session.execute(
                delete(SessionRow).where(
                    or_(SessionRow.seen_at < now - IDLE, SessionRow.opened_at < now - ABSOLUTE)
                )
            )
            session.add(
                SessionRow(digest=_digest(token), account=account.name, opened_at=now, seen_at=now)
            )
        return _signed(account, token)


def form_token(secret: str) -> str:
    """What a form carries to show that it came from a page of ours, for who holds `secret`."""
    return hmac.new(secret.encode(), b"lodestone review form", hashlib.sha256).hexdigest()


def _signed(account: Account, token: str) -> Signed:
    return Signed(account=account, token=token, csrf=form_token(token))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
