"""How updates come in: asked for, or pushed. Either way they are kept before they are confirmed."""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from bot.telegram.runtime.polling import Poller, RawBot
from bot.telegram.runtime.waits import flood_wait
from bot.telegram.runtime.webhook import WebhookServer

log = logging.getLogger(__name__)

LONGEST_PAUSE = 30.0
"""Seconds between tries to tell Telegram where to push; they begin at one."""

MOST_PUSHES = 40
"""Pushes at a time, to all processes together."""


class Receiver(Protocol):
    """Receives updates."""

    async def start(self) -> None:
        """Be ready."""

    async def run(self) -> None:
        """Receive, until cancelled."""

    async def stop(self) -> None:
        """Receive no more."""


class Polling:
    """Updates are asked for.

    Args:
        bot: whose updates.
        poller: asks for them.
    """

    def __init__(self, bot: RawBot, poller: Poller) -> None:
        self._bot = bot
        self._poller = poller

    async def start(self) -> None:
        """Take away a webhook that an earlier run has set: with one, nothing can be asked for."""
        try:
            await self._bot.delete_webhook(drop_pending_updates=False)
        except TelegramError as error:
            log.debug("no webhook was taken away: %s", error)

    async def run(self) -> None:
        """Ask, again and again."""
        await self._poller.run()

    async def stop(self) -> None:
        """Confirm what arrived."""
        await self._poller.confirm()


class Pushing:
    """Updates are pushed.

    Args:
        bot: whose updates.
        server: receives them.
        url: the public address.
        secret: what pushes are to carry.
        allowed: the kinds of update to push.
        newer: those among them that an older Bot API server may not know.
    """

    def __init__(
        self,
        bot: RawBot,
        server: WebhookServer,
        *,
        url: str,
        secret: str,
        allowed: tuple[str, ...],
        newer: tuple[str, ...] = (),
    ) -> None:
        self._bot = bot
        self._server = server
        self._url = url
        self._secret = secret
        self._allowed = list(allowed)
        self._newer = set(newer)

    async def start(self) -> None:
        """Listen, before Telegram is told where."""
        await self._server.start()

    async def run(self) -> None:
        """Tell Telegram where to push; then there is nothing to do but to be there."""
        pause = 1.0
        while True:
            try:
                # Every process of several says the same.
                await self._bot.set_webhook(
                    self._url,
                    secret_token=self._secret,
                    allowed_updates=self._allowed,
                    max_connections=MOST_PUSHES,
                    drop_pending_updates=False,
                )
                break
            except InvalidToken:
                await asyncio.sleep(LONGEST_PAUSE)  # the watch stops the bot
            except RetryAfter as error:
                await asyncio.sleep(flood_wait(error))
            except BadRequest as error:
                if "allowed_updates" in error.message.lower() and self._newer:
                    self._allowed = [kind for kind in self._allowed if kind not in self._newer]
                    self._newer = set()
                    continue
                log.error("the webhook is refused: %s", error)  # noqa: TRY400 - one line
                await asyncio.sleep(LONGEST_PAUSE)
            except TelegramError as error:
                log.debug("the webhook is not set: %s", error)
                await asyncio.sleep(pause)
                pause = min(LONGEST_PAUSE, 1.5 * pause)
        await asyncio.Event().wait()

    async def stop(self) -> None:
        """Listen no more. The webhook stays: other processes may be there, or this one again."""
        await self._server.stop()
