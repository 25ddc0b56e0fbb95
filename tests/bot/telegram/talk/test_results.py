from __future__ import annotations

import json

from tests.bot.telegram.talk.conftest import Town, labels
from tests.bot.telegram.talk.dialogues import ANSWERS, allocate, last, walk


async def test_every_button_below_the_result_opens_its_part(town: Town) -> None:
    ada = town.telegram.person(100)
    result = (await allocate(town, ada))[-1]
    for button, expected in (
        ("Why", "Neutral themes"),
        ("Stress", "1931-type year"),
        ("Costs", "% a year"),
        ("Funds", "VT"),
        ("What would change it", "Other answers"),
    ):
        before = len(ada.inbox)
        await ada.press(result, button)
        await town.settled()
        told = " ".join(message.text for message in ada.inbox[before:])
        assert expected in told, button
        assert "General information, not personal advice." in told


async def test_the_reasons_quote_their_documents(town: Town) -> None:
    ada = town.telegram.person(100)
    result = (await allocate(town, ada))[-1]
    before = len(ada.inbox)
    await ada.press(result, "Why")
    await town.settled()

    told = " ".join(" ".join(message.text for message in ada.inbox[before:]).split())
    allocator = await town.services.allocators.of("en")
    mix = allocator.allocate(allocator.default_profile, town.now.date())
    fired = {line.rule for sleeve in mix.sleeves for line in sleeve.ledger}
    quotes = [s.rule.quote for s in allocator.signals if s.id in fired]
    assert quotes
    for quote in quotes:
        assert " ".join(quote.split()) in told


async def test_two_levels_are_compared_and_none_above_what_the_loss_covers(town: Town) -> None:
    ada = town.telegram.person(100)
    result = (await allocate(town, ada))[-1]
    await ada.press(result, "Compare two levels")
    offer = await last(town, ada)
    assert labels(offer)[0] == "1: conservative"
    assert not any(label.startswith(("3:", "5:")) for label in labels(offer))
    await ada.press(offer, "2:")

    told = (await last(town, ada)).text
    assert told.startswith("Level 3 (moderate) beside level 2 (moderately conservative)")
    assert "Global core equity: 48.75 to 58.75 % (53.75 %) | " in told
    assert "theme bust: −7.7 % | " in told
    assert "detente: +1.4 % | " in told


async def test_without_an_emergency_fund_there_are_reasons_and_no_picture(town: Town) -> None:
    ada = town.telegram.person(100)
    (told,) = await allocate(town, ada, (ANSWERS[0], "no", *ANSWERS[2:]))

    assert told.file is None
    assert told.text.startswith("No mix for 22 November 2026")
    assert "no emergency fund" in told.text
    assert len(town.journal.results_of(100, "allocation")) == 1


async def test_delete_removes_the_answers_and_export_holds_them(town: Town) -> None:
    ada = town.telegram.person(100)
    result = (await allocate(town, ada))[-1]
    await ada.write("/export")
    sent = await last(town, ada)
    assert sent.file is not None
    kept = json.loads(sent.file)["results"]
    assert json.loads(kept[0]["document"])["profile"]["horizon"] == "over-10y"
    await walk(town, ada, ANSWERS[:2])
    await ada.write("/delete")
    await ada.press(await last(town, ada), "Delete it all")
    await town.settled()

    assert await town.services.state.dialogues.get("allocate", chat_id=100, user_id=100) is None
    pressed = await ada.press(result, "Why")
    await pressed.wait()
    assert pressed.toast is not None
    await ada.write("/portfolio VT 100%")
    assert "Please answer the questions of /allocate first" in (await last(town, ada)).text
