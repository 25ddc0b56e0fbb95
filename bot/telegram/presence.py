"""Show "typing ..." for as long as the work takes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.telegram.queues import Place

log = logging.getLogger(__name__)

REPEAT_SECONDS = 4.5
"""Telegram shows the action for five seconds, or until a message comes."""

_LAST_CALL_SECONDS = 2.0


@asynccontextmanager
async def typing(
    bot: Bot, place: Place, *, repeat_seconds: float = REPEAT_SECONDS
) -> AsyncIterator[None]:
    """Keep the action up inside the block. A failure to show it never disturbs the work."""
    done = asyncio.Event()
    task = asyncio.create_task(_keep_typing(bot, place, done, repeat_seconds))
    try:
        yield
    finally:
        done.set()
        # A call on its way is let finish: arriving after the answer it would show for nothing.
        with suppress(TimeoutError):
            await asyncio.wait_for(task, _LAST_CALL_SECONDS)


async def _keep_typing(bot: Bot, place: Place, done: asyncio.Event, repeat_seconds: float) -> None:
    while True:
        try:
            await bot.send_chat_action(
                place.chat_id, ChatAction.TYPING, message_thread_id=place.thread_id
            )
        except TelegramError as error:
            log.debug("chat %s: typing not shown: %s", place.chat_id, error)
        with suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), repeat_seconds)
            return
