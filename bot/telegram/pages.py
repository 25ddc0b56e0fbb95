"""Everything that is not a question: first contact, help, sources, and what cannot be read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from telegram import Update
from telegram.ext import ContextTypes

from bot.telegram.catalogue import render_library, render_search
from bot.telegram.commands import GROUP, PRIVATE, menu
from bot.telegram.incoming import Incoming
from bot.telegram.markup import bold, code, escape
from bot.telegram.render import render_sources
from bot.telegram.services import Services
from bot.telegram.split import split_html
from bot.words import Words, words_for

ALL = "all"
"""`/sources all` shows the collection whatever was answered last."""


Page = Callable[[Words], list[str]]
Handler = Callable[[Update, Any], Awaitable[None]]


class PageHandlers:
    """Replies that need no chain."""

    def __init__(self, services: Services, openings: Mapping[str, Handler] | None = None) -> None:
        self._services = services
        self._openings = openings or {}

    async def start(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """First contact: what this is, what it is not, two questions to begin with.

        `/start settings` and the like, which links in groups open, do what they say instead.
        """
        incoming = Incoming.of(update)
        if incoming is None:
            return
        opening = self._openings.get(incoming.argument)
        if opening is not None:
            await opening(update, context)
            return
        await self._reply(update, render_greeting)
        if incoming.user_id is not None:
            services = self._services
            await services.state.people.change(incoming.user_id, notice_shown_at=services.clock())
            services.gate.known.forget(incoming.user_id)

    async def help(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """How to ask, how to read an answer, and the commands."""
        del context
        incoming = Incoming.of(update)
        names = GROUP if incoming and incoming.in_group else PRIVATE
        await self._reply(update, lambda words: render_help(words, names))

    async def unknown_command(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """One line for a command there is none of; none for another bot's."""
        incoming = Incoming.of(update)
        command = incoming.text.split(maxsplit=1)[0] if incoming and incoming.text else ""
        _, at, name = command.partition("@")
        if at and name.casefold() != context.bot.username.casefold():
            return
        await self._reply(update, lambda words: [escape(words.chat.unknown_command)])

    async def allocate(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """An answer that declines to advise points here; until it is built, that is said."""
        del context
        await self._reply(update, lambda words: [escape(words.chat.allocate_not_yet)])

    async def sources(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """The last answer's sources, else the collection; with words, the documents on them."""
        del context
        incoming = Incoming.of(update)
        if not incoming:
            return
        library, words = self._services.library, await self._services.words_of(incoming)
        last = (await self._services.state.memory.of(incoming.key)).last_answer
        wanted = incoming.argument
        if wanted and wanted.casefold() != ALL:
            parts = render_search(library, wanted, words)
        elif last and last.citations and not wanted:
            parts = render_sources(last, words_for(last.language))
        else:
            parts = render_library(library, words)
        await self._services.courier.send(incoming.place, parts)

    async def only_text(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """One line for a sticker, a photo, a voice message; for an album one line, not ten."""
        del context
        incoming = Incoming.of(update)
        if not incoming:
            return
        memory = self._services.state.memory
        if incoming.album:
            if (await memory.of(incoming.key)).last_album == incoming.album:
                return
            await memory.remember_album(incoming.key, incoming.album)
        line = escape((await self._services.words_of(incoming)).chat.only_text)
        await self._services.courier.send(incoming.place, [line])

    async def _reply(self, update: Update, page: Page) -> None:
        incoming = Incoming.of(update)
        if incoming:
            words = await self._services.words_of(incoming)
            await self._services.courier.send(incoming.place, page(words))


def render_greeting(words: Words) -> list[str]:
    """The first message a person gets."""
    chat = words.chat
    examples = "\n".join(f"• {code(example)}" for example in chat.examples)
    return split_html(
        "\n\n".join(
            [
                escape(chat.greeting),
                escape(chat.disclosure),
                f"{bold(chat.examples_heading)}\n{examples}",
                escape(chat.more),
            ]
        )
    )


def render_help(words: Words, names: Sequence[str]) -> list[str]:
    """How to ask, and the list of commands."""
    commands = "\n".join(
        f"/{command.command} – {escape(command.description)}" for command in menu(names, words)
    )
    return split_html(
        "\n\n".join(
            [
                escape(words.chat.help),
                f"{bold(words.chat.help_commands)}\n{commands}",
                escape(words.chat.disclosure),
            ]
        )
    )
