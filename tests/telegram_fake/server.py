"""The server: takes calls over HTTP, keeps chats, and knows when something has happened."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.telegram_fake.calls import FIELDS, Call, check_fields, read_call
from tests.telegram_fake.chats import Chat, Message
from tests.telegram_fake.methods import SENDING
from tests.telegram_fake.people import PATIENCE, Asked, Person, Pressed, member
from tests.telegram_fake.queries import QUERIES
from tests.telegram_fake.refusals import RefusedError, bad
from tests.telegram_fake.trouble import DroppedConnectionError, Trouble
from tests.telegram_fake.updates import Updates

TOKEN = "7:SYNTHETIC-token"  # noqa: S105 - not a real one
LARGEST_REQUEST = 60 * 1024 * 1024
METHODS = {**SENDING, **QUERIES}
ADMINISTRATORS = frozenset({"administrator", "creator"})


class FakeTelegram:
    """A Bot API server for one bot.

    Attributes:
        calls: every call with its fields, files and status, in the order they ended.
        trouble: what goes wrong; see `trouble.py`.
        updates: the bot's queue, and how its webhook did.
        commands: the command menus, by scope and language.
    """

    def __init__(self, token: str = TOKEN, *, username: str = "lodestone_bot") -> None:
        self.token = token
        self.bot_id = int(token.split(":", maxsplit=1)[0])
        self.username = username
        self.port = 0
        self.calls: list[Call] = []
        self.trouble = Trouble()
        self.updates = Updates(lambda: self.trouble.accepts_token)
        self.chats: dict[int, Chat] = {}
        self.people: dict[int, Person] = {}
        self.files: dict[str, bytes] = {}
        self.commands: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.presses: dict[str, Pressed] = {}
        self.inline_queries: dict[str, Asked] = {}
        self.guest_queries: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._happened = asyncio.Condition()

    @property
    def url(self) -> str:
        """What LODESTONE_TELEGRAM_API_URL is set to."""
        return f"http://127.0.0.1:{self.port}/bot"

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[FakeTelegram]:
        """The server, up; a second time on the same port."""
        application = web.Application(client_max_size=LARGEST_REQUEST)
        application.router.add_route("*", "/bot{token}/{method}", self._handle)
        application.router.add_get("/file/bot{token}/{path:.*}", self._download)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port, backlog=1024).start()
        self.port = runner.addresses[0][1]
        try:
            yield self
        finally:
            await self.updates.close()
            await runner.cleanup()

    def person(self, number: int, first_name: str = "Ada", language: str | None = "en") -> Person:
        """Someone who has begun a private chat with the bot."""
        if number not in self.people:
            self.people[number] = Person(self, number, first_name, language)
        return self.people[number]

    def private(self, number: int) -> Chat:
        """A private chat."""
        return self.chats.setdefault(number, Chat(self, number, "private"))

    def group(self, number: int, title: str = "Group", *, forum: bool = False) -> Chat:
        """A group (a supergroup where its number begins with -100) that the bot is in."""
        kind = "supergroup" if str(number).startswith("-100") else "group"
        return self.chats.setdefault(number, Chat(self, number, kind, title, forum))

    def me(self) -> dict[str, Any]:
        """The bot's user."""
        return {
            "id": self.bot_id, "is_bot": True, "first_name": "Lodestone",
            "username": self.username, "can_join_groups": True,
            "can_read_all_group_messages": False, "supports_inline_queries": True,
        }  # fmt: skip

    def member(self, chat: Chat, user_id: int) -> dict[str, Any]:
        """Someone as a member of a chat."""
        user = self.me() if user_id == self.bot_id else self.people[user_id].describe()
        return member(user, chat.statuses.get(user_id, "member"))

    def is_admin(self, chat: Chat) -> bool:
        """Whether the bot is an administrator of a chat."""
        return chat.statuses.get(self.bot_id) in ADMINISTRATORS

    def chat_of(self, call: Call) -> Chat:
        """The chat that a call is about.

        Raises:
            RefusedError: there is no such chat.
        """
        chat = self.chats.get(call.chat_id) if call.chat_id is not None else None
        if chat is None:
            raise bad("chat not found")
        return chat

    async def post_service(self, chat: Chat, content: dict[str, Any]) -> None:
        """Telegram itself writes into a chat."""
        data = {"message_id": chat.next_id(), "date": int(time.time()), "chat": chat.describe(),
                **content}  # fmt: skip
        chat.messages.append(Message(chat, data, by_bot=False))
        await self.updates.add("message", data)

    def called(self, method: str, chat: int | None = None) -> list[Call]:
        """The calls of a method that were done, to one chat or to any."""
        return [call for call in self.calls if call.method == method and call.status == 200
                and (chat is None or call.chat_id == chat)]  # fmt: skip

    async def until(self, holds: Callable[[], bool], patience: float = PATIENCE) -> None:
        """Wait for something to come true; it is looked at after each call of the bot."""
        async with asyncio.timeout(patience), self._happened:
            await self._happened.wait_for(holds)

    async def is_polled(self) -> None:
        """Wait for the bot's first poll."""
        await self.until(lambda: any(call.method == "getUpdates" for call in self.calls))

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        call, body = Call(method, {}), dict[str, Any]()
        try:
            self._check_address(request.match_info["token"], method)
            call = await read_call(request, method)
            if method == "getUpdates":
                await self._note(call)  # noted when it begins: it lasts until there is something
            await self.trouble.before(method, call.chat_id)
            check_fields(call)
            body = {"ok": True, "result": await self._do(call)}
            call.status = 200
            self.trouble.after(method, call.chat_id)
        except RefusedError as error:
            call.status = error.status
            body = {"ok": False, "error_code": error.status, "description": error.description}
            if error.parameters:
                body["parameters"] = error.parameters
        except DroppedConnectionError:
            if request.transport is not None:
                request.transport.abort()
        if method != "getUpdates":
            await self._note(call)
        return web.json_response(body, status=call.status or 500)

    def _check_address(self, token: str, method: str) -> None:
        if token != self.token:
            raise RefusedError("Unauthorized", 401)
        if method not in FIELDS:
            raise RefusedError("Not Found", 404)

    async def _do(self, call: Call) -> Any:  # noqa: ANN401 - as the method has it
        match call.method:
            case "getUpdates":
                return await self.updates.poll(dict(call.fields))
            case "setWebhook":
                self.updates.set_webhook(dict(call.fields))
                return True
            case "deleteWebhook":
                self.updates.set_webhook({**call.fields, "url": ""})
                return True
            case "getWebhookInfo":
                return {"url": self.updates.url, "has_custom_certificate": False,
                        "pending_update_count": len(self.updates.waiting)}  # fmt: skip
            case "getFile":
                return self._file(call.fields.get("file_id", ""))
            case _:
                return METHODS[call.method](self, call)

    def _file(self, file_id: str) -> dict[str, Any]:
        if file_id not in self.files:
            raise bad("wrong file_id or the file is temporarily unavailable")
        return {"file_id": file_id, "file_unique_id": file_id, "file_path": file_id,
                "file_size": len(self.files[file_id])}  # fmt: skip

    async def _download(self, request: web.Request) -> web.StreamResponse:
        content = self.files.get(request.match_info["path"])
        if content is None:
            raise web.HTTPNotFound
        return web.Response(body=content)

    async def _note(self, call: Call) -> None:
        async with self._happened:
            self.calls.append(call)
            self._happened.notify_all()
