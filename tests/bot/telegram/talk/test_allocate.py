from __future__ import annotations

import json

from tests.bot.telegram.talk.conftest import Town, labels
from tests.bot.telegram.talk.dialogues import walk


async def test_questions_lead_by_buttons_to_a_summary_and_a_picture_with_its_words(
    town: Town,
) -> None:
    ada = town.telegram.person(100)
    summary = await walk(town, ada)

    assert len(ada.inbox) == 1, "every step takes the place of the one before"
    assert "Money is needed: in more than 10 years" in summary.text
    assert "Tolerable loss in a year, %: 30" in summary.text
    assert "until 22 November 2027" in summary.text
    assert labels(summary) == ["Show the mix", "‹ Back", "Start over", "Cancel"]

    await ada.press(summary, "Show the mix")
    await town.settled()

    assert labels(summary) == []
    picture, *rest = ada.inbox[1:]
    assert picture.file is not None
    assert picture.file.startswith(b"\x89PNG")
    assert "Global core equity: 48.75 to 58.75 % (53.75 %)" in picture.text
    assert "You can lose money" in " ".join(part.text for part in rest)
    assert labels(ada.inbox[-1]) == [
        "Why", "Stress", "Costs", "Funds", "What would change it", "Compare two levels",
    ]  # fmt: skip
    (kept,) = town.journal.results_of(100, "allocation")
    assert kept.document is not None
    assert json.loads(kept.document)["profile"]["willingness"] == 3
    assert kept.channel == "telegram"
