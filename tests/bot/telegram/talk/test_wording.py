"""All that a person reads on the way through `/allocate` and `/portfolio`: nothing forbidden."""

from __future__ import annotations

import pytest

from tests.bot.allocation.test_wording import FORBIDDEN_EN, FORBIDDEN_JA, without_names
from tests.bot.telegram.talk.conftest import Town, labels
from tests.bot.telegram.talk.dialogues import ANSWERS, ANSWERS_JA, SHOW, allocate, last
from tests.bot.telegram.talk.test_portfolio import BAD_FILES, SLIPS, upload
from tests.telegram_fake.people import Person


async def press_everything(town: Town, person: Person) -> None:
    """Every button below the newest result, and every level to compare with."""
    result = person.inbox[-1]
    for button in labels(result):
        await person.press(result, button)
        offer = await last(town, person)
        for level in [label for label in labels(offer) if label[0].isdigit()]:
            if level in labels(offer):
                await person.press(offer, level)
                await town.settled()


def everything_read(town: Town, person: Person) -> str:
    texts = list[str]()
    for message in person.inbox:
        texts += [*message.history, message.text, *labels(message)]
    texts += [pressed.toast or "" for pressed in town.telegram.presses.values()]
    return "\n".join(texts)


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_no_step_message_button_or_toast_says_what_must_not_be_said(
    town: Town, language: str
) -> None:
    ada = town.telegram.person(100, language=language)
    answers, show = (ANSWERS_JA if language == "ja" else ANSWERS), SHOW[language]
    await ada.write("/portfolio VT 100%")
    await town.settled()
    for wrong in (1, 2):
        # No emergency fund; then costly debt: reasons instead of a mix.
        no_yes = {"ja": ("いいえ", "はい"), "en": ("no", "yes")}[language]
        changed = list(answers)
        changed[wrong] = no_yes[wrong - 1]
        await allocate(town, ada, tuple(changed), show=show)
    await allocate(town, ada, answers, show=show)
    await press_everything(town, ada)
    for slip in SLIPS:
        await ada.write(f"/portfolio {slip}")
        await town.settled()
    for content in BAD_FILES:
        await upload(town, ada, content)
    await ada.write("/portfolio VT 60, GLD 10, cash 30%")
    await town.settled()
    await ada.write("/allocate")
    await ada.write("/cancel")

    text = everything_read(town, ada)
    allocator = await town.services.allocators.of("ja" if language == "ja" else "en")
    for slip in SLIPS:
        text = text.replace(" ".join(slip.split())[:40], "")
    text = without_names(text, allocator)
    assert len(text) > 10_000
    for pattern in [FORBIDDEN_EN, *([FORBIDDEN_JA] if language == "ja" else [])]:
        found = pattern.search(text)
        assert found is None, text[max(0, found.start() - 80) : found.end() + 80]
