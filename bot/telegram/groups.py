"""What happens in groups besides questions: joining, growing, and what belongs in private."""

from __future__ import annotations

import asyncio

from sqlalchemy.orm import Session
from telegram import Update
from telegram.ext import ContextTypes

from bot.telegram.incoming import Incoming
from bot.telegram.markup import escape
from bot.telegram.preferences import private_button
from bot.telegram.queues import Place
from bot.telegram.services import Services
from bot.telegram.split import split_html
from bot.words import words_for

_PRESENT = frozenset({"member", "administrator"})


class GroupHandlers:
    """Groups."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def joined(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """The bot was added to a group: what this is, what is logged, how to ask. Once."""
        del context
        change = update.my_chat_member
        if change is None or change.chat.id > 0:
            return
        present = change.new_chat_member.status in _PRESENT
        if not present or change.old_chat_member.status in _PRESENT:
            return
        user = update.effective_user
        words = await self._services.gate.known.words(user) if user else words_for(None)
        parts = split_html(escape(words.talk.group_greeting))
        await self._services.courier.send(Place(change.chat.id), parts)

    async def pointer(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A command about one's own data, in a group: nothing of it is shown there."""
        incoming, message = Incoming.of(update), update.message
        if incoming is None or message is None:
            return
        words = await self._services.words_of(incoming)
        command = (message.text or "").split(maxsplit=1)[0].partition("@")[0].lstrip("/")
        await self._services.courier.send(
            incoming.place,
            [escape(words.talk.in_private)],
            buttons=[[private_button(context.bot, command, words)]],
        )

    async def migrated(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A group became a supergroup: what was known of it holds for that."""
        del context
        message = update.effective_message
        if message is None:
            return
        old, new = message.chat.id, message.migrate_to_chat_id
        if message.migrate_from_chat_id is not None:
            old, new = message.migrate_from_chat_id, message.chat.id
        if new is None:
            return
        services = self._services

        def operation(session: Session) -> None:
            services.runtime.outbox.move(session, old, new)

        await services.state.groups.migrate(old, new)
        await services.state.batcher.write(operation)
        await asyncio.to_thread(services.meetings.move_chat, old, new)
        services.gate.known.forget(old)
        services.gate.known.forget(new)
