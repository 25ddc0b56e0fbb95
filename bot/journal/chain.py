"""The chain of events: every row that is written once has a link that holds its digest.

    link = sign(number, time, kind, subject, actor, detail, digest of the row, the link before)

A row that is changed no longer fits its digest, a link that is changed no longer fits its
signature, one that is dropped or moved breaks the numbers, and one that is put in from outside is
not signed. The end of the chain is signed too, so that links cannot be cut off it. What is hashed
of personal text is its sealed form: the chain stands when a person is erased.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import DeclarativeBase, Session

from bot.journal.keys import Keyring
from bot.journal.schema import ChainRow, EventRow

START = "0" * 64
"""What stands for the link before the first."""

SYSTEM = "lodestone"
"""Who did what nobody in particular did."""


class Event(BaseModel):
    """Something that happened, before it has its place in the chain.

    Attributes:
        subject: the id of what it happened to.
        actor: a reviewer, or `SYSTEM`.
        detail: JSON or a few words; no personal text.
        digest: of the row that was written; empty: none was.
    """

    model_config = ConfigDict(frozen=True)

    at: AwareDatetime
    kind: str
    subject: str = ""
    actor: str = SYSTEM
    detail: str = ""
    digest: str = ""


def append(session: Session, keyring: Keyring, events: Sequence[Event]) -> None:
    """Add events to the chain, as the last thing a transaction does: other writers wait for it."""
    number, link = session.execute(
        select(ChainRow.count, ChainRow.hash).where(ChainRow.id == 1).with_for_update()
    ).one()
    rows = []
    for event in events:
        number, before = number + 1, link
        link = sign(keyring, number, event, before)
        rows.append({"number": number, "before": before, "hash": link, **event.model_dump()})
    session.execute(insert(EventRow), rows)
    session.execute(
        update(ChainRow)
        .where(ChainRow.id == 1)
        .values(count=number, hash=link, seal=seal_end(keyring, number, link))
    )


def start(session: Session, keyring: Keyring) -> None:
    """Make the end of a chain that has no link yet."""
    session.add(
        ChainRow(
            id=1, count=0, hash=START, seal=seal_end(keyring, 0, START), key_check=keyring.check
        )
    )


def sign(keyring: Keyring, number: int, event: Event, before: str) -> str:
    """The link's signature."""
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [number, at, event.kind, event.subject, event.actor, event.detail, event.digest, before]
    return keyring.sign(json.dumps(parts, ensure_ascii=False))


def seal_end(keyring: Keyring, number: int, link: str) -> str:
    """The signature of the chain's end."""
    return keyring.sign(json.dumps(["end", number, link]))


def digest(*rows: tuple[type[DeclarativeBase], Iterable[Mapping[str, Any]]]) -> str:
    """The digest of rows, given as (table, values by column); row numbers do not count."""
    told = [
        [table.__tablename__, [_told(_columns(table), values) for values in listed]]
        for table, listed in rows
    ]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


_UNTOLD = {"turn_number", "review_number", "retired_at"}
_COLUMNS: dict[type[DeclarativeBase], tuple[str, ...]] = {}


def _columns(table: type[DeclarativeBase]) -> tuple[str, ...]:
    if table not in _COLUMNS:
        made = table.__table__
        assert isinstance(made, Table)  # noqa: S101 - every model here is of a table
        _COLUMNS[table] = tuple(
            column.name
            for column in made.columns
            if column.name not in _UNTOLD and not (column.primary_key and column.name == "number")
        )
    return _COLUMNS[table]


def _told(columns: Sequence[str], values: Mapping[str, Any]) -> list[object]:
    return [_plain(values[name]) for name in columns]


def _plain(value: object) -> object:
    """A value as it is hashed: the same before it is stored and after, in either database."""
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return int(value) if value.is_integer() else repr(value)
    return value
