"""Who is let in, as those who want in and those who decide see it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.telegram.processes import bots
from tests.telegram_fake import FakeTelegram

pytestmark = pytest.mark.e2e

QUESTION = "What tariff do Japanese cars pay today?"
INVITATION = {"LODESTONE_ACCESS": "invite", "LODESTONE_ADMINS": "1"}


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram().listening() as server:
        yield server


async def test_a_stranger_is_invited_asks_and_is_shut_out_again(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    owner, eve = telegram.person(1, "Owner"), telegram.person(66, "Eve")
    async with bots(telegram, tmp_path, INVITATION):
        await telegram.is_polled()
        await eve.write(QUESTION)
        (told,) = await eve.receives()
        assert told.text.startswith("This assistant is open by invitation.")
        pressed = await eve.press(told, "", data="v1:useful:aaaaaaaaaaaa:yes")
        await pressed.wait()
        assert pressed.toast == "This assistant is not open to you."

        await owner.write("/invite member 2")
        (invitation,) = await owner.receives()
        code = re.search(r"/start (\w+)", invitation.text)
        assert code
        await eve.write(f"/start {code[1]}")
        await eve.write(QUESTION)
        answers = await eve.receives(3)
        assert answers[1].text.startswith("Hello. I am Lodestone")
        assert "15%" in answers[2].text

        await owner.write("/stats")
        stats = (await owner.receives(2))[1]
        assert "People: 2 (member 1)" in stats.text

        await owner.write("/block 66")
        await owner.receives(3)
        await eve.write(QUESTION)
        await owner.write("/health")
        health = (await owner.receives(4))[3]
        assert "Updates waiting: 0" in health.text
        await telegram.updates.all_confirmed()

    assert len(eve.inbox) == 3


async def test_a_group_is_left_unless_an_administrator_brings_the_bot_along(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    owner, eve = telegram.person(1, "Owner"), telegram.person(66, "Eve")
    strange, own = telegram.group(-1001, "Strange"), telegram.group(-1002, "Own")
    async with bots(telegram, tmp_path, INVITATION):
        await telegram.is_polled()
        await eve.add_bot(strange)
        await telegram.until(lambda: bool(telegram.called("leaveChat", -1001)))
        await owner.add_bot(own)
        await eve.write(f"/ask {QUESTION}", chat=own)
        (answer,) = await eve.receives(chat=own)

    assert "15%" in answer.text
    assert strange.of_bot() == []
    assert [call.chat_id for call in telegram.called("leaveChat")] == [-1001]
