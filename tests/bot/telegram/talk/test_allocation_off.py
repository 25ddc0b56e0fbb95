"""Where the operator has switched allocation off, or the rules cannot be used."""

from __future__ import annotations

import pytest

from bot.allocation import Switch
from bot.telegram.allocation.allocators import Allocators
from corpus.errors import RulesError
from tests.bot.telegram.talk.conftest import Town, labels
from tests.bot.telegram.talk.dialogues import ANSWERS, allocate, last, walk


async def test_where_allocation_is_off_nothing_of_it_goes_on(town: Town) -> None:
    ada = town.telegram.person(100)
    result = (await allocate(town, ada))[-1]
    question = await walk(town, ada, ANSWERS[:2])
    town.services.allocators.switch = Switch(on=False)
    for command in ("/allocate", "/portfolio VT 100%"):
        await ada.write(command)
        assert (await last(town, ada)).text == "Allocation is switched off here by the operator."
    await ada.press(question, "yes")
    assert (await last(town, ada)).text == "Allocation is switched off here by the operator."
    pressed = await ada.press(result, "Why")
    await pressed.wait()

    assert pressed.toast == "Allocation is switched off here by the operator."


async def test_a_country_can_be_left_out(town: Town) -> None:
    town.services.allocators.switch = Switch(off_in=("JP",))
    ada = town.telegram.person(100)
    (told,) = await allocate(town, ada, (*ANSWERS[:8], "JP", "Skip", "Skip"))

    assert "not offered for JP" in told.text
    assert town.journal.results_of(100, "allocation") == ()
    assert await town.services.state.dialogues.get("allocate", chat_id=100, user_id=100) is None


async def test_rules_that_cannot_be_used_are_told_in_a_line(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(self: Allocators, language: str) -> None:
        raise RulesError("rules.yaml: signals: no such document")

    monkeypatch.setattr(Allocators, "of", broken)
    ada = town.telegram.person(100)
    await ada.write("/allocate")

    assert (await last(town, ada)).text.startswith("The allocation rules cannot be used")


async def test_a_result_of_other_documents_is_not_told_as_if_it_were_todays(town: Town) -> None:
    ada = town.telegram.person(100)
    result = (await allocate(town, ada))[-1]
    allocator = await town.services.allocators.of("en")
    allocator.fingerprint = "0" * 16
    for button in ("Why", "Compare two levels"):
        pressed = await ada.press(result, button)
        await pressed.wait()
        assert pressed.toast is not None
        assert pressed.toast.startswith("Rules or documents have changed since.")


async def test_with_no_level_but_its_own_there_is_nothing_to_compare(town: Town) -> None:
    ada = town.telegram.person(100)
    answers = (*ANSWERS[:5], "15 %", *ANSWERS[6:])
    result = (await allocate(town, ada, answers))[-1]
    assert "Compare two levels" in labels(result)
    pressed = await ada.press(result, "Compare two levels")
    await pressed.wait()

    assert pressed.toast is not None
    assert pressed.toast.startswith("The tolerable loss covers no other level")
