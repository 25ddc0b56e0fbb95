"""Everything that is not a question: first contact, help, sources, and what cannot be read."""

from __future__ import annotations

from collections.abc import Callable

from telegram import Update
from telegram.ext import ContextTypes

from bot.telegram.catalogue import render_library, render_search
from bot.telegram.incoming import Incoming
from bot.telegram.markup import bold, code, escape
from bot.telegram.render import render_sources
from bot.telegram.services import Services
from bot.telegram.split import split_html
from bot.words import Words, words_for

ALL = "all"
"""`/sources all` shows the collection whatever was answered last."""


Page = Callable[[Words], list[str]]


class PageHandlers:
    """Replies that need no chain."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def start(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """First contact: what this is, what it is not, two questions to begin with."""
        del context
        await self._reply(update, render_greeting)

    async def help(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """How to ask, how to read an answer, and the commands."""
        del context
        await self._reply(update, render_help)

    async def unknown_command(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """One line for a command there is none of."""
        del context
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
        library, words = self._services.library, incoming.words
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
        line = escape(incoming.words.chat.only_text)
        await self._services.courier.send(incoming.place, [line])

    async def _reply(self, update: Update, page: Page) -> None:
        incoming = Incoming.of(update)
        if incoming:
            await self._services.courier.send(incoming.place, page(incoming.words))


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


def render_help(words: Words) -> list[str]:
    """How to ask, and the list of commands."""
    commands = "\n".join(
        f"/{name} – {escape(told)}" for name, told in words.commands.model_dump().items()
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
