# ruff: noqa: ANN401 - calls are made of whatever keys Telegram has
"""Our own Bot API server against one that is not ours: the same calls, the same outcome.

Compared is what both do: whether a call is taken, the status, and what the result holds. How each
words a refusal is its own affair.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from lo_bot_api_emulator import LoBotApiEmulator

from tests.telegram_fake import TOKEN, FakeTelegram

pytestmark = pytest.mark.e2e

CHAT = 100
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


class Peer:
    """A server, and a client that calls it as the library does."""

    def __init__(
        self,
        base: str,
        client: aiohttp.ClientSession,
        enqueue: Callable[[dict[str, Any]], Awaitable[object]],
    ) -> None:
        self._base = base
        self._client = client
        self.enqueue = enqueue

    async def call(self, method: str, **fields: Any) -> tuple[int, Any]:
        """Call a method; status and result, None where it is refused. Bytes are uploaded."""
        form = aiohttp.FormData()
        for name, value in fields.items():
            if isinstance(value, bytes):
                form.add_field(name, value, filename=f"{name}.bin")
            else:
                form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        async with self._client.post(f"{self._base}{TOKEN}/{method}", data=form) as response:
            body = await response.json()
            assert body["ok"] is (response.status == 200)
            if not body["ok"]:
                assert body["error_code"] == response.status
                assert body["description"]
            return response.status, body.get("result")


@asynccontextmanager
async def theirs(client: aiohttp.ClientSession) -> AsyncIterator[Peer]:
    """The server nobody here wrote."""
    emulator = LoBotApiEmulator(allow_insecure_loopback_webhooks=True)
    runner = web.AppRunner(emulator.app(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()

    async def enqueue(update: dict[str, Any]) -> None:
        await emulator.enqueue_update(update, token=TOKEN)

    try:
        yield Peer(f"http://127.0.0.1:{runner.addresses[0][1]}/bot", client, enqueue)
    finally:
        await runner.cleanup()


@asynccontextmanager
async def ours(client: aiohttp.ClientSession) -> AsyncIterator[Peer]:
    """The server of this repository."""
    telegram = FakeTelegram()
    async with telegram.listening():
        ada = telegram.person(CHAT)
        await ada.press((await _said(telegram)), "", data="x")
        asking = asyncio.create_task(ada.ask_inline("x"))
        await asyncio.sleep(0)
        telegram.updates.waiting.clear()
        telegram.updates._next = 1
        yield Peer(telegram.url, client, telegram.updates.add_raw)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)


async def _said(telegram: FakeTelegram) -> Any:
    await telegram.person(CHAT).write("hello")
    return telegram.chats[CHAT].messages[0]


@pytest.fixture
async def both() -> AsyncIterator[tuple[Peer, Peer]]:
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(aiohttp.ClientSession())
        yield (
            await stack.enter_async_context(theirs(client)),
            await stack.enter_async_context(ours(client)),
        )


def keyboard(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


def button(**action: Any) -> dict[str, Any]:
    return {"text": "B", **action}


def article(number: int, text: str = "x") -> dict[str, Any]:
    content = {"message_text": text}
    return {"type": "article", "id": str(number), "title": "T", "input_message_content": content}


PRESS = button(callback_data="x")
EXCHANGES: dict[str, tuple[str, dict[str, Any]]] = {
    "who it is": ("getMe", {}),
    "a text": ("sendMessage", {"chat_id": CHAT, "text": "hello"}),
    "a text in html": ("sendMessage", {"chat_id": CHAT, "text": "hello", "parse_mode": "HTML"}),
    "4,096 characters": ("sendMessage", {"chat_id": CHAT, "text": "x" * 4096}),
    "4,097 characters": ("sendMessage", {"chat_id": CHAT, "text": "x" * 4097}),
    "2,048 emoji": ("sendMessage", {"chat_id": CHAT, "text": "😀" * 2048}),
    "2,049 emoji": ("sendMessage", {"chat_id": CHAT, "text": "😀" * 2049}),
    "no text": ("sendMessage", {"chat_id": CHAT, "text": ""}),
    "blanks": ("sendMessage", {"chat_id": CHAT, "text": " \n "}),
    "no chat": ("sendMessage", {"text": "hello"}),
    "a chat that is no number": ("sendMessage", {"chat_id": "abc", "text": "hello"}),
    "a field nobody knows": ("sendMessage", {"chat_id": CHAT, "text": "x", "colour": "red"}),
    "a reply": ("sendMessage", {"chat_id": CHAT, "text": "x", "reply_parameters": {
        "message_id": 1, "allow_sending_without_reply": True}}),
    "buttons": ("sendMessage", {"chat_id": CHAT, "text": "x", "reply_markup": keyboard(
        [PRESS, button(url="https://x.example")], [button(copy_text={"text": "c"})])}),
    "64 bytes of data": ("sendMessage", {"chat_id": CHAT, "text": "x", "reply_markup": keyboard(
        [button(callback_data="é" * 32)])}),
    "65 bytes of data": ("sendMessage", {"chat_id": CHAT, "text": "x", "reply_markup": keyboard(
        [button(callback_data="é" * 32 + "x")])}),
    "a button without data": ("sendMessage", {"chat_id": CHAT, "text": "x",
                                              "reply_markup": keyboard([button()])}),
    "a button without text": ("sendMessage", {
        "chat_id": CHAT, "text": "x",
        "reply_markup": keyboard([{"text": "", "callback_data": "x"}])}),
    "a button that does two things": ("sendMessage", {
        "chat_id": CHAT, "text": "x",
        "reply_markup": keyboard([button(callback_data="x", url="https://x.example")])}),
    "a button to nowhere": ("sendMessage", {"chat_id": CHAT, "text": "x", "reply_markup": keyboard(
        [button(url="javascript:alert(1)")])}),
    "eight buttons in a row": ("sendMessage", {"chat_id": CHAT, "text": "x",
                                               "reply_markup": keyboard([PRESS] * 8)}),
    "nine buttons in a row": ("sendMessage", {"chat_id": CHAT, "text": "x",
                                              "reply_markup": keyboard([PRESS] * 9)}),
    "a hundred buttons": ("sendMessage", {"chat_id": CHAT, "text": "x",
                                          "reply_markup": keyboard(*[[PRESS] * 5] * 20)}),
    "more than a hundred": ("sendMessage", {"chat_id": CHAT, "text": "x", "reply_markup": keyboard(
        *[[PRESS] * 5] * 20, [PRESS])}),
    "a keyboard that is no json": ("sendMessage", {"chat_id": CHAT, "text": "x",
                                                   "reply_markup": "{"}),
    "typing": ("sendChatAction", {"chat_id": CHAT, "action": "typing"}),
    "an action nobody knows": ("sendChatAction", {"chat_id": CHAT, "action": "dancing"}),
    "a document": ("sendDocument", {"chat_id": CHAT, "document": b"text"}),
    "a document named by its field": ("sendDocument", {
        "chat_id": CHAT, "document": "attach://f", "f": b"text", "caption": "c" * 1024}),
    "a caption that is too long": ("sendDocument", {"chat_id": CHAT, "document": b"text",
                                                    "caption": "c" * 1025}),
    "a document that is not there": ("sendDocument", {"chat_id": CHAT, "document": "attach://f"}),
    "a file nobody has": ("sendDocument", {"chat_id": CHAT, "document": "no-such-file"}),
    "a picture": ("sendPhoto", {"chat_id": CHAT, "photo": PNG, "caption": "x"}),
    "an answered press": ("answerCallbackQuery", {"callback_query_id": "1", "text": "t" * 200}),
    "a toast that is too long": ("answerCallbackQuery", {"callback_query_id": "1",
                                                         "text": "t" * 201}),
    "inline results": ("answerInlineQuery", {"inline_query_id": "1", "cache_time": 0,
                                             "is_personal": True,
                                             "results": [article(1), article(2)]}),
    "no results": ("answerInlineQuery", {"inline_query_id": "1", "results": []}),
    "51 results": ("answerInlineQuery", {"inline_query_id": "1",
                                         "results": [article(n) for n in range(51)]}),
    "the same result twice": ("answerInlineQuery", {"inline_query_id": "1",
                                                    "results": [article(1), article(1)]}),
    "a result that is too long": ("answerInlineQuery", {"inline_query_id": "1",
                                                        "results": [article(1, "x" * 4097)]}),
    "a menu": ("setMyCommands", {"commands": [{"command": "ask", "description": "Ask"}],
                                 "language_code": "ja"}),
    "a menu that is no list": ("setMyCommands", {"commands": {"command": "ask"}}),
    "a secret with odd characters": ("setWebhook", {"url": "https://x.example/h",
                                                    "secret_token": "a b"}),
    "a webhook to nowhere": ("setWebhook", {"url": "gopher://x.example"}),
    "a webhook": ("setWebhook", {"url": "https://x.example/h", "secret_token": "a-b_1",
                                 "allowed_updates": ["message"], "max_connections": 40}),
    "no webhook": ("deleteWebhook", {"drop_pending_updates": False}),
    "a kind of update nobody knows": ("getUpdates", {"allowed_updates": ["gossip"]}),
    "a poll of too many": ("getUpdates", {"limit": 101}),
    "a method nobody knows": ("sendTelepathy", {"chat_id": CHAT}),
}  # fmt: skip


@pytest.mark.parametrize("name", EXCHANGES)
async def test_both_servers_take_or_refuse_the_same_calls(
    both: tuple[Peer, Peer], name: str
) -> None:
    method, fields = EXCHANGES[name]

    (their_status, their_result), (our_status, our_result) = [
        await peer.call(method, **fields) for peer in both
    ]

    assert our_status == their_status
    if isinstance(their_result, dict):
        for key in set(their_result) & {"text", "caption", "reply_markup", "is_bot", "id"}:
            assert our_result[key] == their_result[key]
        assert {k for k in their_result if k in {"photo", "document"}} <= set(our_result)
    else:
        assert our_result == their_result


async def test_both_edit_a_message_and_refuse_one_that_cannot_be(both: tuple[Peer, Peer]) -> None:
    for peer in both:
        _, sent = await peer.call("sendMessage", chat_id=CHAT, text="one")
        number = sent["message_id"]
        status, edited = await peer.call(
            "editMessageText", chat_id=CHAT, message_id=number, text="two"
        )
        assert (status, edited["message_id"], edited["text"]) == (200, number, "two")
        for bad in ({"message_id": 0, "text": "x"}, {"message_id": number, "text": ""},
                    {"message_id": number, "text": "x" * 4097}):  # fmt: skip
            assert (await peer.call("editMessageText", chat_id=CHAT, **bad))[0] == 400
        assert await peer.call("deleteMessage", chat_id=CHAT, message_id=number) == (200, True)


async def test_both_keep_updates_until_they_are_confirmed(both: tuple[Peer, Peer]) -> None:
    for peer in both:
        for number in range(3):
            await peer.enqueue({"message": {"message_id": number + 1, "text": f"{number}"}})
        _, first = await peer.call("getUpdates", limit=2, timeout=0)
        _, again = await peer.call("getUpdates", limit=2, timeout=0)
        _, rest = await peer.call("getUpdates", offset=first[1]["update_id"] + 1, timeout=0)
        _, none = await peer.call("getUpdates", offset=rest[-1]["update_id"] + 1, timeout=0)

        assert [update["message"]["text"] for update in first] == ["0", "1"]
        assert again == first
        assert [update["message"]["text"] for update in rest] == ["2"]
        assert none == []
        ids = [update["update_id"] for update in first + rest]
        assert ids == [1, 2, 3]


async def test_both_hold_a_poll_open_until_something_happens(both: tuple[Peer, Peer]) -> None:
    for peer in both:
        polling = asyncio.create_task(peer.call("getUpdates", timeout=20))
        await asyncio.sleep(0.2)
        assert not polling.done()
        await peer.enqueue({"message": {"message_id": 1, "text": "now"}})
        async with asyncio.timeout(5):
            _, found = await polling
        assert [update["message"]["text"] for update in found] == ["now"]


async def test_both_push_to_a_webhook_with_its_secret_until_it_is_taken(
    both: tuple[Peer, Peer],
) -> None:
    for peer in both:
        pushed: list[tuple[str | None, int]] = []
        statuses = [200, 200]

        async def take(
            request: web.Request, pushed: list[Any] = pushed, statuses: list[int] = statuses
        ) -> web.Response:
            secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
            pushed.append((secret, (await request.json())["update_id"]))
            return web.Response(status=statuses.pop(0))

        application = web.Application()
        application.router.add_post("/h", take)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        listening = socket.create_server(("127.0.0.1", 0))
        await web.SockSite(runner, listening).start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/h"
        assert await peer.call("setWebhook", url=url, secret_token="s-1") == (  # noqa: S106
            200,
            True,
        )
        assert (await peer.call("getUpdates", timeout=0))[0] == 409
        for number in range(2):
            await peer.enqueue({"message": {"message_id": number + 1, "text": "x"}})
        async with asyncio.timeout(5):
            while len(pushed) < 2:  # noqa: ASYNC110 - the server tells nobody
                await asyncio.sleep(0.01)
        assert pushed == [("s-1", 1), ("s-1", 2)]
        assert await peer.call("deleteWebhook") == (200, True)
        await runner.cleanup()
