"""Makes a result, keeps it in the journal, and sends it: a picture, its words, its buttons."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from bot.allocation import Allocation, Allocator, Profile, view_of
from bot.telegram.allocation.kept import ALLOCATION, ResultJournal
from bot.telegram.allocation.results import told_education, told_result
from bot.telegram.allocation.sections import CHANGE, COMPARE, COST, FUNDS, STRESS, WHY
from bot.telegram.queues import Attachment, Button, Place
from bot.telegram.replies import choices
from bot.telegram.reviewing import review_row
from bot.telegram.runtime.work import current_work
from bot.telegram.services import CHANNEL, Services
from bot.words import Words

RESULT = "result"
"""The action of the keyboard below a result; its choices are the sections' names."""

_NOTE = "result"


class Scene(NamedTuple):
    """Where a dialogue takes place, with whom, in which language, over which rules."""

    place: Place
    user_id: int
    words: Words
    allocator: Allocator


async def keep_result(
    services: Services, kind: str, result: Allocation, user_id: int
) -> str | None:
    """Keep a result, once however often the update is worked on; None: nothing keeps results."""
    journal, work = services.results, current_work()
    if journal is None:
        return None
    if work is not None and _NOTE in work.notes:
        return str(work.notes[_NOTE])
    kept = await asyncio.to_thread(_record, journal, kind, result.to_json(), user_id)
    if work is not None:
        await work.note(**{_NOTE: kept})
    return kept


def _record(journal: ResultJournal, kind: str, document: str, user_id: int) -> str:
    return journal.record_result(kind, document, channel=CHANNEL, user_id=user_id)


async def deliver_result(services: Services, scene: Scene, profile: Profile) -> None:
    """Make the mix for a profile and send it."""
    place, user_id, words, allocator = scene
    result = await asyncio.to_thread(allocator.allocate, profile, services.today())
    view = await asyncio.to_thread(view_of, result, allocator)
    kept = await keep_result(services, ALLOCATION, result, user_id)
    if result.outcome != "allocation":
        parts = told_education(view, allocator.words)
        await services.courier.send(place, parts, user_id=user_id)
        return
    from bot.allocation.chart import draw_allocation

    picture = await asyncio.to_thread(draw_allocation, result, allocator.words)
    told = told_result(view, allocator.words, words)
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
