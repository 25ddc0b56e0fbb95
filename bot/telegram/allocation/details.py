"""The buttons below a result: each sends a section of it, made again from what was kept."""

from __future__ import annotations

import asyncio

from bot.allocation import Allocation, Allocator, view_of
from bot.telegram.allocation.comparing import at_level, other_levels, told_comparison
from bot.telegram.allocation.kept import find_document, made_again
from bot.telegram.allocation.sections import CHANGE, COMPARE, COST, FUNDS, STRESS, WHY, section
from bot.telegram.markup import escape
from bot.telegram.presses import Press
from bot.telegram.replies import choices
from bot.telegram.services import Services
from corpus.errors import RulesError

LEVEL = "level"


class DetailHandlers:
    """Reads the result behind the button in the journal, and goes on from there."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def press(self, press: Press) -> None:
        """A section of the result."""
        if press.choice == COMPARE:
            await self._offer_levels(press)
            return
        if press.choice not in {WHY, CHANGE, STRESS, COST, FUNDS}:
            await press.toast(press.words.access.old_button)
            return
        found = await self._result(press)
        if found is None or press.place is None:
            return
        result, allocator = found
        view = await asyncio.to_thread(view_of, result, allocator)
        parts = section(press.choice, view, allocator.words, press.words)
        if not parts:
            await press.toast(press.words.allocate.nothing_here)
            return
        await self._services.courier.send(press.place, parts, user_id=press.user_id)

    async def level(self, press: Press) -> None:
        """The level to compare with."""
        found = await self._result(press)
        if found is None or press.place is None:
            return
        result, allocator = found
        level = int(press.choice) if press.choice and press.choice.isdecimal() else 0
        if level not in other_levels(result):
            await press.toast(press.words.access.old_button)
            return
        other = await asyncio.to_thread(at_level, result, level, allocator)
        parts = told_comparison(result, other, allocator, press.words)
        await self._services.courier.send(
            press.place, parts, edits=press.message_id, user_id=press.user_id
        )

    async def _offer_levels(self, press: Press) -> None:
        found = await self._result(press)
        if found is None or press.place is None:
            return
        (result, allocator), told = found, press.words.allocate
        levels = other_levels(result)
        if not levels:
            await press.toast(told.compare_none, alert=True)
            return
        keyboard = await self._services.state.buttons.make(
            LEVEL, chat_id=press.place.chat_id, owner_id=press.user_id, payload=press.payload
        )
        named = [
            (str(n), told.compare_level.format(level=n, name=allocator.words.levels[n]))
            for n in levels
        ]
        line = told.compare_ask.format(level=result.level, most=result.capacity_level)
        await self._services.courier.send(
            press.place,
            [escape(line)],
            buttons=choices(keyboard, named),
            user_id=press.user_id,
        )

    async def _result(self, press: Press) -> tuple[Allocation, Allocator] | None:
        """The result and the rules in the presser's language; None: the presser was told why."""
        services, told = self._services, press.words.allocate
        if not services.allocators.switch.on:
            await press.toast(told.switched_off, alert=True)
            return None
        journal, document = services.results, None
        if journal is not None:
            document = await asyncio.to_thread(find_document, journal, press.payload["result"])
        if document is None:
            await press.toast(told.gone)
            return None
        try:
            allocator = await services.allocators.of(press.words.language)
        except RulesError:
            await press.toast(told.outdated)
            return None
        result = await asyncio.to_thread(made_again, document, allocator)
        if result is None:
            await press.toast(told.outdated)
            return None
        return result, allocator
