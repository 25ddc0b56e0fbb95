"""The database's server goes away under a running bot and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tests.databases import new_database
from tests.e2e.telegram.processes import bots
from tests.telegram_fake import FakeTelegram

pytestmark = pytest.mark.e2e

QUESTION = "What tariff do Japanese cars pay today?"


class Line:
    """A connection to a server that can be cut."""

    def __init__(self, host: str, port: int) -> None:
        self._target = host, port
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def up(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._open:
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self._target)
        self._open |= {writer, back}
        await asyncio.gather(_pipe(reader, back), _pipe(there, writer))
        self._open -= {writer, back}


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram().listening() as server:
        yield server


async def test_questions_asked_while_the_database_is_gone_are_answered_when_it_is_back(
    telegram: FakeTelegram, tmp_path: Path, postgresql_server: str
) -> None:
    url = make_url(new_database(postgresql_server))
    line = Line(url.host or "", url.port or 0)
    await line.up()
    through = url.set(port=line.port).render_as_string(hide_password=False)
    ada, ben = telegram.person(100), telegram.person(200)
    async with bots(telegram, tmp_path, {"LODESTONE_DATABASE_URL": through}):
        await telegram.is_polled()
        await ada.write(QUESTION)
        await ada.receives()

        await ben.write("one with a pause")
        await telegram.until(lambda: bool(telegram.called("sendChatAction", 200)))
        await line.cut()
        await ada.write(QUESTION)
        await asyncio.sleep(3)
        assert telegram.updates.confirmed == {1, 2}
        assert ben.inbox == []
        await line.up()

        assert len(await ada.receives(2)) == 2
        assert len(await ben.receives()) == 1
    await line.cut()
