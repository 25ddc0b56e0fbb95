"""Updates on their way to the bot: kept until confirmed, polled or pushed, twice where wanted."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.telegram_fake.refusals import RefusedError, bad

log = logging.getLogger(__name__)

KINDS = frozenset({
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection",
    "business_message", "edited_business_message", "deleted_business_messages",
    "message_reaction", "message_reaction_count", "inline_query", "chosen_inline_result",
    "callback_query", "shipping_query", "pre_checkout_query", "purchased_paid_media", "poll",
    "poll_answer", "my_chat_member", "chat_member", "chat_join_request", "chat_boost",
    "removed_chat_boost", "guest_message", "managed_bot",
})  # fmt: skip
UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that come only when they are asked for by name."""

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name


class Updates:
    """The queue of one bot.

    Attributes:
        confirmed: numbers of updates the bot has told it has.
        dropped: kinds of updates that were not asked for.
        pushes: each push's update number and the status it got; 0: no answer.
    """

    def __init__(self, accepts: Callable[[], bool]) -> None:
        self.waiting: list[dict[str, Any]] = []
        self.confirmed: set[int] = set()
        self.dropped: list[str] = []
        self.pushes: list[tuple[int, int]] = []
        self.allowed: list[str] = []
        self.url = ""
        self.secret: str | None = None
        self.most_pushes = 40
        self._next = 1
        self._changed = asyncio.Condition()
        self._poll = 0
        self._accepts = accepts
        self._pushing: set[int] = set()
        self._busy_chats: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._client: ClientSession | None = None

    async def add(self, kind: str, body: dict[str, Any], *, copies: int = 1) -> int:
        """An update happens; its number. More copies are delivered as often."""
        wanted = kind in self.allowed if self.allowed else kind not in UNASKED
        number = self._next
        self._next += 1
        if not wanted:
            self.dropped.append(kind)
            return number
        async with self._changed:
            for _ in range(copies):
                self.waiting.append({"update_id": number, kind: body})
            self._changed.notify_all()
        self._push_all()
        return number

    async def add_raw(self, update: dict[str, Any]) -> None:
        """Anything at all is delivered, with a number of its own unless it has one."""
        async with self._changed:
            update.setdefault("update_id", self._next)
            self._next = max(self._next, update["update_id"]) + 1
            self.waiting.append(update)
            self._changed.notify_all()
        self._push_all()

    async def poll(self, fields: dict[str, Any]) -> list[dict[str, Any]]:
        """getUpdates.

        Raises:
            RefusedError: a webhook is set, or another poll came after this one.
        """
        if self.url:
            raise RefusedError(
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook "
                "to delete the webhook first", 409,
            )  # fmt: skip
        offset, limit = int(fields.get("offset", 0)), int(fields.get("limit", 100))
        if not 1 <= limit <= 100:
            raise bad("invalid limit specified")
        if "allowed_updates" in fields:
            self.allow(fields["allowed_updates"])
        self._poll += 1
        mine = self._poll
        async with self._changed:
            self._changed.notify_all()
            self._confirm(offset)
            try:
                async with asyncio.timeout(min(50, int(fields.get("timeout", 0)))):
                    await self._changed.wait_for(lambda: self.waiting or self._poll != mine)
            except TimeoutError:
                pass
            if self._poll != mine:
                raise RefusedError(
                    "Conflict: terminated by other getUpdates request; make sure that only one "
                    "bot instance is running", 409,
                )  # fmt: skip
            return self.waiting[:limit]

    def allow(self, kinds: Any) -> None:  # noqa: ANN401 - whatever was sent
        """Remember which kinds the bot wants.

        Raises:
            RefusedError: no list of kinds.
        """
        kinds = json.loads(kinds) if isinstance(kinds, str) else kinds
        if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
            raise bad("can't parse allowed updates: expected an Array of Strings")
        if unknown := set(kinds) - KINDS:
            raise bad(f"there is no update kind {sorted(unknown)[0]}")  # Telegram ignores it
        self.allowed = kinds

    def set_webhook(self, fields: dict[str, Any]) -> None:
        """setWebhook and deleteWebhook.

        Raises:
            RefusedError: no address, or a secret with characters it may not have.
        """
        url, secret = str(fields.get("url", "")), fields.get("secret_token")
        if url and urlsplit(url).scheme not in {"http", "https"}:
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if secret is not None and not str(secret).replace("-", "").replace("_", "").isalnum():
            raise bad("secret token contains unallowed characters")
        if "allowed_updates" in fields:
            self.allow(fields["allowed_updates"])
        if str(fields.get("drop_pending_updates", "")).lower() == "true":
            self.waiting.clear()
        self.url, self.secret = url, secret
        self.most_pushes = int(fields.get("max_connections", 40))
        self._push_all()

    async def all_confirmed(self) -> None:
        """Wait until the bot has told that it has all there is."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self.waiting)

    async def close(self) -> None:
        """End all pushes."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.close()

    def _confirm(self, offset: int) -> None:
        self.confirmed |= {u["update_id"] for u in self.waiting if u["update_id"] < offset}
        self.waiting = [u for u in self.waiting if u["update_id"] >= offset]

    def _push_all(self) -> None:
        if not self.url:
            return
        for update in self.waiting:
            chat = _chat_of(update)
            if len(self._pushing) >= self.most_pushes:
                return
            if id(update) in self._pushing or chat in self._busy_chats:
                continue
            self._pushing.add(id(update))
            if chat is not None:
                self._busy_chats.add(chat)
            task = asyncio.get_running_loop().create_task(self._push(update, chat))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _push(self, update: dict[str, Any], chat: int | None) -> None:
        pause = 0.1
        while True:
            status = await self._push_once(update)
            self.pushes.append((update["update_id"], status))
            if 200 <= status < 300:
                break
            await asyncio.sleep(pause)
            pause = min(2.0, 2 * pause)
        async with self._changed:
            self.confirmed.add(update["update_id"])
            self.waiting = [other for other in self.waiting if other is not update]
            self._changed.notify_all()
        self._pushing.discard(id(update))
        if chat is not None:
            self._busy_chats.discard(chat)
        self._push_all()

    async def _push_once(self, update: dict[str, Any]) -> int:
        if self._client is None:
            self._client = ClientSession(timeout=ClientTimeout(total=30))
        headers = {SECRET_HEADER: self.secret} if self.secret else {}
        try:
            async with self._client.post(self.url, json=update, headers=headers) as response:
                return response.status
        except (ClientError, TimeoutError, OSError) as error:
            log.debug("a push failed: %s", error)
            return 0


def _chat_of(update: dict[str, Any]) -> int | None:
    body = next((value for value in update.values() if isinstance(value, dict)), {})
    chat = body.get("chat") or body.get("message", {}).get("chat")
    return chat["id"] if isinstance(chat, dict) else None
