"""Send messages so that they arrive: plain if markup is refused, later if Telegram says wait."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from telegram import Bot, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.telegram.incoming import Place
from bot.telegram.split import visible_text

log = logging.getLogger(__name__)

ATTEMPTS = 5
"""Tries for one message before it is given up and logged."""

LONGEST_WAIT = 120.0
"""Seconds; a flood wait beyond this is not sat out."""

_FIRST_PAUSE = 1.0

Sleep = Callable[[float], Awaitable[None]]


@dataclass(slots=True)
class _Letter:
    """One message on its way; a refusal changes how it is sent the next time."""

    place: Place
    markup: str
    plain: bool = False
    previews_off: bool = True


class _UndeliverableError(Exception):
    """There is no use in trying again; the message is the log line, empty for silence."""


class Courier:
    """Sends the parts of a message in order. All sending goes through here.

    A wait that Telegram asks for holds up this chat alone: its next update is not handled before
    this one, and no other chat waits with it.
    """

    def __init__(self, sleep: Sleep = asyncio.sleep) -> None:
        self._sleep = sleep
        self._previews_off = True

    async def send(self, bot: Bot, place: Place, parts: Sequence[str]) -> bool:
        """Send each part, the first as a reply where the place asks for one.

        Returns:
            True when all parts went out. False when the chat is closed to us (in silence: its owner
            wants none of us) or sending failed for good (logged); the parts left are not sent.
        """
        for part in parts:
            letter = _Letter(place, part, previews_off=self._previews_off)
            try:
                await self._deliver(bot, letter)
            except _UndeliverableError as error:
                if str(error):
                    log.error("chat %s: %s", place.chat_id, error)  # noqa: TRY400 - one line
                return False
            place = replace(letter.place, reply_to=None)
        return True

    async def _deliver(self, bot: Bot, letter: _Letter) -> None:
        for attempt in range(ATTEMPTS):
            try:
                await self._send_once(bot, letter)
            except TelegramError as error:
                if "message is not modified" in error.message.lower():
                    return  # it already reads as it should
                pause = self._pause_after(error, letter, attempt)
            else:
                return
            await self._sleep(pause)
        raise _UndeliverableError(f"message not sent in {ATTEMPTS} tries")

    def _pause_after(self, error: TelegramError, letter: _Letter, attempt: int) -> float:
        """Seconds until the next try, for which the letter is mended where it can be.

        Raises:
            _UndeliverableError: trying again cannot help.
        """
        match error:
            case RetryAfter():
                return _flood_wait(error)
            case ChatMigrated():
                letter.place = Place(error.new_chat_id)
                return 0.0
            case BadRequest():
                self._mend(error, letter)
                return 0.0
            case NetworkError():
                # It may have arrived all the same: twice is better than not at all.
                log.info("chat %s: try %d: %s", letter.place.chat_id, attempt + 1, error)
                return float(_FIRST_PAUSE * 2**attempt)
            case Forbidden():
                log.info("chat %s: closed to the bot (%s)", letter.place.chat_id, error)
                raise _UndeliverableError
            case InvalidToken():
                # The connection has seen it too, and stops the bot with one clear line.
                raise _UndeliverableError
            case _:
                raise _UndeliverableError(f"message refused: {error}")

    def _mend(self, error: BadRequest, letter: _Letter) -> None:
        reason = error.message.lower()
        if "can't parse entities" in reason and not letter.plain:
            log.warning("chat %s: markup refused, sent plain: %s", letter.place.chat_id, error)
            letter.plain = True
        elif "link_preview_options" in reason and letter.previews_off:
            # A Bot API server that does not know the option: messages go out without it.
            self._previews_off = letter.previews_off = False
        else:
            raise _UndeliverableError(f"message refused: {error}")

    async def _send_once(self, bot: Bot, letter: _Letter) -> None:
        place, extras = letter.place, dict[str, Any]()
        if place.thread_id is not None:
            extras["message_thread_id"] = place.thread_id
        if place.reply_to is not None:
            extras["reply_parameters"] = ReplyParameters(
                place.reply_to, allow_sending_without_reply=True
            )
        if letter.previews_off:
            extras["link_preview_options"] = LinkPreviewOptions(is_disabled=True)
        if not letter.plain:
            extras["parse_mode"] = ParseMode.HTML
        text = visible_text(letter.markup) if letter.plain else letter.markup
        await bot.send_message(place.chat_id, text, **extras)


def _flood_wait(error: RetryAfter) -> float:
    span = error.retry_after
    seconds = span.total_seconds() if isinstance(span, timedelta) else float(span)
    if seconds > LONGEST_WAIT:
        raise _UndeliverableError(f"message not sent: Telegram asks to wait {seconds:.0f} s")
    return seconds
