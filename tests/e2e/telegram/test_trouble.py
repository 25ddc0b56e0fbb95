"""What goes wrong around a running bot: its database, the network, Telegram, what people send."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.telegram.processes import bots, ended, start
from tests.telegram_fake import FakeTelegram

pytestmark = pytest.mark.e2e

QUESTION = "What tariff do Japanese cars pay today?"


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram().listening() as server:
        yield server


async def test_questions_asked_while_the_database_is_locked_are_answered_afterwards(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    ada = telegram.person(100)
    async with bots(telegram, tmp_path):
        await telegram.is_polled()
        await ada.write(QUESTION)
        await ada.receives()
        with closing(sqlite3.connect(tmp_path / "journal.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            await ada.write(QUESTION)
            await asyncio.sleep(12)  # longer than a write waits by itself
            assert telegram.updates.confirmed == {1}
            other.execute("ROLLBACK")
        assert len(await ada.receives(2)) == 2


async def test_a_telegram_in_trouble_costs_no_answer(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    people = [telegram.person(100 + number) for number in range(12)]
    async with bots(telegram, tmp_path):
        await telegram.is_polled()
        telegram.trouble.fail(4, method="sendMessage", status=502)
        telegram.trouble.drop(4, method="sendMessage")
        telegram.trouble.fail(2, method="getUpdates", status=503)
        telegram.trouble.flood(101, retry_after=3)
        for person in people:
            await person.write(QUESTION)
        await telegram.until(lambda: all(person.inbox for person in people))

    assert [len(person.inbox) for person in people] == [1] * 12


async def test_an_update_delivered_twice_is_answered_once(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    ada = telegram.person(100)
    async with bots(telegram, tmp_path):
        await telegram.is_polled()
        await ada.write(QUESTION, copies=3)
        await ada.write("/help")
        await ada.receives(2)

    assert len(ada.inbox) == 2


async def test_a_token_that_is_refused_midway_ends_the_bot_and_costs_no_answer(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    ada = telegram.person(100)
    process = await start(telegram, tmp_path)
    await telegram.is_polled()
    await ada.write("one with a pause")
    await telegram.until(lambda: bool(telegram.called("sendChatAction")))
    telegram.trouble.accepts_token = False
    status, errors = await ended(process)
    assert status == 1
    assert errors.splitlines()[-1].startswith("Telegram refused the token: ")

    telegram.trouble.accepts_token = True
    async with bots(telegram, tmp_path):
        assert len(await ada.receives()) == 1


async def test_what_nobody_should_send_breaks_nothing(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    ada, group = telegram.person(100), telegram.group(-1001, "<b>Team</b>")
    channel = {"id": -1009, "type": "channel", "title": "News"}
    async with bots(telegram, tmp_path):
        await telegram.is_polled()
        telegram.updates.allowed = []  # a server that delivers whatever there is
        updates: list[dict[str, Any]] = [
            {"channel_post": {"message_id": 1, "date": 1, "chat": channel, "text": "/start"}},
            {"brand_new_kind": {"chat": {"id": 100}, "from": {"id": 100}}},
            {"message": {"message_id": "one", "chat": None}},
            {"message": {}},
            {"callback_query": {"id": "1"}},
            {"message": {"message_id": 5, "date": 1, "chat": ada.private.describe(),
                         "text": "no sender"}},
        ]  # fmt: skip
        for update in updates:
            await telegram.updates.add_raw(update)
        await ada.write("/ask@another_bot What?", chat=group)
        await ada.write("/start@another_bot")
        await ada.write("\u202e\u200b<script>alert(1)</script> " + "x" * 4000)
        await ada.write("/help")
        await telegram.until(lambda: any("Write a question" in m.text for m in ada.inbox))
        await telegram.updates.all_confirmed()

    assert group.of_bot() == []
