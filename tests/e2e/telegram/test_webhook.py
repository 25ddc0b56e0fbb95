"""Updates pushed to the bot as a process of its own, and to several that share a database."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from tests.databases import new_database
from tests.e2e.telegram.processes import bots, ended, free_ports, start
from tests.telegram_fake import FakeTelegram

pytestmark = pytest.mark.e2e

SECRET = "s3cret-for_tests"  # noqa: S105 - not a real one


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram().listening() as server:
        yield server


def webhook(port: int, url: str | None = None) -> dict[str, str]:
    return {
        "LODESTONE_WEBHOOK_URL": url or f"http://127.0.0.1:{port}/telegram",
        "LODESTONE_WEBHOOK_SECRET": SECRET,
        "LODESTONE_WEBHOOK_LISTEN": f"127.0.0.1:{port}",
    }


async def test_questions_pushed_to_the_bot_are_answered(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    port = free_ports(1)
    async with bots(telegram, tmp_path, webhook(port)):
        await telegram.until(lambda: bool(telegram.called("setWebhook")))
        ada = telegram.person(100)
        await ada.write("What tariff do Japanese cars pay today?", copies=2)
        (answer,) = await ada.receives()
        async with aiohttp.ClientSession() as client:
            forged = {"update_id": 99, "message": ada.private.messages[0].data}
            url = f"http://127.0.0.1:{port}/telegram"
            async with client.post(url, json=forged) as response:
                assert response.status == 403
            async with client.get(f"http://127.0.0.1:{port}/healthz") as response:
                assert (response.status, await response.json()) == (200, {"status": "ok"})

    assert "15%" in answer.text
    assert len(ada.inbox) == 1
    call = telegram.called("setWebhook")[0]
    assert call.fields["secret_token"] == SECRET
    assert call.fields["drop_pending_updates"].lower() == "false"
    assert {status for _, status in telegram.updates.pushes} == {200}


async def test_what_was_pushed_to_a_bot_that_is_killed_is_answered_by_the_next(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    port = free_ports(1)
    ada = telegram.person(100)
    async with bots(telegram, tmp_path, webhook(port)) as (first,):
        await telegram.until(lambda: bool(telegram.called("setWebhook")))
        await ada.write("a slow one")
        await telegram.until(lambda: bool(telegram.called("sendChatAction")))
        first.kill()
        await first.wait()
        await ada.write("What tariff do Japanese cars pay today?")
    assert ada.inbox == []
    async with bots(telegram, tmp_path, webhook(port)):
        answers = await ada.receives(2)

    assert len(answers) == 2


async def test_replicas_that_share_a_database_do_each_question_once_though_one_is_killed(
    telegram: FakeTelegram, tmp_path: Path, postgresql_server: str
) -> None:
    count, port = 3, free_ports(3)
    people = [telegram.person(1000 + number) for number in range(30)]
    async with balanced(port, count) as url:
        environment = webhook(port, url) | {
            "LODESTONE_DATABASE_URL": new_database(postgresql_server)
        }
        async with bots(telegram, tmp_path, environment, count=count) as processes:
            await telegram.until(lambda: len(telegram.called("setWebhook")) == count)
            for number in range(3):
                for person in people:
                    await person.write(f"Question {number} with a pause")
                if number == 1:
                    processes[0].kill()
            await telegram.until(
                lambda: all(len(person.inbox) >= 3 for person in people), patience=120
            )

    # Nobody is left out; twice is only what was being sent by the one that was killed.
    twice = sum(len(person.inbox) - 3 for person in people)
    assert 0 <= twice <= 24


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"LODESTONE_WEBHOOK_SECRET": ""}, "LODESTONE_WEBHOOK_SECRET is not"),
        ({"LODESTONE_WEBHOOK_SECRET": "with blanks"}, "LODESTONE_WEBHOOK_SECRET: no usable"),
        ({"LODESTONE_WEBHOOK_LISTEN": "127.0.0.1:99999"}, "127.0.0.1:99999: cannot be listened on"),
    ],
)
async def test_a_webhook_that_cannot_be_is_one_line_that_says_why(
    telegram: FakeTelegram, tmp_path: Path, settings: dict[str, str], told: str
) -> None:
    process = await start(telegram, tmp_path, webhook(free_ports(1)) | settings)

    status, errors = await ended(process)

    assert (status, errors.count("\n")) == (2, 1)
    assert told in errors


async def test_a_stop_signal_finishes_what_was_pushed(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    ada = telegram.person(100)
    async with bots(telegram, tmp_path, webhook(free_ports(1))) as (process,):
        await telegram.until(lambda: bool(telegram.called("setWebhook")))
        await ada.write("one with a pause")
        await telegram.until(lambda: bool(telegram.called("sendChatAction")))
        process.send_signal(signal.SIGTERM)
        await process.wait()

    assert len(ada.inbox) == 1


class balanced:  # noqa: N801 - used as a function
    """A balancer before several processes that hands a push on to any of those that are there."""

    def __init__(self, port: int, count: int) -> None:
        self._backends = [f"http://127.0.0.1:{port + number}" for number in range(count)]

    async def __aenter__(self) -> str:
        self._client = aiohttp.ClientSession()
        application = web.Application()
        application.router.add_post("/telegram", self._hand_on)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/telegram"

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()
        await self._runner.cleanup()

    async def _hand_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        backend = random.choice(self._backends)  # noqa: S311 - no secret
        try:
            async with self._client.post(
                f"{backend}{request.path}", data=body, headers=request.headers
            ) as response:
                return web.Response(status=response.status)
        except aiohttp.ClientError:
            await asyncio.sleep(0.05)
            return web.Response(status=502)
