"""How often somebody may try to sign in: counted in the database, so by every process alike."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from corpus.errors import AccessError

if TYPE_CHECKING:
    from bot.database import Database

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 8
PER_ADDRESS = 30
"""Failed attempts within the window; the ones after are refused unread."""


class TooManyAttemptsError(AccessError):
    """Wait before trying again."""


class Attempts:
    """Count attempts by account and by address. Safe to share among threads and processes."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def begin(self, account: str | None, address: str) -> None:
        """Count one attempt, before it is known whether it succeeds: guesses at once count too.

        Args:
            account: the name tried; None where none is given, as with a link.
            address: the network address it comes from.

        Raises:
            TooManyAttemptsError: there were too many within the window.
        """
        from sqlalchemy import delete, func, select

        from bot.review.schema import AttemptRow

        now = self._clock()
        bounds = {_scope("address", address): PER_ADDRESS}
        if account is not None:
            bounds[_scope("account", account)] = PER_ACCOUNT
        with self._database.writing() as session:
            session.execute(delete(AttemptRow).where(AttemptRow.at < now - WINDOW))
            for scope, bound in bounds.items():
                tried = session.scalar(
                    select(func.count()).select_from(AttemptRow).where(AttemptRow.scope == scope)
                )
                if (tried or 0) >= bound:
                    raise TooManyAttemptsError(
                        "too many attempts to sign in: wait "
                        f"{WINDOW // timedelta(minutes=1)} minutes, then try again"
                    )
            session.add_all(AttemptRow(scope=scope, at=now) for scope in bounds)

    def succeeded(self, account: str | None, address: str) -> None:
        """Forget the account's attempts, and one of the address's: it was no failure."""
        from sqlalchemy import delete, func, select

        from bot.review.schema import AttemptRow

        with self._database.writing() as session:
            if account is not None:
                session.execute(
                    delete(AttemptRow).where(AttemptRow.scope == _scope("account", account))
                )
            newest = (
                select(func.max(AttemptRow.number))
                .where(AttemptRow.scope == _scope("address", address))
                .scalar_subquery()
            )
            session.execute(delete(AttemptRow).where(AttemptRow.number == newest))


def _scope(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}\0{value}".encode(errors="replace")).hexdigest()
