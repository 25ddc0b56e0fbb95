"""What goes wrong, when a test wants it to: floods, failing servers, lost connections, delays."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from tests.telegram_fake.refusals import RefusedError, flood


class DroppedConnectionError(Exception):
    """The connection is closed without a reply."""


@dataclass(slots=True)
class _Failing:
    times: int
    method: str | None
    chat: int | None

    def fits(self, method: str, chat: int | None) -> bool:
        """Whether this is one of the calls that fail; counted off if so."""
        if self.times <= 0 or self.method not in {None, method}:
            return False
        if self.chat is not None and self.chat != chat:
            return False
        if method == "getUpdates" and self.method != "getUpdates":
            return False
        self.times -= 1
        return True


@dataclass(slots=True)
class _Error(_Failing):
    status: int = 502


@dataclass(slots=True)
class _Drop(_Failing):
    after: bool = False


@dataclass(slots=True)
class Trouble:
    """The trouble that is on. Everything is given by how often it strikes.

    Attributes:
        accepts_token: whether the bot's token is right.
        delay: seconds before each call is looked at.
        flooded: until when a chat takes no messages, in the loop's seconds.
    """

    accepts_token: bool = True
    delay: float = 0.0
    flooded: dict[int, float] = field(default_factory=dict)
    _floods: list[tuple[_Failing, int]] = field(default_factory=list)
    _errors: list[_Error] = field(default_factory=list)
    _drops: list[_Drop] = field(default_factory=list)
    _bodies: list[tuple[_Failing, int, str]] = field(default_factory=list)

    def flood(self, chat: int, retry_after: int, times: int = 1, method: str | None = None) -> None:
        """Refuse the next messages to a chat with 429, and all that come before its time."""
        self._floods.append((_Failing(times, method, chat), retry_after))

    def fail(self, times: int = 1, *, method: str | None = None, status: int = 502,
             chat: int | None = None) -> None:  # fmt: skip
        """Answer the next calls with a server's error."""
        self._errors.append(_Error(times, method, chat, status))

    def drop(self, times: int = 1, *, method: str | None = None, chat: int | None = None,
             after: bool = False) -> None:  # fmt: skip
        """Close the connection of the next calls, before or after what was asked is done."""
        self._drops.append(_Drop(times, method, chat, after))

    def refuse(self, status: int, description: str, times: int = 1, *, method: str | None = None,
               chat: int | None = None) -> None:  # fmt: skip
        """Refuse the next calls in these words."""
        self._bodies.append((_Failing(times, method, chat), status, description))

    async def before(self, method: str, chat: int | None) -> None:
        """Strike before a call is looked at.

        Raises:
            RefusedError, DroppedConnectionError: it fails.
        """
        if self.delay:
            await asyncio.sleep(self.delay)
        if not self.accepts_token:
            raise RefusedError("Unauthorized", 401)
        for error in self._errors:
            if error.fits(method, chat):
                raise RefusedError("Bad Gateway", error.status)
        for drop in self._drops:
            if not drop.after and drop.fits(method, chat):
                raise DroppedConnectionError
        for failing, status, description in self._bodies:
            if failing.fits(method, chat):
                raise RefusedError(description, status)
        self._check_flood(method, chat)

    def after(self, method: str, chat: int | None) -> None:
        """Strike when what was asked is done.

        Raises:
            DroppedConnectionError: the caller never learns that it was.
        """
        for drop in self._drops:
            if drop.after and drop.fits(method, chat):
                raise DroppedConnectionError

    def _check_flood(self, method: str, chat: int | None) -> None:
        if chat is None or not method.startswith(("send", "edit")) or method == "sendChatAction":
            return
        now = time.monotonic()
        if now < self.flooded.get(chat, 0.0):
            raise flood(max(1, round(self.flooded[chat] - now)))
        for failing, seconds in self._floods:
            if failing.fits(method, chat):
                self.flooded[chat] = now + seconds
                raise flood(seconds)
