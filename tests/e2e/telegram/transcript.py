"""What was said between a person and the bot, as text to read, with what changes masked."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.telegram_fake import FakeTelegram, Message, Person

_HEX = re.compile(r"\b[0-9a-f]{16,32}\b")
_MASKED = "…"


class Transcript:
    """Writes down a private chat.

    What the bot says is written when it is told to look; a message that has changed since is
    written again.
    """

    def __init__(self, telegram: FakeTelegram, person: Person) -> None:
        self._telegram = telegram
        self._person = person
        self._seen: dict[int, tuple[str, tuple[str, ...]]] = {}
        self.lines: list[str] = []

    def says(self, text: str) -> None:
        """The person writes."""
        self.lines.append(f"{self._person.first_name}: {text}")

    def presses(self, button: str) -> None:
        """The person presses a button."""
        self.lines.append(f"{self._person.first_name} presses [{button}]")

    def shown(self, toast: str | None) -> None:
        """A line shows for a moment."""
        if toast:
            self.lines.append(f"({toast})")

    def look(self) -> None:
        """Write down what the bot has said or changed since."""
        for message in self._person.inbox:
            now = (message.text, tuple(button["text"] for button in message.buttons))
            before = self._seen.get(message.id)
            if before == now:
                continue
            self._seen[message.id] = now
            self.lines.append(_told(message, changed=before is not None))

    def text(self) -> str:
        """The whole, a blank line between what each said."""
        return masked("\n\n".join(self.lines)) + "\n"


def masked(text: str) -> str:
    """Ids that are new every time, each by the same sign."""
    return _HEX.sub(_MASKED, text)


def agrees(written: str, golden: Path, *, rewrite: bool) -> bool:
    """Whether a transcript reads as the golden one; `rewrite` makes it the golden one."""
    if rewrite:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(written, encoding="utf-8")
    return golden.read_text(encoding="utf-8") == written


def _told(message: Message, *, changed: bool) -> str:
    name = "Lodestone (edits)" if changed else "Lodestone"
    body = message.text
    if message.file is not None:
        body = f"[file {message.file_name}]\n{_summary(message)}\n{body}".strip()
    rows = message.data.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = "\n".join(" ".join(f"[{button['text']}]" for button in row) for row in rows)
    return f"{name}:\n{body}" + (f"\n{buttons}" if buttons else "")


def _summary(message: Message) -> str:
    """What a file holds: of an export, how many of each."""
    if not (message.file_name or "").endswith(".json"):
        return f"({message.file_name})"
    held = json.loads(message.file or b"{}")
    counts = {key: len(value) for key, value in held.items() if isinstance(value, list)}
    return "\n".join(f"{key}: {count}" for key, count in counts.items())
