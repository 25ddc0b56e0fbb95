"""What an administrator asks of a running bot: /stats and /health."""

from __future__ import annotations

from importlib.metadata import version

from telegram import Update
from telegram.ext import ContextTypes

from bot.telegram.incoming import Incoming
from bot.telegram.markup import bold, escape
from bot.telegram.services import Services
from bot.words.roles import Role


class OperatingHandlers:
    """Figures of this process and of what all processes share."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._since = services.clock()

    async def stats(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Who uses the bot, and how much."""
        del context
        incoming = Incoming.of(update)
        if incoming is None:
            return
        services, told = self._services, await self._services.words_of(incoming)
        words = told.operating
        people = await services.state.people.count()
        figures = await services.runtime.figures()
        roles = told.access.roles
        named = [(roles[role], people.get(role, 0)) for role in Role]
        by_role = ", ".join(f"{name} {count}" for name, count in named if count)
        lines = [
            words.people.format(count=sum(people.values()), roles=by_role or "–"),
            words.groups.format(count=await services.state.groups.count()),
            words.updates.format(
                count=services.runtime.crew.handled, kept=figures["inbox"]["done"]
            ),
            words.turned_away.format(count=services.gate.turned_away),
            words.sent.format(
                count=services.runtime.postman.sent,
                kept=figures["outbox"]["sent"],
                given_up=figures["outbox"]["given_up"],
            ),
        ]
        await self._say(incoming, words.stats, lines)

    async def health(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Whether anything waits that should not."""
        del context
        incoming = Incoming.of(update)
        if incoming is None:
            return
        services, words = self._services, (await self._services.words_of(incoming)).operating
        figures = await services.runtime.figures()
        minutes = int((services.clock() - self._since).total_seconds()) // 60
        lines = [
            words.running.format(version=version("lodestone"), minutes=minutes),
            words.waiting.format(
                count=figures["inbox"]["waiting"], seconds=figures["inbox"]["oldest_seconds"]
            ),
            words.in_work.format(count=figures["inbox"]["in_work"]),
            words.letters.format(count=figures["outbox"]["waiting"]),
        ]
        await self._say(incoming, words.health, lines)

    async def _say(self, incoming: Incoming, heading: str, lines: list[str]) -> None:
        text = "\n".join([bold(heading), *map(escape, lines)])
        await self._services.courier.send(incoming.place, [text])
