# ruff: noqa: ANN401 - whatever may be pushed
from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from telegram.error import RetryAfter

from bot.telegram.connection import ConnectionWatch, WatchedRequest
from bot.telegram.queues import Received
from bot.telegram.runtime.polling import Poller, RawBot
from bot.telegram.runtime.webhook import LARGEST_BODY, SECRET_HEADER, Listening, WebhookServer
from corpus.errors import SettingsError, StorageError
from tests.telegram_fake import TOKEN, FakeTelegram

SECRET = "a-secret_1"  # noqa: S105 - not a real one
UPDATE = {"update_id": 7, "message": {"chat": {"id": 1}, "text": "x"}}


class Kept:
    """An inbox in memory that can fail."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.fails = 0
        self.waits = 0.0

    async def put(self, updates: Sequence[Received]) -> None:
        await asyncio.sleep(self.waits)
        if self.fails:
            self.fails -= 1
            raise StorageError("the disk is full")
        self.numbers += [received.update_id for received in updates]


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram().listening() as server:
        yield server


@pytest.fixture
async def bot(telegram: FakeTelegram) -> AsyncIterator[RawBot]:
    watch = ConnectionWatch(telegram.url)
    requests = WatchedRequest(watch), WatchedRequest(watch, connections=1)
    async with RawBot(
        TOKEN, base_url=telegram.url, request=requests[0], get_updates_request=requests[1]
    ) as bot:
        yield bot


async def poll_until(poller: Poller, telegram: FakeTelegram, kept: Kept, count: int) -> None:
    """Poll until so many updates are kept and confirmed."""
    polling = asyncio.create_task(poller.run())
    async with asyncio.timeout(20):
        while len(kept.numbers) < count:  # noqa: ASYNC110 - the inbox tells nobody
            await asyncio.sleep(0.01)
        await telegram.updates.all_confirmed()
    polling.cancel()
    with suppress(asyncio.CancelledError):
        await polling


async def test_polling_confirms_only_what_is_kept(telegram: FakeTelegram, bot: RawBot) -> None:
    kept, ada = Kept(), telegram.person(100)
    kept.waits = 0.3
    await ada.write("one")
    poller = Poller(bot, kept.put, ["message"])
    polling = asyncio.create_task(poller.run())
    await telegram.is_polled()
    await asyncio.sleep(0.1)
    assert telegram.updates.confirmed == set()
    polling.cancel()
    with suppress(asyncio.CancelledError):
        await polling

    assert kept.numbers == []
    await poll_until(Poller(bot, kept.put, ["message"]), telegram, kept, 1)
    assert telegram.updates.confirmed == {1}


async def test_polling_goes_past_what_cannot_be_read(telegram: FakeTelegram, bot: RawBot) -> None:
    kept, ada = Kept(), telegram.person(100)
    await telegram.updates.add_raw({"update_id": 1, "mystery": 5})
    await ada.write("fine")

    await poll_until(Poller(bot, kept.put, []), telegram, kept, 2)

    assert kept.numbers == [1, 2]


async def test_polling_rides_out_refusals_and_lost_connections(
    telegram: FakeTelegram, bot: RawBot
) -> None:
    kept, ada = Kept(), telegram.person(100)
    telegram.trouble.fail(1, method="getUpdates", status=502)
    telegram.trouble.drop(1, method="getUpdates", after=True)
    telegram.trouble.refuse(429, "Too Many Requests: retry after 1", 1, method="getUpdates")
    await ada.write("one")

    await poll_until(Poller(bot, kept.put, ["message"]), telegram, kept, 1)

    assert kept.numbers == [1]


async def test_a_poller_that_is_told_to_wait_waits_as_long(bot: RawBot) -> None:
    waited: list[float] = []

    async def refuse(*_: object, **__: object) -> None:
        raise RetryAfter(30)

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        raise asyncio.CancelledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Poller, "_poll", refuse)
        patch.setattr("bot.telegram.runtime.polling.asyncio.sleep", sleep)
        with suppress(asyncio.CancelledError):
            await Poller(bot, Kept().put, ["message"]).run()
    assert waited == [30]


async def test_an_older_server_is_asked_for_the_kinds_it_knows(
    telegram: FakeTelegram, bot: RawBot
) -> None:
    kept, ada = Kept(), telegram.person(100)
    telegram.trouble.refuse(400, "Invalid allowed_updates", 1, method="getUpdates")
    poller = Poller(bot, kept.put, ["message", "guest_message"], ["guest_message"])
    await ada.write("one")

    await poll_until(poller, telegram, kept, 1)

    assert telegram.updates.allowed == ["message"]


async def test_updates_are_asked_for_by_the_kinds_there_are_handlers_for(
    telegram: FakeTelegram, bot: RawBot
) -> None:
    kept, ada = Kept(), telegram.person(100)
    poller = Poller(bot, kept.put, ["message"])
    await ada.write("one")
    await poll_until(poller, telegram, kept, 1)

    await ada.edit(telegram.chats[100].messages[0], "two")

    assert telegram.updates.dropped == ["edited_message"]


class Hook:
    """A webhook server and a client for it."""

    def __init__(self, server: WebhookServer, client: aiohttp.ClientSession) -> None:
        self.server, self.client = server, client

    async def send(self, body: Any = None, *, method: str = "POST", path: str = "/tg",
                   secret: str | None = SECRET, raw: Any = None) -> int:  # fmt: skip
        """Push something; the status."""
        headers = {SECRET_HEADER: secret} if secret is not None else {}
        async with self.client.request(
            method,
            f"http://127.0.0.1:{self.server.port}{path}",
            headers=headers,
            json=body if raw is None else None,
            data=raw,
        ) as response:
            return response.status


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
async def hook(kept: Kept) -> AsyncIterator[Hook]:
    listening = Listening("127.0.0.1", 0, "/tg", SECRET)
    server = WebhookServer(kept.put, listening, lambda: not kept.fails)
    await server.start()
    async with aiohttp.ClientSession() as client:
        yield Hook(server, client)
    await server.stop()


async def test_a_push_with_the_secret_is_kept(hook: Hook, kept: Kept) -> None:
    assert await hook.send(UPDATE) == 200
    assert kept.numbers == [7]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET.upper(), "é"])
async def test_a_push_without_the_right_secret_is_refused_unread(
    hook: Hook, kept: Kept, secret: str | None
) -> None:
    assert await hook.send(UPDATE, secret=secret) == 403
    assert kept.numbers == []


async def test_a_secret_of_bytes_that_are_no_text_is_refused_like_any_other(
    hook: Hook, kept: Kept
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", hook.server.port)
    head = b"POST /tg HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: \xff\xfe\r\n"
    writer.write(head + b"Content-Length: 2\r\nConnection: close\r\n\r\n{}")
    assert (await reader.readline()).split()[1] == b"403"
    writer.close()
    assert kept.numbers == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/", 404),
        ("POST", "/tg/", 404),
        ("POST", "/tgx", 404),
        ("GET", "/tg", 405),
        ("PUT", "/tg", 405),
        ("GET", "/healthz", 200),
        ("POST", "/healthz", 405),
    ],
)
async def test_only_posts_to_the_path_are_pushes(
    hook: Hook, kept: Kept, method: str, path: str, status: int
) -> None:
    assert await hook.send(UPDATE, method=method, path=path) == status
    assert kept.numbers == []


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"\xff\xfe", b"[]", b"null", b"7", b'{"update_id": "7"}', b"[" * 100_000,
     b'{"update_id": ' + b"9" * 5000 + b"}", b'{"update_id": -1}'],
)  # fmt: skip
async def test_a_body_that_is_no_update_is_refused(hook: Hook, kept: Kept, raw: bytes) -> None:
    assert await hook.send(raw=raw) == 400
    assert kept.numbers == []


async def test_a_huge_body_is_refused_whether_its_length_is_told_or_not(
    hook: Hook, kept: Kept
) -> None:
    async def in_pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * (LARGEST_BODY // 8)

    assert await hook.send(raw=io.BytesIO(b"x" * (LARGEST_BODY + 1))) == 413
    with suppress(aiohttp.ClientError):  # it may hang up on us amid the body
        assert await hook.send(raw=in_pieces()) == 413
    assert kept.numbers == []


async def test_an_update_that_cannot_be_kept_is_refused_so_that_it_comes_again(
    hook: Hook, kept: Kept
) -> None:
    kept.fails = 1
    assert await hook.send(method="GET", path="/healthz") == 503

    assert await hook.send(UPDATE) == 503
    assert kept.numbers == []
    assert await hook.send(UPDATE) == 200
    assert kept.numbers == [7]


async def test_an_address_that_is_taken_is_one_line_that_names_it() -> None:
    runner = web.AppRunner(web.Application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    server = WebhookServer(Kept().put, Listening("127.0.0.1", port, "/", SECRET), lambda: True)

    with pytest.raises(SettingsError, match=f"LODESTONE_WEBHOOK_LISTEN=127.0.0.1:{port}"):
        await server.start()
    await server.stop()
    await runner.cleanup()
