"""What goes out: letters of one or more messages, as they are kept until they are sent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

LONGEST_CALLBACK_DATA = 64
"""Bytes of a button's data."""


class _Model(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64"
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message is sent: a chat, perhaps a topic in it, perhaps as a reply."""

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None


class Button(_Model):
    """A button below a message: what it says, and one of what it does.

    `data` comes back when it is pressed (at most 64 bytes); `url` is opened; `copy_text` is copied;
    `inline_query` opens an inline query in this chat.
    """

    text: Annotated[str, StringConstraints(min_length=1)]
    data: str | None = None
    url: str | None = None
    copy_text: str | None = None
    inline_query: str | None = None

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        actions = (self.data, self.url, self.copy_text, self.inline_query)
        if sum(action is not None for action in actions) != 1:
            raise ValueError("a button does one thing")
        if self.data is not None and not 1 <= len(self.data.encode()) <= LONGEST_CALLBACK_DATA:
            raise ValueError(f"a button's data is 1 to {LONGEST_CALLBACK_DATA} bytes")
        return self


class Attachment(_Model):
    """A file: a picture is shown, anything else is sent as a document."""

    name: Annotated[str, StringConstraints(min_length=1)]
    content: bytes
    picture: bool = False


class Message(_Model):
    """One message. `text` is HTML: the message's own, or the caption of what is attached."""

    text: str = ""
    buttons: tuple[tuple[Button, ...], ...] = ()
    attachment: Attachment | None = None


class Letter(_Model):
    """Messages to one place, sent in order; only the first is a reply.

    Attributes:
        place: where to.
        messages: at least one.
        edits: id of a message of ours that the first one replaces; where that is gone, it is sent.
        answers: id of the message this answers, by which it can be found again.
        ref: what it is about, for one the id of the turn in the journal.
        user_id: whose letter it is, so that it can be removed with all that is theirs.
    """

    place: Place
    messages: Annotated[tuple[Message, ...], Field(min_length=1)]
    edits: int | None = None
    answers: int | None = None
    ref: str | None = None
    user_id: int | None = None

    @classmethod
    def of_parts(
        cls,
        place: Place,
        parts: Sequence[str],
        *,
        buttons: Sequence[Sequence[Button]] = (),
        edits: int | None = None,
        answers: int | None = None,
        ref: str | None = None,
        user_id: int | None = None,
    ) -> Self:
        """Parts of a text, each short enough to send; buttons stand below the last."""
        last = len(parts) - 1
        keyboard = tuple(tuple(row) for row in buttons)
        return cls(
            place=place,
            messages=tuple(
                Message(text=part, buttons=keyboard if number == last else ())
                for number, part in enumerate(parts)
            ),
            edits=edits,
            answers=answers,
            ref=ref,
            user_id=user_id,
        )


_FILE_NAME = re.compile(r"[^\w.()-]+")


def file_name(title: str, suffix: str) -> str:
    """A file's name made of a title, without what file systems or people stumble over."""
    return f"{_FILE_NAME.sub('-', title).strip('-.')[:60] or 'file'}{suffix}"
