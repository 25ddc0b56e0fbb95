"""One message to Telegram, and what its refusals mean for the next try."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Any

from telegram import InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.telegram.queues import Button, Letter, Message, Place
from bot.telegram.runtime.polling import RawBot
from bot.telegram.runtime.waits import flood_wait
from bot.telegram.split import visible_text

log = logging.getLogger(__name__)

FLOOD_ATTEMPTS = 10
"""Flood waits sat out for one message before it is given up and logged."""

LONGEST_WAIT = 3600.0
"""Seconds; a flood wait beyond this is not sat out."""

LONGEST_PAUSE = 15.0
"""Seconds between tries while Telegram cannot be reached; they begin at one and double."""

_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")
_NO_TOPIC = ("message thread not found", "topic_deleted", "topic_closed")


@dataclass(frozen=True, slots=True)
class Sent:
    """It is out, under this number."""

    message_id: int


@dataclass(frozen=True, slots=True)
class Retry:
    """It is to be sent again after a pause in seconds, perhaps mended."""

    letter: Letter
    pause: float = 0.0
    plain: bool = False
    flood: bool = False
    moved: bool = False


@dataclass(frozen=True, slots=True)
class GivenUp:
    """There is no use in trying again; the reason is for the log, `quiet` where it is none."""

    reason: str
    quiet: bool = False


Outcome = Sent | Retry | GivenUp


class Sender:
    """Sends single messages."""

    def __init__(self, bot: RawBot) -> None:
        self._bot = bot
        self._previews_off = True

    async def send(self, letter: Letter, position: int, *, attempts: int, plain: bool) -> Outcome:
        """Try to send a letter's message once.

        Args:
            letter: the letter.
            position: which of its messages.
            attempts: how often it was tried before.
            plain: without markup, which Telegram has refused.
        """
        message = letter.messages[position]
        edits = letter.edits if position == 0 else None
        place = letter.place if position == 0 else replace(letter.place, reply_to=None)
        try:
            return Sent(await self._call(place, message, edits=edits, plain=plain))
        except TelegramError as error:
            return self._judge(error, letter, position, attempts=attempts, plain=plain)

    def _judge(
        self, error: TelegramError, letter: Letter, position: int, *, attempts: int, plain: bool
    ) -> Outcome:
        chat_id = letter.place.chat_id
        match error:
            case RetryAfter():
                return _flood_wait(error, letter, attempts, plain=plain)
            case ChatMigrated():
                place = Place(error.new_chat_id)
                moved = letter.model_copy(update={"place": place, "edits": None})
                return Retry(moved, plain=plain, moved=True)
            case BadRequest():
                return self._mend(error, letter, position, plain=plain)
            case NetworkError():
                # It may have arrived all the same: twice is better than not at all.
                log.info("chat %s: try %d: %s", chat_id, attempts + 1, error)
                return Retry(letter, pause=min(LONGEST_PAUSE, float(2**min(attempts, 10))),
                             plain=plain)  # fmt: skip
            case InvalidToken():
                # The connection has seen it too, and stops the bot with one clear line. The letter
                # waits until there is a token that is right.
                return Retry(letter, pause=LONGEST_PAUSE, plain=plain)
        # A chat that is closed to us: its owner wants none of us, which is nothing to complain of.
        closed = isinstance(error, Forbidden)
        return GivenUp(f"message refused: {error}", quiet=closed)

    def _mend(self, error: BadRequest, letter: Letter, position: int, *, plain: bool) -> Outcome:
        reason = error.message.lower()
        place, chat_id = letter.place, letter.place.chat_id
        if "message is not modified" in reason:
            return Sent(letter.edits or 0)  # it already reads as it should
        if "can't parse entities" in reason and not plain:
            log.warning("chat %s: markup refused, sent plain: %s", chat_id, error)
            return Retry(letter, plain=True)
        if "link_preview_options" in reason:
            # A Bot API server that does not know the option: messages go out without it. Others
            # may have been refused for it at the same time.
            self._previews_off = False
            return Retry(letter, plain=plain)
        if letter.edits is not None and position == 0 and any(word in reason for word in _GONE):
            return Retry(letter.model_copy(update={"edits": None}), plain=plain)
        if place.thread_id is not None and any(word in reason for word in _NO_TOPIC):
            whole_chat = replace(place, thread_id=None)
            return Retry(letter.model_copy(update={"place": whole_chat}), plain=plain)
        return GivenUp(f"message refused: {error}")

    async def _call(self, place: Place, message: Message, *, edits: int | None, plain: bool) -> int:
        attached = message.attachment
        data: dict[str, Any] = {"chat_id": place.chat_id}
        if message.buttons:
            data["reply_markup"] = _keyboard(message)
        if not plain:
            data["parse_mode"] = "HTML"
        text = visible_text(message.text) if plain else message.text
        if attached is None and self._previews_off:
            data["link_preview_options"] = {"is_disabled": True}
        if edits is not None and attached is None:
            await self._bot.call("editMessageText", data | {"message_id": edits, "text": text})
            return edits
        if place.thread_id is not None:
            data["message_thread_id"] = place.thread_id
        if place.reply_to is not None:
            data["reply_parameters"] = {
                "message_id": place.reply_to, "allow_sending_without_reply": True
            }  # fmt: skip
        if attached is None:
            sent = await self._bot.call("sendMessage", data | {"text": text})
        else:
            method, name = _UPLOADS[attached.picture]
            file = InputFile(attached.content, filename=attached.name, attach=True)
            caption = {"caption": text} if text else {}
            sent = await self._bot.call(method, data | {name: file} | caption)
        return int(sent["message_id"])


_UPLOADS = {True: ("sendPhoto", "photo"), False: ("sendDocument", "document")}


def _keyboard(message: Message) -> dict[str, Any]:
    return {"inline_keyboard": [[_button(button) for button in row] for row in message.buttons]}


def _button(button: Button) -> dict[str, Any]:
    told: dict[str, Any] = {"text": button.text}
    if button.data is not None:
        told["callback_data"] = button.data
    elif button.url is not None:
        told["url"] = button.url
    elif button.copy_text is not None:
        told["copy_text"] = {"text": button.copy_text}
    else:
        told["switch_inline_query_current_chat"] = button.inline_query
    return told


def _flood_wait(error: RetryAfter, letter: Letter, attempts: int, *, plain: bool) -> Outcome:
    seconds = flood_wait(error)
    if seconds > LONGEST_WAIT:
        return GivenUp(f"message not sent: Telegram asks to wait {seconds:.0f} s")
    if attempts + 1 >= FLOOD_ATTEMPTS:
        return GivenUp(f"message not sent in {FLOOD_ATTEMPTS} tries")
    return Retry(letter, pause=seconds, plain=plain, flood=True)
