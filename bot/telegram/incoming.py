"""What handlers need to know of a message: who, where, in which language, and where to reply."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from telegram import Update
from telegram.constants import ChatType

from bot.state import MemoryKey
from bot.telegram.queues import Place
from bot.words import Words, words_for

_COMMAND = re.compile(r"\A/\S+\s*")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as it concerns us."""

    place: Place
    user_id: int | None
    language: str | None
    text: str
    album: str | None
    message_id: int = 0
    name: str = ""
    in_group: bool = False
    forwarded: bool = False

    @classmethod
    def of(cls, update: object) -> Self | None:
        """The message an update brings; None where it brings none."""
        message = update.message or update.edited_message if isinstance(update, Update) else None
        if message is None:
            return None
        user = message.from_user
        in_group = message.chat.type != ChatType.PRIVATE
        place = Place(
            chat_id=message.chat.id,
            # A reply in a plain group carries a thread id too, which sending would refuse.
            thread_id=message.message_thread_id if message.is_topic_message else None,
            reply_to=message.message_id if in_group else None,
        )
        return cls(
            place=place,
            user_id=user.id if user else None,
            language=user.language_code if user else None,
            text=message.text or "",
            album=message.media_group_id,
            message_id=message.message_id,
            name=user.full_name if user else "",
            in_group=in_group,
            forwarded=message.forward_origin is not None,
        )

    @property
    def key(self) -> MemoryKey:
        """Whose conversation this belongs to: in a group, that of all who speak in the topic."""
        user_id = None if self.in_group else self.user_id
        return MemoryKey(self.place.chat_id, self.place.thread_id, user_id)

    @property
    def words(self) -> Words:
        """The words of the language the sender's Telegram is set to."""
        return words_for(self.language)

    @property
    def argument(self) -> str:
        """The text without the command it opens with."""
        return _COMMAND.sub("", self.text, count=1).strip()
