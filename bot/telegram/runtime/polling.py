"""Long polling that tells Telegram an update arrived only after it is in the inbox."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.telegram.http import READ_TIMEOUT
from bot.telegram.queues import Received, read_update
from bot.telegram.runtime.waits import flood_wait

log = logging.getLogger(__name__)

POLL_SECONDS = 30
"""How long one poll waits for a message."""

LONGEST_PAUSE = 30.0
"""Seconds between tries while polling fails; they begin at one."""

Put = Callable[[Sequence[Received]], Awaitable[None]]


class RawBot(ExtBot[None]):
    """The library's bot, which also hands out updates as they were received."""

    async def raw_updates(
        self, *, offset: int | None, seconds: int, allowed: Sequence[str], limit: int = 100
    ) -> list[Any]:
        """What `get_updates` returns, before it is parsed: what is kept is what was received."""
        data = {"offset": offset, "timeout": seconds, "limit": limit,
                "allowed_updates": list(allowed)}  # fmt: skip
        found = await self._post("getUpdates", data, read_timeout=READ_TIMEOUT + seconds)
        return found if isinstance(found, list) else []

    async def call(self, method: str, data: dict[str, Any]) -> Any:  # noqa: ANN401 - as it came
        """Call a method with plain data, and have its result as it came.

        For what is called most: building and reading the library's objects is half of a call.
        """
        return await self._post(method, data)


class Poller:
    """Polls for updates and keeps them, until cancelled.

    Args:
        bot: whose updates.
        put: keeps updates; returns when they are kept.
        allowed: the kinds of update to ask for.
        newer: those among them that an older Bot API server may not know; asked for if it does.
    """

    def __init__(
        self, bot: RawBot, put: Put, allowed: Sequence[str], newer: Sequence[str] = ()
    ) -> None:
        self._bot = bot
        self._put = put
        self._allowed = list(allowed)
        self._newer = set(newer)
        self._offset: int | None = None

    async def run(self) -> None:
        """Poll. Failures are waited out; what they are is told by the connection watch."""
        pause = 1.0
        while True:
            try:
                await self._poll()
            except InvalidToken:
                await asyncio.sleep(LONGEST_PAUSE)  # the watch stops the bot
            except RetryAfter as error:
                log.debug("polling: %s", error)
                await asyncio.sleep(max(1.0, flood_wait(error)))
            except BadRequest as error:
                if not self._ask_for_less(error):
                    log.warning("polling is refused: %s", error)
                    await asyncio.sleep(LONGEST_PAUSE)
            except TelegramError as error:
                log.debug("polling: %s", error)
                await asyncio.sleep(pause)
                pause = min(LONGEST_PAUSE, 1.5 * pause)
            else:
                pause = 1.0

    async def confirm(self) -> None:
        """Tell Telegram what arrived, at the end: else it would be sent once more."""
        if self._offset is None:
            return
        try:
            await self._bot.raw_updates(
                offset=self._offset, seconds=0, allowed=self._allowed, limit=1
            )
        except TelegramError as error:
            log.debug("the last poll: %s", error)

    async def _poll(self) -> None:
        found = await self._bot.raw_updates(
            offset=self._offset, seconds=POLL_SECONDS, allowed=self._allowed
        )
        numbers = [number for number in map(_number, found) if number is not None]
        await self._put([received for received in map(read_update, found) if received])
        if numbers:
            # Also past what could not be read: it would come again for ever.
            self._offset = max(numbers) + 1

    def _ask_for_less(self, error: BadRequest) -> bool:
        if "allowed_updates" not in error.message.lower() or not self._newer:
            return False
        log.info("the server knows no %s", ", ".join(sorted(self._newer)))
        self._allowed = [kind for kind in self._allowed if kind not in self._newer]
        self._newer = set()
        return True


def _number(data: object) -> int | None:
    number = data.get("update_id") if isinstance(data, dict) else None
    return number if isinstance(number, int) else None
