"""Chats and what stands in them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.telegram_fake.refusals import RefusedError, bad, forbidden

if TYPE_CHECKING:
    from tests.telegram_fake.server import FakeTelegram


@dataclass(slots=True)
class Message:
    """A message as it stands now; `history` holds what it said before it was edited.

    `data` is the Bot API object. `sent` is when it came, in the loop's seconds.
    """

    chat: Chat
    data: dict[str, Any]
    by_bot: bool
    history: list[str] = field(default_factory=list)
    reactions: dict[int, list[str]] = field(default_factory=dict)
    file: bytes | None = None
    file_name: str | None = None
    sent: float = field(default_factory=time.monotonic)

    @property
    def id(self) -> int:
        """Its number in the chat."""
        return int(self.data["message_id"])

    @property
    def text(self) -> str:
        """Its visible text, or its caption."""
        return str(self.data.get("text", self.data.get("caption", "")))

    @property
    def entities(self) -> list[dict[str, Any]]:
        """The marks on the text."""
        name = "entities" if "text" in self.data else "caption_entities"
        found: list[dict[str, Any]] = self.data.get(name, [])
        return found

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """The buttons below it, row by row in one list."""
        rows = self.data.get("reply_markup", {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    @property
    def thread_id(self) -> int | None:
        """The topic it stands in."""
        return self.data.get("message_thread_id")

    @property
    def reply_to(self) -> int | None:
        """The message it replies to."""
        replied = self.data.get("reply_to_message")
        return int(replied["message_id"]) if replied else None


@dataclass(slots=True)
class Topic:
    """A topic of a forum; `id` is its first message's."""

    id: int
    name: str
    deleted: bool = False


@dataclass(slots=True)
class Chat:
    """A private chat or a group.

    Attributes:
        statuses: each member's status, by number; who is not listed is a plain member.
        closed: why the bot may not write here, in Telegram's words; None: it may.
        migrated_to: the supergroup this group became.
        drafts: what is shown of an answer that forms, by the draft's number.
        actions: the actions shown, as `typing`, with the topic.
    """

    server: FakeTelegram
    id: int
    kind: str
    title: str | None = None
    forum: bool = False
    messages: list[Message] = field(default_factory=list)
    topics: dict[int, Topic] = field(default_factory=dict)
    statuses: dict[int, str] = field(default_factory=dict)
    closed: str | None = None
    migrated_to: int | None = None
    has_bot: bool = True
    drafts: dict[int, list[str]] = field(default_factory=dict)
    actions: list[tuple[str, int | None]] = field(default_factory=list)
    last_id: int = 0

    def describe(self) -> dict[str, Any]:
        """The Bot API's object."""
        told: dict[str, Any] = {"id": self.id, "type": self.kind}
        if self.title is not None:
            told["title"] = self.title
        if self.forum:
            told["is_forum"] = True
        return told

    def next_id(self) -> int:
        """A number for the next message."""
        self.last_id += 1
        return self.last_id

    def find(self, message_id: int) -> Message | None:
        """A message that is not deleted."""
        return next((m for m in self.messages if m.id == message_id), None)

    def of_bot(self, topic: Topic | None = None) -> list[Message]:
        """The bot's messages, oldest first; with a topic, those in it."""
        thread = topic.id if topic else None
        return [m for m in self.messages if m.by_bot and (topic is None or m.thread_id == thread)]

    def add_topic(self, name: str = "Topic") -> Topic:
        """Open a topic of a forum."""
        topic = Topic(self.next_id(), name)
        self.topics[topic.id] = topic
        return topic

    def check_open(self) -> None:
        """Refuse what is sent to a chat that the bot cannot write to.

        Raises:
            RefusedError: it cannot.
        """
        if self.migrated_to is not None:
            raise RefusedError(
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=self.migrated_to,
            )
        if self.closed is not None:
            raise forbidden(self.closed)
        if not self.has_bot:
            raise forbidden(f"bot is not a member of the {self.kind} chat")

    def check_topic(self, thread_id: int | None) -> None:
        """Refuse a topic that is not there.

        Raises:
            RefusedError: it is deleted, or never was.
        """
        if thread_id is None:
            return
        topic = self.topics.get(thread_id)
        if not self.forum or topic is None or topic.deleted:
            raise bad("message thread not found")

    async def migrate(self, new_id: int) -> Chat:
        """Become a supergroup, as Telegram tells it: in both chats."""
        new = self.server.group(new_id, self.title or "", forum=self.forum)
        new.statuses = dict(self.statuses)
        self.migrated_to = new_id
        service = {"from": self.server.me(), "migrate_to_chat_id": new_id}
        await self.server.post_service(self, service)
        await self.server.post_service(
            new, {"from": self.server.me(), "migrate_from_chat_id": self.id}
        )
        return new
