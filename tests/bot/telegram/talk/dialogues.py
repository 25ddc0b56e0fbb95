"""Walks through the questions of `/allocate` as a person would."""

from __future__ import annotations

from tests.bot.telegram.talk.conftest import Town
from tests.telegram_fake.chats import Message
from tests.telegram_fake.people import Person

ANSWERS = (
    "in more than 10 years",
    "yes",
    "no",
    "3",
    "between 7,800",
    "30 %",
    "yes",
    "Done",
    "Skip",
    "Skip",
    "Skip",
)
"""The button for each question, which lead to a mix with themes."""

ANSWERS_JA = (
    "10年より先",
    "はい",
    "いいえ",
    "落ち着かないが",
    "7,800",
    "30 %",
    "はい",
    "完了",
    "飛ばす",
    "飛ばす",
    "飛ばす",
)
"""The same in Japanese."""

SHOW = {"en": "Show the mix", "ja": "配分例を表示"}


async def last(town: Town, person: Person) -> Message:
    """The newest message, once all is said."""
    await town.settled()
    return person.inbox[-1]


async def walk(town: Town, person: Person, answers: tuple[str, ...] = ANSWERS) -> Message:
    """From `/allocate` to the summary."""
    await person.write("/allocate")
    for button in answers:
        await person.press(await last(town, person), button)
    return await last(town, person)


async def allocate(
    town: Town, person: Person, answers: tuple[str, ...] = ANSWERS, *, show: str = SHOW["en"]
) -> list[Message]:
    """All the way to a result; its messages."""
    summary = await walk(town, person, answers)
    before = len(person.inbox)
    await person.press(summary, show)
    await town.settled()
    return person.inbox[before:]
