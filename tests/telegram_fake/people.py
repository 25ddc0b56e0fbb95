"""People who use the bot: what they do becomes updates, what they see is what the bot sent."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.telegram_fake.chats import Chat, Message, Topic
from tests.telegram_fake.entities import marks_of

if TYPE_CHECKING:
    from tests.telegram_fake.server import FakeTelegram

PATIENCE = 30.0


@dataclass(slots=True)
class Answered:
    """Something that waits to be answered: a press or an inline query."""

    done: asyncio.Event = field(default_factory=asyncio.Event)
    expired: bool = False

    async def wait(self) -> None:
        """Until it is answered."""
        async with asyncio.timeout(PATIENCE):
            await self.done.wait()


@dataclass(slots=True)
class Pressed(Answered):
    """A pressed button; `toast` is what was shown, None until then."""

    toast: str | None = None
    alert: bool = False

    def answer(self, text: str, *, alert: bool) -> None:
        """The bot answers."""
        self.toast, self.alert = text, alert
        self.done.set()


@dataclass(slots=True)
class Asked(Answered):
    """An inline query and what was found."""

    results: list[dict[str, Any]] = field(default_factory=list)
    personal: bool = False
    cache: int | None = None
    asked: float = field(default_factory=time.monotonic)
    took: float = 0.0

    def answer(self, results: list[dict[str, Any]], *, personal: bool, cache: int | None) -> None:
        """The bot answers."""
        self.results, self.personal, self.cache = results, personal, cache
        self.took = time.monotonic() - self.asked
        self.done.set()


@dataclass(slots=True)
class Person:
    """Someone with a private chat; `language` None: their Telegram tells none."""

    server: FakeTelegram
    id: int
    first_name: str = "Ada"
    language: str | None = "en"
    private: Chat = field(init=False)

    def __post_init__(self) -> None:
        self.private = self.server.private(self.id)

    @property
    def inbox(self) -> list[Message]:
        """The bot's messages in the private chat, as they stand now."""
        return self.private.of_bot()

    def describe(self) -> dict[str, Any]:
        """The Bot API's object."""
        told = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        return told | ({"language_code": self.language} if self.language else {})

    async def write(
        self,
        text: str | None = None,
        *,
        chat: Chat | None = None,
        topic: Topic | None = None,
        reply_to: Message | None = None,
        copies: int = 1,
        **content: Any,  # noqa: ANN401 - whatever Telegram has
    ) -> Message:
        """Write something, as text or as any other content; delivered more than once on request."""
        chat = chat or self.private
        data: dict[str, Any] = {
            "message_id": chat.next_id(),
            "date": int(time.time()),
            "chat": self._chat(chat),
            "from": self.describe(),
        }
        if text is not None:
            data["text"] = text
            if marks := marks_of(text):
                data["entities"] = marks
        if topic is not None:
            data |= {"message_thread_id": topic.id, "is_topic_message": True}
        if reply_to is not None:
            data["reply_to_message"] = reply_to.data
        message = Message(chat, data | content, by_bot=False)
        chat.messages.append(message)
        await self.server.updates.add("message", message.data, copies=copies)
        return message

    async def edit(self, message: Message, text: str) -> None:
        """Edit a message of their own."""
        changed = {key: value for key, value in message.data.items() if key != "entities"}
        marks = marks_of(text)
        message.history.append(message.text)
        message.data = changed | {"text": text, "edit_date": int(time.time())}
        message.data |= {"entities": marks} if marks else {}
        await self.server.updates.add("edited_message", message.data)

    async def press(self, message: Message, button: str, *, data: str | None = None) -> Pressed:
        """Press the button with this text (or beginning), or any data at all; waits for no one."""
        if data is None:
            found = [b for b in message.buttons if b["text"].startswith(button)]
            assert found, f"no button {button!r} among {[b['text'] for b in message.buttons]}"
            data = found[0]["callback_data"]
        pressed = Pressed()
        identity = str(len(self.server.presses) + 1)
        self.server.presses[identity] = pressed
        query = {
            "id": identity,
            "from": self.describe(),
            "message": message.data,
            "chat_instance": str(message.chat.id),
            "data": data,
        }
        await self.server.updates.add("callback_query", query)
        return pressed

    async def ask_inline(self, query: str, *, offset: str = "") -> Asked:
        """Type an inline query, and wait for what is found."""
        asked = Asked()
        identity = str(len(self.server.inline_queries) + 1)
        self.server.inline_queries[identity] = asked
        body = {"id": identity, "from": self.describe(), "query": query, "offset": offset}
        await self.server.updates.add("inline_query", body)
        await asked.wait()
        return asked

    async def choose(self, result: dict[str, Any], query: str) -> None:
        """Choose what an inline query found."""
        body = {"result_id": result["id"], "from": self.describe(), "query": query}
        await self.server.updates.add("chosen_inline_result", body)

    async def ask_as_guest(self, text: str) -> dict[str, Any]:
        """Mention the bot where it is no member, and wait for its one reply."""
        identity = f"g{len(self.server.guest_queries) + 1}"
        answered: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self.server.guest_queries[identity] = answered
        elsewhere = {"id": -100777, "type": "supergroup", "title": "Elsewhere"}
        body = {
            "message_id": 1, "date": int(time.time()), "chat": elsewhere, "from": self.describe(),
            "text": text, "entities": marks_of(text), "guest_query_id": identity,
        }  # fmt: skip
        await self.server.updates.add("guest_message", body)
        async with asyncio.timeout(PATIENCE):
            return await answered

    async def react(self, message: Message, emoji: str | None) -> None:
        """Put a reaction on a message, or take it away."""
        old = message.reactions.get(self.id, [])
        message.reactions[self.id] = [emoji] if emoji else []
        body = {
            "chat": message.chat.describe(), "message_id": message.id, "date": int(time.time()),
            "user": self.describe(),
            "old_reaction": [{"type": "emoji", "emoji": e} for e in old],
            "new_reaction": [{"type": "emoji", "emoji": emoji}] if emoji else [],
        }  # fmt: skip
        await self.server.updates.add("message_reaction", body)

    async def add_bot(self, chat: Chat, *, status: str = "member") -> None:
        """Bring the bot into a group, or take it out with `left` or `kicked`."""
        before = "member" if chat.has_bot else "left"
        chat.has_bot = status in {"member", "administrator"}
        if status == "kicked":
            chat.closed = f"bot was kicked from the {chat.kind} chat"
        chat.statuses[self.server.bot_id] = status
        await self._member_changed(chat, before, status)

    async def block(self) -> None:
        """Block the bot."""
        self.private.closed = "bot was blocked by the user"
        await self._member_changed(self.private, "member", "kicked")

    async def unblock(self) -> None:
        """Let the bot write again."""
        self.private.closed = None
        await self._member_changed(self.private, "kicked", "member")

    async def receives(self, count: int = 1, chat: Chat | None = None) -> list[Message]:
        """Wait until the bot has sent so many messages; all of them, as they stand now."""
        place = chat or self.private
        await self.server.until(lambda: len(place.of_bot()) >= count)
        return place.of_bot()

    async def _member_changed(self, chat: Chat, before: str, after: str) -> None:
        bot = self.server.me()
        body = {
            "chat": self._chat(chat), "from": self.describe(), "date": int(time.time()),
            "old_chat_member": _status(bot, before), "new_chat_member": _status(bot, after),
        }  # fmt: skip
        await self.server.updates.add("my_chat_member", body)

    def _chat(self, chat: Chat) -> dict[str, Any]:
        told = chat.describe()
        return told | ({"first_name": self.first_name} if chat.kind == "private" else {})


def _status(user: dict[str, Any], status: str) -> dict[str, Any]:
    told: dict[str, Any] = {"user": user, "status": status}
    if status == "kicked":
        told["until_date"] = 0
    if status == "administrator":
        rights = ("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages",
                  "can_manage_video_chats", "can_restrict_members", "can_promote_members",
                  "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
                  "can_delete_stories")  # fmt: skip
        told |= dict.fromkeys(rights, False)
    return told


def member(user: dict[str, Any], status: str) -> dict[str, Any]:
    """A chat member as the Bot API tells it."""
    told = _status(user, status)
    if status == "creator":
        told["is_anonymous"] = False
    return told
