"""What people see of a bot's life: an answer as it forms, and buttons after a restart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.telegram.processes import bots
from tests.telegram_fake import FakeTelegram

pytestmark = pytest.mark.e2e

WRITING = "Writing the answer …"


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram().listening() as server:
        yield server


@pytest.mark.parametrize("live", ["edit", "draft", "off"])
async def test_an_answer_is_shown_as_it_forms_in_the_way_that_is_set(
    telegram: FakeTelegram, tmp_path: Path, live: str
) -> None:
    ada = telegram.person(100)
    async with bots(telegram, tmp_path, {"LODESTONE_LIVE_ANSWER": live}):
        await telegram.is_polled()
        await ada.write("What forms?")
        (answer,) = await ada.receives()
        await telegram.until(lambda: "General information" in answer.text)

    drafts = [call.fields["text"] for call in telegram.called("sendMessageDraft")]
    edits = [text for text in answer.history if text]
    shown = {"edit": edits, "draft": drafts, "off": []}[live]
    assert (drafts if live == "draft" else edits) == shown
    told = [text.removesuffix(WRITING).split("\n\n")[:-1] for text in shown]
    # Sentences only come, in their order, and each of them stands in the answer.
    assert [len(sentences) for sentences in told] == ([] if live == "off" else [0, 1, 2])
    for sentences in told:
        assert all(sentence.split(" [")[0] in answer.text for sentence in sentences)
    assert len(ada.inbox) == 1


async def test_buttons_work_after_a_restart(telegram: FakeTelegram, tmp_path: Path) -> None:
    ada = telegram.person(100)
    async with bots(telegram, tmp_path):
        await telegram.is_polled()
        await ada.write("/settings")
        (settings,) = await ada.receives()
    async with bots(telegram, tmp_path):
        # It is not waited for: what is pressed while no bot runs is acted on by the next.
        await ada.press(settings, "Language")
        await telegram.until(lambda: settings.buttons[0]["text"] == "Language: English")
