"""Transactions on a journal whose texts are sealed and whose events are chained."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from bot.database import Database
from bot.database.engine import place
from bot.journal import chain
from bot.journal.keys import (
    KEY_FILE,
    Keyring,
    make_master_key,
    read_master_key,
    refuse_missing_key,
    refuse_wrong_key,
)
from bot.journal.rows import insert_or, is_sqlite
from bot.journal.schema import ChainRow, EventRow, KeyRow
from bot.journal.seal import new_key, seal, seal_bytes, unseal, unseal_bytes
from corpus.errors import JournalError
from retrieval.answer import new_id

_ID_LENGTH = 15
PLAIN_TURNS = "journal_plain_turns"
"""Where a migration leaves turns that were written before texts were sealed."""


class Work:
    """One transaction: a session, people's keys, and the events to be chained at its end."""

    def __init__(self, session: Session, keyring: Keyring, now: datetime) -> None:
        self.session = session
        self.keyring = keyring
        self.now = now
        self.events: list[chain.Event] = []
        self._keys: dict[str, bytes | None] = {}
        self._held: dict[str, str] = {}

    def key_id(self, owner: str) -> str | None:
        """The id of somebody's key, which is their pseudonym; None: they have none."""
        return self.session.scalar(
            select(KeyRow.id).where(KeyRow.owner == self.keyring.owner(owner))
        )

    def key_to_write(self, owner: str) -> str:
        """The id of somebody's key, made where there is none; it stays until this is committed."""
        if owner in self._held:
            return self._held[owner]
        hashed = self.keyring.owner(owner)
        # Erasing deletes the key first, so it waits here, and this waits for it.
        query = select(KeyRow.id, KeyRow.wrapped).where(KeyRow.owner == hashed)
        query = query.with_for_update(read=True, key_share=True)
        found = self.session.execute(query).one_or_none()
        if found is None:
            made, key = f"u{new_id()[:_ID_LENGTH]}", new_key()
            self.session.execute(
                insert_or(KeyRow, sqlite_wanted=self.is_sqlite)
                .values(
                    id=made,
                    owner=hashed,
                    wrapped=seal_bytes(self.keyring.wrapping, key, f"key {made}"),
                    made_at=self.now,
                )
                .on_conflict_do_nothing(index_elements=["owner"])
            )
            # Another writer may have been quicker; then theirs is the key.
            found = self.session.execute(query).one()
        self._keys[found.id] = self._unwrap(found.id, found.wrapped)
        self._held[owner] = str(found.id)
        return self._held[owner]

    def key(self, key_id: str) -> bytes | None:
        """A key by its id; None: it was destroyed."""
        if key_id not in self._keys:
            wrapped = self.session.scalar(select(KeyRow.wrapped).where(KeyRow.id == key_id))
            self._keys[key_id] = None if wrapped is None else self._unwrap(key_id, wrapped)
        return self._keys[key_id]

    def load_keys(self, key_ids: set[str]) -> None:
        """Read many keys at once."""
        missing = sorted(key_ids - self._keys.keys())
        for key_id in missing:
            self._keys[key_id] = None
        for first in range(0, len(missing), 500):
            chosen = KeyRow.id.in_(missing[first : first + 500])
            for key_id, wrapped in self.session.execute(
                select(KeyRow.id, KeyRow.wrapped).where(chosen)
            ):
                self._keys[key_id] = self._unwrap(key_id, wrapped)

    def seal(self, key_id: str, text: str, place: str) -> bytes:
        """Seal a text under a key that is there.

        Raises:
            JournalError: the key was destroyed meanwhile.
        """
        key = self.key(key_id)
        if key is None:
            raise JournalError(
                f"{place} cannot be kept: the person it is about was erased. Nothing was written"
            )
        return seal(key, text, place)

    def unseal(self, key_id: str, sealed: bytes | None, place: str) -> str | None:
        """The text; None: there is none, or its person was erased.

        Raises:
            JournalError: it was altered.
        """
        key = self.key(key_id) if sealed is not None else None
        return None if key is None or sealed is None else unseal(key, sealed, place)

    def note(
        self, kind: str, subject: str = "", *, actor: str = "", detail: str = "", digest: str = ""
    ) -> None:
        """Add an event to the chain when this is committed."""
        self.events.append(
            chain.Event(
                at=self.now,
                kind=kind,
                subject=subject,
                actor=actor or chain.SYSTEM,
                detail=detail,
                digest=digest,
            )
        )

    @property
    def is_sqlite(self) -> bool:
        """Which of the two databases this is."""
        return is_sqlite(self.session)

    def _unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        return unseal_bytes(self.keyring.wrapping, wrapped, f"key {key_id}")


class Vault:
    """A database and the key to it. Safe to share among threads.

    Args:
        database: where the journal is.
        clock: the time now, aware.
        key: the master key; None: it is in a file.
        key_file: that file, made when the first turn is written; None: beside a SQLite database.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime],
        key: str | None = None,
        key_file: Path | None = None,
    ) -> None:
        self.database = database
        self.clock = clock
        self._key = key
        self._key_file = key_file
        self._opening = threading.Lock()
        self._keyring: Keyring | None = None

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """A transaction that only reads; first see to it that the database is not missing."""
        keyring = self._open(writes=False)
        with self.database.reading() as session:
            yield Work(session, keyring, self.clock())

    @contextmanager
    def writing(self) -> Iterator[Work]:
        """A transaction that writes; its events are chained at its end."""
        keyring = self._open(writes=True)
        with self.database.writing() as session:
            work = Work(session, keyring, self.clock())
            yield work
            session.flush()
            if work.events:
                chain.append(session, keyring, work.events)

    def work(self, session: Session) -> Work:
        """Keys within a transaction of somebody else's, on the same database; it chains nothing.

        Before anything is sealed there, `keyring` has been called, outside of the transaction.
        """
        return Work(session, self._open(writes=False), self.clock())

    def keyring(self) -> Keyring:
        """What the master key makes possible; the journal is made, empty, where there is none."""
        return self._open(writes=True)

    def _open(self, *, writes: bool) -> Keyring:
        with self._opening:
            if self._keyring is not None:
                return self._keyring
            with self.database.reading() as session:
                check = session.scalar(select(ChainRow.key_check))
                plain = check is None and inspect(session.connection()).has_table(PLAIN_TURNS)
                cut = check is None and session.scalar(select(EventRow.number).limit(1)) is not None
            if cut and writes:
                raise JournalError(
                    f"the chain of the journal {self._place()} lost its end: put a backup in its "
                    "place. See: lodestone journal verify"
                )
            if check is None and not (writes or plain):
                # Nothing was ever written, so nothing needs a key.
                return Keyring("")
            keyring = Keyring(self._master(exists=check is not None))
            if check is None:
                check = self._start(keyring)
            if check != keyring.check:
                raise refuse_wrong_key(self._place())
            self._keyring = keyring
            return keyring

    def _start(self, keyring: Keyring) -> str:
        """Begin the chain, unless another process just has; the check of the key it is kept by."""
        from bot.journal.plain import seal_plain_turns

        with self.database.writing() as session:
            # Held by whoever is first; a second one finds the row.
            if not self._is_sqlite():
                session.execute(text("LOCK TABLE journal_chain IN EXCLUSIVE MODE"))
            check: str | None = session.scalar(select(ChainRow.key_check))
            if check is not None:
                return check
            chain.start(session, keyring)
            session.flush()
            work = Work(session, keyring, self.clock())
            seal_plain_turns(work)
            if work.events:
                chain.append(session, keyring, work.events)
        return keyring.check

    def _master(self, *, exists: bool) -> str:
        if self._key is not None:
            return self._key
        file = self._key_file or self._beside()
        if file is None:
            raise refuse_missing_key(self._place())
        key = read_master_key(file)
        if key is None and exists:
            raise refuse_missing_key(self._place())
        return key if key is not None else make_master_key(file)

    def _beside(self) -> Path | None:
        url = self.database.engine().url
        if url.get_backend_name() != "sqlite" or not url.database:
            return None
        return Path(url.database.removeprefix("file:")).with_name(KEY_FILE)

    def _place(self) -> str:
        return place(self.database.engine().url)

    def _is_sqlite(self) -> bool:
        return self.database.engine().dialect.name == "sqlite"
