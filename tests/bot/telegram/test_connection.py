from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from telegram.error import TelegramError

from bot.telegram.connection import ConnectionWatch, WatchedRequest


class Server:
    """A server on loopback that answers every call with the status it is told to."""

    def __init__(self) -> None:
        self.status = 200
        self.port = 0

    async def handle(self, request: web.Request) -> web.Response:
        return web.json_response({"ok": self.status == 200, "result": True}, status=self.status)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self.handle)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self.port)
        await site.start()
        self.port = runner.addresses[0][1]
        try:
            yield
        finally:
            await runner.cleanup()


async def call(request: WatchedRequest, server: Server, method: str = "getMe") -> bool:
    try:
        await request.post(f"http://127.0.0.1:{server.port}/bot1:x/{method}")
    except TelegramError:
        return False
    return True


async def test_a_lost_connection_is_told_once_and_its_return_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    server, watch = Server(), ConnectionWatch("http://127.0.0.1/bot")
    async with WatchedRequest(watch) as request:
        async with server.listening():
            assert await call(request, server)
        for _ in range(3):
            assert not await call(request, server)
        async with server.listening():
            server.status = 503
            assert not await call(request, server)
            server.status = 200
            for _ in range(3):
                await call(request, server)

    lost, back = caplog.messages
    assert lost.startswith("Telegram (127.0.0.1) cannot be reached: ")
    assert back == "Telegram (127.0.0.1) is reached again"
    assert "1:x" not in caplog.text


async def test_a_second_program_with_the_same_token_is_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    server, watch = Server(), ConnectionWatch("http://127.0.0.1/bot")
    async with server.listening(), WatchedRequest(watch) as request:
        for _ in range(2):
            server.status = 409
            assert not await call(request, server, "getUpdates")
            server.status = 200
            assert await call(request, server, "sendMessage")

    assert caplog.messages == ["another program receives this bot's messages; stop one of the two"]


async def test_a_token_that_is_withdrawn_is_noticed() -> None:
    server, watch = Server(), ConnectionWatch("http://127.0.0.1/bot")
    async with server.listening(), WatchedRequest(watch) as request:
        await call(request, server, "getUpdates")
        assert not watch.refused.is_set()
        server.status = 401
        await call(request, server, "getUpdates")

    assert watch.refused.is_set()
