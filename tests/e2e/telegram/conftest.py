"""A Bot API server on loopback that is not ours, and the bot as a process of its own."""

# ruff: noqa: ANN401 - messages are made of whatever keys Telegram has
from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from aiohttp import web
from lo_bot_api_emulator import LoBotApiEmulator

ROOT = Path(__file__).parents[3]
TOKEN = "7:SYNTHETIC-token"  # noqa: S105 - the server takes any
PATIENCE = 30.0
LODESTONE = [sys.executable, "-m", "bot.cli"]
QUESTION = "What tariff do Japanese cars pay today?"


class Telegram:
    """The server, with a user who writes to the bot. It keeps what the bot sent and when.

    The server's `getMe` names no username, which a client library needs; it is added here.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any], int]] = []
        self.accepts_token = True
        self.port = 0
        self._emulator = LoBotApiEmulator()
        self._written = 0
        self._called = asyncio.Condition()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/bot"

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Telegram]:
        application = self._emulator.app()
        application.middlewares.append(self._watch)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        self.port = runner.addresses[0][1]
        try:
            yield self
        finally:
            await runner.cleanup()

    async def write(self, text: str | None, *, chat: int = 100, **content: Any) -> None:
        """A message from a user, as Telegram would deliver it."""
        self._written += 1
        message: dict[str, Any] = {
            "message_id": self._written,
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private" if chat > 0 else "supergroup"},
            "from": {"id": abs(chat), "is_bot": False, "first_name": "Ada", "language_code": "en"},
            **content,
        }
        if text is not None:
            message["text"] = text
        if text and text.startswith("/"):
            length = len(text.split(maxsplit=1)[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        await self._emulator.enqueue_update({"message": message}, token=TOKEN)

    def sent(self, chat: int = 100) -> list[dict[str, Any]]:
        """The messages a chat got."""
        return [
            fields
            for method, fields, status in self.calls
            if method == "sendMessage" and status == 200 and fields["chat_id"] == str(chat)
        ]

    async def receives(self, count: int = 1, chat: int = 100) -> list[str]:
        """Wait for a chat to have got so many messages."""
        await self.until(lambda: len(self.sent(chat)) >= count)
        return [fields["text"] for fields in self.sent(chat)]

    async def is_called(self, wanted: str) -> None:
        """Wait for the bot's first call of a method."""
        await self.until(lambda: any(method == wanted for method, _, _ in self.calls))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something to come true; it is looked at after each call of the bot."""
        async with asyncio.timeout(PATIENCE), self._called:
            await self._called.wait_for(holds)

    async def _note(self, method: str, fields: dict[str, Any], status: int) -> None:
        async with self._called:
            self.calls.append((method, fields, status))
            self._called.notify_all()

    @web.middleware
    async def _watch(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        method = request.path.rsplit("/", 1)[1]
        fields = {key: str(value) for key, value in (await request.post()).items()}
        if not self.accepts_token:
            refusal = {"ok": False, "error_code": 401, "description": "Unauthorized"}
            return web.json_response(refusal, status=401)
        if method == "getUpdates":  # noted when it begins: it lasts until there is something
            await self._note(method, fields, 0)
            return await handler(request)
        response = await handler(request)
        await self._note(method, fields, response.status)
        if method == "getMe":
            me = {"id": 7, "is_bot": True, "first_name": "Lodestone", "username": "lodestone_bot"}
            return web.json_response({"ok": True, "result": me})
        return response


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with Telegram().listening() as server:
        yield server


@pytest.fixture
def command() -> list[str]:
    """The bot's command line."""
    return [sys.executable, str(Path(__file__).with_name("scripted_bot.py"))]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Settings of the bot beyond where Telegram is."""
    return {"LODESTONE_HOME": str(tmp_path)}


async def start(command: list[str], telegram: Telegram, **environment: str) -> Process:
    return await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "LODESTONE_TELEGRAM_TOKEN": TOKEN,
            "LODESTONE_TELEGRAM_API_URL": telegram.url,
            **environment,
        },
        stdout=PIPE,
        stderr=PIPE,
    )


def assert_well_formed(markup: str) -> None:
    """Every tag of a message is closed, in order."""
    ET.fromstring(f"<m>{markup.replace(' expandable>', '>')}</m>")  # noqa: S314 - from our bot


async def ended(process: Process) -> tuple[int | None, str]:
    """Exit status and what was written to stderr."""
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate()
    assert out == b""
    return process.returncode, err.decode()


@pytest.fixture
async def bot(
    telegram: Telegram, command: list[str], environment: dict[str, str]
) -> AsyncIterator[Process]:
    """The bot at work, which afterwards stops cleanly and has written nothing it should not."""
    process = await start(command, telegram, **environment)
    try:
        await telegram.is_called("getUpdates")
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
    status, errors = await ended(process)
    assert status == 0
    assert "Traceback" not in errors
    assert "SYNTHETIC" not in errors
