"""An update as Telegram sends it, read just so far as is needed to keep it and to order it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

_URGENT_KINDS = frozenset(
    {"callback_query", "inline_query", "chosen_inline_result", "guest_message"}
)
"""Someone looks at the screen while these wait."""

_KIND = re.compile(r"[a-z_]{1,40}")
"""What a kind of update may be called; a database does not take every text."""

_URGENT_COMMANDS = ("/cancel", "/stop")

MESSAGE_KINDS = frozenset({"message", "edited_message", "channel_post", "edited_channel_post"})

URGENT, USUAL = 0, 1


@dataclass(frozen=True, slots=True)
class Received:
    """An update to keep.

    Attributes:
        update_id: Telegram's number for it.
        kind: the kind of update, as `message`.
        lane: what it is ordered with; None: nothing.
        urgency: 0 overtakes what waits in its chat, 1 is in turn.
        payload: the update as JSON.
    """

    update_id: int
    kind: str
    lane: str | None
    urgency: int
    chat_id: int | None
    user_id: int | None
    payload: str


@dataclass(frozen=True, slots=True)
class Task:
    """An update that is this process's to work on, for as long as it keeps renewing its lease."""

    number: int
    update_id: int
    kind: str
    chat_id: int | None
    user_id: int | None
    urgency: int
    attempts: int
    received_at: datetime
    payload: str
    notes: dict[str, Any] = field(default_factory=dict)

    def update(self) -> dict[str, Any]:
        """The update, parsed."""
        found: dict[str, Any] = json.loads(self.payload)
        return found


def read_update(data: object) -> Received | None:
    """What to keep of an update; None where it is none (forged, malformed, no number)."""
    if not isinstance(data, dict):
        return None
    number = data.get("update_id")
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 2**63:
        return None
    kind, body = next(
        ((key, value) for key, value in data.items()
         if isinstance(value, dict) and _KIND.fullmatch(str(key))),
        ("unknown", {}),
    )  # fmt: skip
    chat_id, user_id = _chat(body), _id(body.get("from") or body.get("user"))
    urgent = kind in _URGENT_KINDS or _is_urgent_command(kind, body)
    lane: str | None = None
    if urgent:
        # Presses of one person in one chat are ordered among themselves alone.
        lane = f"{kind}:{chat_id}:{user_id}" if user_id is not None else None
    elif chat_id is not None:
        lane = str(chat_id)
    return Received(
        update_id=number,
        kind=kind,
        lane=lane,
        urgency=URGENT if urgent else USUAL,
        chat_id=chat_id,
        user_id=user_id,
        payload=json.dumps(data, ensure_ascii=True, separators=(",", ":")),
    )


def _chat(body: dict[str, Any]) -> int | None:
    message = body.get("message")
    return _id(body.get("chat") or (message.get("chat") if isinstance(message, dict) else None))


def _id(thing: object) -> int | None:
    number = thing.get("id") if isinstance(thing, dict) else None
    valid = isinstance(number, int) and not isinstance(number, bool) and -(2**63) <= number < 2**63
    return number if valid else None


def _is_urgent_command(kind: str, body: dict[str, Any]) -> bool:
    text = body.get("text")
    if kind != "message" or not isinstance(text, str) or not text.startswith(_URGENT_COMMANDS):
        return False
    return text.split(maxsplit=1)[0].partition("@")[0] in _URGENT_COMMANDS
