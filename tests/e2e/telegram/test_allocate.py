"""`/allocate` in a bot that is killed again and again: nobody begins anew, no button is dead."""

from __future__ import annotations

import asyncio
import os
import random
import re
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from bot.journal import KEY_FILE, Journal
from tests.e2e.telegram.processes import PATIENCE, ROOT, bots, ended, start
from tests.telegram_fake import FakeTelegram, Person

pytestmark = pytest.mark.e2e

STEPS = (
    ("write", "/allocate", "Question 1 of 11", True),
    ("tap", "in more than 10 years", "Question 2 of 11", False),
    ("tap", "yes", "Question 3 of 11", False),
    ("tap", "‹ Back", "Question 2 of 11", True),
    ("tap", "yes", "Question 3 of 11", False),
    ("tap", "no", "Question 4 of 11", True),
    ("tap", "3", "Question 5 of 11", False),
    ("tap", "between 7,800", "Question 6 of 11", False),
    ("write", "30", "Question 7 of 11", True),
    ("tap", "yes", "Question 8 of 11", False),
    ("tap", "defence", "Left out so far: defence", True),
    ("tap", "Done", "Question 9 of 11", False),
    ("write", "JP", "Question 10 of 11", False),
    ("tap", "Skip", "Question 11 of 11", False),
    ("write", "VT 60, REMX 10, cash 30%", "VT 60 %, REMX 10 %, CASH 30 %", True),
    ("tap", "Show the mix", "You can lose money", True),
)
"""What is done, what is to be seen then, and whether the bot is killed in between."""


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram().listening() as server:
        yield server


class Siege:
    """A person at the questions, and a bot that is killed just after some of what they do."""

    def __init__(
        self, telegram: FakeTelegram, home: Path, environment: Mapping[str, str], seed: int
    ) -> None:
        self.telegram = telegram
        self._home = home
        self._environment = environment
        self._chance = random.Random(seed)  # noqa: S311 - no secret
        self._bot: Process | None = None

    async def take(self, person: Person, step: tuple[str, str, str, bool]) -> None:
        """Do something, and see the bot, or the one after it, go on."""
        how, what, expected, killed = step
        if self._bot is None:
            await self._start()
        if how == "tap":
            await person.press(person.inbox[-1], what)
        else:
            await person.write(what)
        if killed:
            await asyncio.sleep(self._chance.uniform(0, 0.25))
            await self.kill()
            await self._start()
        await self.telegram.until(lambda: _shows(person, expected), patience=PATIENCE)

    async def kill(self) -> None:
        """Give the bot no time to end anything."""
        assert self._bot is not None
        self._bot.kill()
        _, errors = await ended(self._bot)
        assert "Traceback" not in errors
        self._bot = None

    async def _start(self) -> None:
        polls = len(_polls(self.telegram))
        self._bot = await start(self.telegram, self._home, self._environment, with_journal=True)
        await self.telegram.until(lambda: len(_polls(self.telegram)) > polls, patience=PATIENCE)


def _polls(telegram: FakeTelegram) -> list[object]:
    return [call for call in telegram.calls if call.method == "getUpdates"]


def _shows(person: Person, expected: str) -> bool:
    return any(expected in message.text for message in person.inbox[-2:])


async def test_a_bot_that_is_killed_amid_the_questions_loses_no_answer_and_makes_one_result(
    telegram: FakeTelegram, tmp_path: Path, database_url: str
) -> None:
    environment = {"LODESTONE_DATABASE_URL": database_url}
    siege = Siege(telegram, tmp_path, environment, seed=5)
    ada = telegram.person(100)

    try:
        for step in STEPS:
            await siege.take(ada, step)
    finally:
        await siege.kill()

    with closing(Journal(database_url, key_file=tmp_path / KEY_FILE)) as journal:
        (kept,) = journal.results_of(100, "allocation")
    told = re.findall(r"alloc-[0-9a-f]{32}", "\n".join(message.text for message in ada.inbox))
    assert set(told) == {kept.id}
    async with bots(telegram, tmp_path, environment, with_journal=True):
        await ada.press(ada.inbox[-1], "Stress")
        await telegram.until(lambda: _shows(ada, "1931-type year"))
    again = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from bot.cli import main; main()", "journal", "replay", kept.id),
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "LODESTONE_HOME": str(tmp_path),
            **environment,
        },
        stdout=PIPE,
    )
    out, _ = await again.communicate()
    assert (again.returncode, out.decode()) == (0, f"{kept.document}\n")
