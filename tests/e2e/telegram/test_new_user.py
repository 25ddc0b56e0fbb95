"""A new user's first hour, over HTTP, with the packaged documents, the real chain and journal.

The transcript is kept in `transcripts/new_user.md`, to be read by people. When the documents or the
words change it changes too: run this test with LODESTONE_REWRITE_TRANSCRIPTS=1 and read the
difference before keeping it.
"""

from __future__ import annotations

import difflib
import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from langchain_core.runnables import Runnable

from retrieval.answer import Answer, Question
from tests.bot.telegram.talk.conftest import Town, live, passages, review_address, town
from tests.e2e.telegram.transcript import Transcript, agrees

__all__ = ["live", "passages", "review_address", "town"]
"""Fixtures of the conversations' tests."""

pytestmark = pytest.mark.e2e

GOLDEN = Path(__file__).parent / "transcripts" / "new_user.md"
REWRITE = bool(os.environ.get("LODESTONE_REWRITE_TRANSCRIPTS"))


async def test_a_new_users_first_hour_reads_as_it_should(
    town: Town, chain: Runnable[Question, Answer]
) -> None:
    town.chain = chain.invoke
    ada = town.telegram.person(100)
    transcript = Transcript(town.telegram, ada)

    async def say(text: str) -> None:
        town.now += timedelta(minutes=1)
        transcript.says(text)
        await ada.write(text)
        await town.settled()
        transcript.look()

    async def press(button: str) -> None:
        """The newest button of that name."""
        message = next(m for m in reversed(ada.inbox) if _has(m.buttons, button))
        transcript.presses(button)
        pressed = await ada.press(message, button)
        await town.settled()
        transcript.shown(pressed.toast)
        transcript.look()

    await say("/start")
    await say("What tariff do Japanese cars pay today?")
    await say("And trucks?")
    await say("Which minerals has China suspended its export controls on?")
    await press("👎 Not useful")
    await press("Something is missing")
    await press("📅 Another date")
    await press("Another day")
    await say("1 June 2025")
    await say("日本車に現在かかっている米国の関税は何％ですか？")
    await press("👍 役に立った")
    await say("/history")
    await say("/export")
    export = json.loads(ada.inbox[-1].file or b"{}")
    await say("/delete")
    await press("Delete it all")
    await say("/history")

    # What the transcript shows is also what was kept, and then no longer.
    assert [turn["question"]["question"] for turn in reversed(export["turns"])] == [
        "What tariff do Japanese cars pay today?",
        "And trucks?",
        "Which minerals has China suspended its export controls on?",
        "Which minerals has China suspended its export controls on?",
        "日本車に現在かかっている米国の関税は何％ですか？",
    ]
    assert [record["reason"] for record in export["feedback"]] == [None, "incomplete", None]
    assert all(turn.answer is None for turn in town.journal.turns_of(100))
    written = transcript.text()
    if not agrees(written, GOLDEN, rewrite=REWRITE):
        told = GOLDEN.read_text(encoding="utf-8")
        pytest.fail("\n".join(difflib.unified_diff(told.splitlines(), written.splitlines())))


def _has(buttons: list[dict[str, str]], label: str) -> bool:
    return any(button["text"] == label for button in buttons)
