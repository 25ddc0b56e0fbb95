"""Makes a result, keeps it in the journal, and sends it: a picture, its words, its buttons."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from bot.allocation import Allocator, Profile, view_of
from bot.telegram.allocation.making import make_result
from bot.telegram.allocation.results import told_education, told_result
from bot.telegram.allocation.sections import CHANGE, COMPARE, COST, FUNDS, STRESS, WHY
from bot.telegram.queues import Attachment, Button, Place
from bot.telegram.replies import choices
from bot.telegram.reviewing import review_row
from bot.telegram.services import Services
from bot.words import Words

RESULT = "result"
"""The action of the keyboard below a result; its choices are the sections' names."""


class Scene(NamedTuple):
    """Where a dialogue takes place, with whom, in which language, over which rules."""

    place: Place
    user_id: int
    words: Words
    allocator: Allocator


async def deliver_result(services: Services, scene: Scene, profile: Profile) -> None:
    """Make the mix for a profile and send it."""
    place, user_id, words, allocator = scene
    result, is_kept = await make_result(services, allocator, profile, user_id)
    kept = result.id if is_kept else None
    view = await asyncio.to_thread(view_of, result, allocator)
    if result.outcome != "allocation":
        parts = told_education(view, allocator.words, words, kept)
        await services.courier.send(place, parts, user_id=user_id)
        return
    from bot.allocation.chart import draw_allocation

    picture = await asyncio.to_thread(draw_allocation, result, allocator.words)
    told = told_result(view, allocator.words, words, kept)
    buttons = await _buttons(services, scene, kept) if kept else []
    await services.courier.send_file(
        place,
        Attachment(name="allocation.png", content=picture, picture=True),
        told.caption,
        buttons=[] if told.parts else buttons,
        user_id=user_id,
    )
    await services.courier.send(place, told.parts, buttons=buttons, user_id=user_id)


async def _buttons(services: Services, scene: Scene, kept: str) -> list[list[Button]]:
    keyboard = await services.state.buttons.make(
        RESULT, chat_id=scene.place.chat_id, owner_id=scene.user_id, payload={"result": kept}
    )
    told = scene.words.allocate
    named = [
        (WHY, told.why),
        (STRESS, told.stress),
        (COST, told.cost),
        (FUNDS, told.funds),
        (CHANGE, told.change),
        (COMPARE, told.compare),
    ]
    return [
        *choices(keyboard, named[:4], across=2),
        *choices(keyboard, named[4:]),
        *await review_row(services, scene.user_id, kept, scene.words),
    ]
