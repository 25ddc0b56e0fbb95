"""Buttons that survive a restart: their data names a row, and the row knows what they stand for."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.database.batching import Batcher, Operation
from bot.state.schema import ButtonRow

VALID = timedelta(days=30)
"""How long a keyboard works."""

VERSION = "v1"
_DATA = re.compile(r"v1:([a-z][a-z0-9-]{0,15}):([A-Za-z0-9_-]{8,24})(?::([\w.-]{1,20}))?", re.ASCII)
_ID_BYTES = 9


class PressData(NamedTuple):
    """What a pressed button's data says."""

    action: str
    row_id: str
    choice: str | None


def read_press(data: str | None) -> PressData | None:
    """Read a pressed button's data; None: it is none of ours, or of another version."""
    found = _DATA.fullmatch(data or "")
    return PressData(found[1], found[2], found[3]) if found else None


@dataclass(frozen=True, slots=True)
class Keyboard:
    """A keyboard being made: `data("yes")` is what a button of it carries."""

    action: str
    row_id: str

    def data(self, choice: str | None = None) -> str:
        """A button's data.

        Raises:
            ValueError: the action or choice is too long, or has other characters than it may.
        """
        data = ":".join([VERSION, self.action, self.row_id, *([choice] if choice else [])])
        if read_press(data) is None:
            raise ValueError(f"no button can carry {data!r}")
        return data


@dataclass(frozen=True, slots=True)
class StoredKeyboard:
    """A keyboard as it is kept.

    Attributes:
        action: which handler it is for.
        chat_id: where it works; None: anywhere.
        owner_id: who may press; None: anyone who may use the bot.
        version: what the thing behind it had for a version when the keyboard was made.
        payload: what the handler wanted to know again.
        expired: whether its time is over.
    """

    row_id: str
    action: str
    chat_id: int | None
    owner_id: int | None
    version: int
    payload: dict[str, Any]
    expired: bool


class Buttons:
    """All keyboards.

    Args:
        batcher: the database.
        clock: the time now, aware.
        together: writes together with the end of the update being worked on.
    """

    def __init__(
        self,
        batcher: Batcher,
        clock: Callable[[], datetime],
        together: Callable[[Operation[Any]], Awaitable[None]],
    ) -> None:
        self._batcher = batcher
        self._clock = clock
        self._together = together

    async def make(
        self,
        action: str,
        *,
        chat_id: int | None,
        owner_id: int | None,
        payload: dict[str, Any] | None = None,
        version: int = 0,
        valid: timedelta = VALID,
    ) -> Keyboard:
        """A keyboard; kept with the end of the update being worked on, as the letter it is for.

        Args:
            action: up to 16 of a-z, 0-9 and "-", beginning with a letter.
            chat_id: where it works; None: anywhere (a group's number changes when it grows).
            owner_id: who may press; None: anyone.
            payload: what the handler wants to know again; no personal text.
            version: the version of what it belongs to, where that goes on; old keyboards are then
                refused.
            valid: how long it works.
        """
        now, keyboard = self._clock(), Keyboard(action, secrets.token_urlsafe(_ID_BYTES))
        keyboard.data()
        document = json.dumps(payload or {})

        def operation(session: Session) -> None:
            session.add(
                ButtonRow(
                    id=keyboard.row_id,
                    action=action,
                    chat_id=chat_id,
                    owner_id=owner_id,
                    version=version,
                    payload=document,
                    made_at=now,
                    expires_at=now + valid,
                )
            )

        await self._together(operation)
        return keyboard

    async def find(self, press: PressData) -> StoredKeyboard | None:
        """The keyboard a pressed button belongs to; None: there is none such (any more)."""

        def operation(session: Session) -> StoredKeyboard | None:
            row = session.get(ButtonRow, press.row_id)
            if row is None or row.action != press.action:
                return None
            return StoredKeyboard(
                row_id=row.id,
                action=row.action,
                chat_id=row.chat_id,
                owner_id=row.owner_id,
                version=row.version,
                payload=json.loads(row.payload),
                expired=row.expires_at < self._clock(),
            )

        return await self._batcher.read(operation)

    async def change(self, row_id: str, payload: dict[str, Any], *, version: int = 0) -> None:
        """Keep something else with a keyboard."""

        def operation(session: Session) -> None:
            row = session.get(ButtonRow, row_id)
            if row is not None:
                row.payload, row.version = json.dumps(payload), version

        await self._batcher.write(operation)

    def prune(self, session: Session) -> None:
        """Forget keyboards whose time is over."""
        session.execute(delete(ButtonRow).where(ButtonRow.expires_at < self._clock()))

    @staticmethod
    def forget(session: Session, user_id: int) -> None:
        """Remove a person's keyboards."""
        session.execute(delete(ButtonRow).where(ButtonRow.owner_id == user_id))
