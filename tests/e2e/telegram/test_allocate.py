"""`/allocate` in a bot that is killed again and again: nobody begins anew, no button is dead."""

from __future__ import annotations

import asyncio
import os
import random
import re
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from bot.journal import KEY_FILE, Journal
from tests.e2e.telegram.processes import PATIENCE, ROOT, bots, ended, start
from tests.telegram_fake import FakeTelegram, Message, Person

pytestmark = pytest.mark.e2e

STEPS = (
    ("tap", "in more than 10 years", "Question 2 of 11"),
    ("tap", "yes", "Question 3 of 11"),
    ("tap", "‹ Back", "Question 2 of 11"),
    ("tap", "yes", "Question 3 of 11"),
    ("tap", "no", "Question 4 of 11"),
    ("tap", "3", "Question 5 of 11"),
    ("tap", "between 7,800", "Question 6 of 11"),
    ("write", "30", "Question 7 of 11"),
    ("tap", "yes", "Question 8 of 11"),
    ("tap", "defence", "Left out so far: defence"),
    ("tap", "Done", "Question 9 of 11"),
    ("write", "JP", "Question 10 of 11"),
    ("tap", "Skip", "Question 11 of 11"),
    ("write", "VT 60, REMX 10, cash 30%", "Already there: VT 60 %, REMX 10 %, CASH 30 %"),
)
"""What is done at each question, and what is to be seen then."""


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram().listening() as server:
        yield server


class Siege:
    """A person at the questions, and a bot that is killed just after each thing they do."""

    def __init__(
        self, telegram: FakeTelegram, home: Path, environment: Mapping[str, str], seed: int
    ) -> None:
        self.telegram = telegram
        self._home = home
        self._environment = environment
        self._chance = random.Random(seed)  # noqa: S311 - no secret

    async def killed_after(self, person: Person, how: str, what: str, expected: str) -> Message:
        """Do something, kill the bot at once or a little later, and see the next bot go on."""
        bot = await self._started()
        try:
            if how == "tap":
                await person.press(person.inbox[-1], what)
            else:
                await person.write(what)
            await asyncio.sleep(self._chance.uniform(0, 0.25))
        finally:
            bot.kill()
            await ended(bot)
        bot = await self._started()
        try:
            await self.telegram.until(lambda: _shows(person, expected), patience=PATIENCE)
        finally:
            # The end of an update that was shown may still be under way: this is a kill too.
            bot.kill()
            _, errors = await ended(bot)
        assert "Traceback" not in errors
        return person.inbox[-1]

    async def _started(self) -> asyncio.subprocess.Process:
        polls = len(_polls(self.telegram))
        bot = await start(self.telegram, self._home, self._environment, with_journal=True)
        await self.telegram.until(lambda: len(_polls(self.telegram)) > polls, patience=PATIENCE)
        return bot


def _polls(telegram: FakeTelegram) -> list[object]:
    return [call for call in telegram.calls if call.method == "getUpdates"]


def _shows(person: Person, expected: str) -> bool:
    return any(expected in message.text for message in person.inbox[-2:])


async def test_a_bot_that_is_killed_after_every_answer_loses_none_and_makes_one_result(
    telegram: FakeTelegram, tmp_path: Path, database_url: str
) -> None:
    environment = {"LODESTONE_DATABASE_URL": database_url}
    siege = Siege(telegram, tmp_path, environment, seed=5)
    ada = telegram.person(100)

    await siege.killed_after(ada, "write", "/allocate", "Question 1 of 11")
    for how, what, expected in STEPS:
        await siege.killed_after(ada, how, what, expected)
    await siege.killed_after(ada, "tap", "Show the mix", "You can lose money")

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
