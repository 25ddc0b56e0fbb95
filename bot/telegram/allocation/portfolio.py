"""`/portfolio`: what one has, as text or as a CSV file, beside the mix for one's kept answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import NamedTuple

from telegram import Bot, Document, Update
from telegram.error import BadRequest
from telegram.ext import ContextTypes, filters

from bot.allocation import (
    Allocator,
    Held,
    is_expired,
    months_after,
    parse_holdings,
    parse_holdings_file,
    view_of,
)
from bot.allocation.holdings_file import MOST_BYTES
from bot.allocation.recording import PORTFOLIO
from bot.telegram.allocation.dialogue import AllocateHandlers
from bot.telegram.allocation.holdings import told_portfolio
from bot.telegram.allocation.kept import KeptProfile, newest_profile
from bot.telegram.allocation.making import make_result
from bot.telegram.allocation.talk import KIND
from bot.telegram.incoming import Incoming
from bot.telegram.markup import escape
from bot.telegram.services import Services
from bot.telegram.split import split_html
from bot.telegram.typed import Typed, TypedRouter
from bot.words import Words
from corpus.errors import AllocationError, ProfileError, RulesError

log = logging.getLogger(__name__)

TYPED_HOLDINGS = "holdings"
_MEGABYTE = 1_000_000
TABLE = (
    filters.Document.FileExtension("csv")
    | filters.Document.FileExtension("tsv")
    | filters.Document.FileExtension("txt")
    | filters.Document.MimeType("text/csv")
    | filters.Document.MimeType("text/comma-separated-values")
)
"""A file meant as a table, by what it says of itself; its content is seen later."""

_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b")
"""How workbooks, PDFs, pictures and archives begin, whatever they are named."""

Read = Callable[[Allocator], Held]


class _Scene(NamedTuple):
    words: Words
    allocator: Allocator
    kept: KeptProfile


class PortfolioHandlers:
    """In a private chat only."""

    def __init__(self, services: Services, typed: TypedRouter, allocate: AllocateHandlers) -> None:
        self._services = services
        self._typed = typed
        self._allocate = allocate

    async def command(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`/portfolio`, with the holdings or, without, how to give them."""
        del context
        incoming = Incoming.of(update)
        scene = await self._scene(incoming) if incoming else None
        if incoming is None or scene is None:
            return
        # `/start portfolio` opens this too, and has an argument of its own.
        text = incoming.argument if incoming.text.startswith("/portfolio") else ""
        if text:
            await self._compare(incoming, scene, _reader_of_text(text))
        else:
            await self._ask(incoming, scene.words.portfolio.ask)

    async def typed(self, said: Typed) -> bool:
        """Holdings that were written."""
        scene = await self._scene(said.incoming)
        if scene is not None:
            await self._compare(said.incoming, scene, _reader_of_text(said.text))
        return True

    async def document(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A table, whether or not it was asked for: it can mean nothing else here.

        Where `/allocate` has just asked what there is already, it is the answer to that.
        """
        incoming, message = Incoming.of(update), update.message
        file = message.document if message else None
        if incoming is None or file is None:
            return
        is_answer = await self._allocate.asks_for_holdings(incoming)
        scene = None if is_answer else await self._scene(incoming)
        if scene is None and not is_answer:
            return
        told = (await self._services.words_of(incoming)).portfolio
        complain = self._say if is_answer else self._ask
        size = file.file_size or 0
        if size > MOST_BYTES:
            line = told.file_too_large.format(
                size=f"{size / _MEGABYTE:.1f}", most=MOST_BYTES // _MEGABYTE
            )
            await complain(incoming, line)
            return
        content = await _download(context.bot, file)
        if content is None or content.startswith(_MAGIC):
            await complain(incoming, told.file_unreadable)
        elif scene is None:
            await self._allocate.holdings_file(incoming, content)
        else:
            await self._compare(incoming, scene, _reader_of_file(content))

    async def _compare(self, incoming: Incoming, scene: _Scene, read: Read) -> None:
        services, user_id = self._services, incoming.user_id
        assert user_id is not None  # noqa: S101 - a scene has a person
        words, allocator, kept = scene
        try:
            held = await asyncio.to_thread(read, allocator)
            data = {**kept.data, "holdings": held.as_data()}
            data.pop("as_of", None)
            profile = allocator.parse(data)
            services.allocators.switch.permit(profile)
        except ProfileError as error:
            await self._ask(incoming, str(error))
            return
        except AllocationError:
            line = words.allocate.off_in_country.format(country=kept.data.get("country"))
            await self._say(incoming, line)
            return
        await self._typed.stop(chat_id=incoming.place.chat_id, user_id=user_id)
        result, is_kept = await make_result(services, allocator, profile, user_id, PORTFOLIO)
        view = await asyncio.to_thread(view_of, result, allocator)
        parts = told_portfolio(
            result, view, allocator, words, kept.answered, result.id if is_kept else None
        )
        await services.courier.send(incoming.place, parts, user_id=user_id)
        await self._recall_questions(incoming, words)

    async def _recall_questions(self, incoming: Incoming, words: Words) -> None:
        """Holdings that were written took the place of the answer that `/allocate` waited for."""
        assert incoming.user_id is not None  # noqa: S101 - a scene has a person
        dialogue = await self._services.state.dialogues.get(
            KIND, chat_id=incoming.place.chat_id, user_id=incoming.user_id
        )
        if dialogue is not None:
            await self._say(incoming, words.portfolio.questions_open)

    async def _scene(self, incoming: Incoming) -> _Scene | None:
        """The rules and the kept answers; None: the person was told what is missing."""
        services, user_id = self._services, incoming.user_id
        if user_id is None:
            return None
        words = await services.words_of(incoming)
        if not services.allocators.switch.on:
            await self._say(incoming, words.allocate.switched_off)
            return None
        try:
            allocator = await services.allocators.of(words.language)
        except RulesError as error:
            services.allocators.tell(error)
            await self._say(incoming, words.allocate.unavailable)
            return None
        journal, kept = services.results, None
        if journal is not None:
            kept = await asyncio.to_thread(newest_profile, journal, user_id)
        if kept is None:
            await self._say(incoming, words.portfolio.profile_missing)
            return None
        months = allocator.rules.answers_expire_after_months
        if is_expired(kept.answered, services.today(), months):
            line = words.portfolio.profile_expired.format(
                answered=words.day(kept.answered),
                expired=words.day(months_after(kept.answered, months)),
            )
            await self._say(incoming, line)
            return None
        return _Scene(words, allocator, kept)

    async def _ask(self, incoming: Incoming, line: str) -> None:
        """Say how holdings are given, or what was wrong with them, and wait for them."""
        if incoming.user_id is not None:
            await self._typed.expect(
                TYPED_HOLDINGS, chat_id=incoming.place.chat_id, user_id=incoming.user_id, data={}
            )
        await self._say(incoming, line)

    async def _say(self, incoming: Incoming, line: str) -> None:
        await self._services.courier.send(
            incoming.place, split_html(escape(line)), user_id=incoming.user_id
        )


def _reader_of_text(text: str) -> Read:
    return lambda rules: parse_holdings(text, rules.universe.tickers, rules.words.holdings)


def _reader_of_file(data: bytes) -> Read:
    return lambda rules: parse_holdings_file(data, rules.universe.tickers, rules.words.holdings)


async def _download(bot: Bot, file: Document) -> bytes | None:
    """A file's content; None: Telegram has it no longer, or it is longer than it said."""
    try:
        found = await bot.get_file(file.file_id)
        if (found.file_size or 0) > MOST_BYTES:
            return None
        return bytes(await found.download_as_bytearray())
    except BadRequest as error:
        log.info("a file was not fetched: %s", error)
        return None
