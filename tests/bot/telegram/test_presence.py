from __future__ import annotations

import asyncio

from bot.telegram.presence import typing
from bot.telegram.queues import Place
from tests.bot.telegram.conftest import Desk


def typings(desk: Desk) -> int:
    return sum(name == "sendChatAction" for name, _ in desk.request.calls)


async def test_typing_is_repeated_while_the_work_lasts_and_then_stops(desk: Desk) -> None:
    async with typing(desk.bot, Place(100), repeat_seconds=0.02):
        await asyncio.sleep(0.2)
    shown = typings(desk)
    await asyncio.sleep(0.1)

    assert shown >= 3
    assert typings(desk) == shown


async def test_work_that_is_done_at_once_still_shows_typing_once(desk: Desk) -> None:
    async with typing(desk.bot, Place(100)):
        pass

    assert typings(desk) == 1


async def test_work_goes_on_when_typing_cannot_be_shown(desk: Desk) -> None:
    desk.request.refuse_next("sendChatAction", 403, "Forbidden: bot was blocked by the user")

    async with typing(desk.bot, Place(100)):
        done = True

    assert done
