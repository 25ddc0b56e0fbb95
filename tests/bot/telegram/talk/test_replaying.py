"""The id below a result in a chat, and what `lodestone journal replay` makes of it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.telegram.talk.conftest import Town
from tests.bot.telegram.talk.dialogues import ANSWERS, ANSWERS_JA, SHOW, allocate, last
from tests.telegram_fake.people import Person

ROOT = Path(__file__).parents[4]


def told_ids(person: Person) -> list[str]:
    """The ids of results that a person has read, in order."""
    text = "\n".join(message.text for message in person.inbox)
    return list(dict.fromkeys(re.findall(r"alloc-[0-9a-f]{32}", text)))


def replay(home: Path, result_id: str) -> subprocess.CompletedProcess[str]:
    """The command as an operator types it, beside the bot that is running."""
    return subprocess.run(
        [sys.executable, "-c", "from bot.cli import main; main()", "journal", "replay", result_id],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "LODESTONE_HOME": str(home),
            "LODESTONE_DATABASE_URL": f"sqlite:///{home / 'bot.db'}",
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_what_a_chat_was_shown_is_made_again_to_the_last_byte_by_its_id(
    town: Town, tmp_path: Path, language: str
) -> None:
    ada = town.telegram.person(100, language=language)
    if language == "ja":
        await allocate(town, ada, ANSWERS_JA, show=SHOW["ja"])
    else:
        await allocate(town, ada)
    await ada.write("/portfolio VT 60, REMX 10, cash 30%")
    await town.settled()
    mix, holdings = told_ids(ada)

    for result_id, kind in ((mix, "allocation"), (holdings, "portfolio")):
        (record,) = town.journal.results_of(100, kind)
        assert (record.id, json.loads(record.document or "")["id"]) == (result_id, result_id)
        again = replay(tmp_path, result_id)
        assert (again.returncode, again.stdout) == (0, f"{record.document}\n")
        assert again.stderr == f"{kind} {result_id} comes out the same\n"


async def test_reasons_without_a_mix_are_made_again_too(town: Town, tmp_path: Path) -> None:
    ada = town.telegram.person(100)
    await allocate(town, ada, (ANSWERS[0], "no", *ANSWERS[2:]))
    (result_id,) = told_ids(ada)

    again = replay(tmp_path, result_id)

    assert again.returncode == 0
    assert json.loads(again.stdout)["outcome"] == "education"
    await ada.write("/delete")
    await ada.press(await last(town, ada), "Delete it all")
    await town.settled()
    gone = replay(tmp_path, result_id)
    assert (gone.returncode, gone.stdout) == (1, "")
    assert "was erased at its user's wish" in gone.stderr
