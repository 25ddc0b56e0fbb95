"""`@bot copper tariff` in any chat: passages to choose from, each with its standing and its date.

The search alone, never a composed answer: it takes milliseconds. What is listed is the asker's own
(`is_personal`) and not cached, since tomorrow a measure may stand otherwise.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from telegram import (
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.passages import FoundPassage
from bot.telegram.markup import escape, italic, linked
from bot.telegram.services import Services
from bot.titles import shortened_title
from bot.words import Words
from corpus import Kind, Status
from corpus.errors import LodestoneError
from retrieval.compose.draft import plain

log = logging.getLogger(__name__)

MOST_RESULTS = 20
"""Telegram takes 50; nobody scrolls that far."""

_LONGEST_TITLE, _LONGEST_GLIMPSE = 64, 100
_MEASURES = frozenset({Kind.POLICY_BRIEF, Kind.OFFICIAL_TEXT})


class InlineHandlers:
    """Answers inline queries."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def query(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """List what the words find; without words, or where nothing is found, a way to the bot."""
        del context
        query, finder = update.inline_query, self._services.passages
        if query is None:
            return
        words = await self._services.gate.known.words(query.from_user)
        found: Sequence[FoundPassage] = ()
        if finder is not None:
            try:
                found = await asyncio.to_thread(finder.find, query.query, MOST_RESULTS)
            except LodestoneError as error:
                log.error("an inline query found nothing: %s", error)  # noqa: TRY400 - one line
        hint = words.inline.nothing if query.query.strip() else words.inline.how
        button = None if found else InlineQueryResultsButton(hint, start_parameter="inline")
        try:
            await query.answer(
                inline_results(found, words), is_personal=True, cache_time=0, button=button
            )
        except TelegramError as error:
            # Whoever typed on no longer waits for this.
            log.debug("an inline query was not answered: %s", error)


def inline_results(found: Sequence[FoundPassage], words: Words) -> list[InlineQueryResultArticle]:
    """Each passage as something to choose: what it is, and what is sent when it is chosen."""
    return [
        InlineQueryResultArticle(
            id=f"{number}",
            title=shortened_title(passage.title, _LONGEST_TITLE),
            description=_glimpse(passage, words),
            input_message_content=InputTextMessageContent(
                quote_message(passage, words),
                parse_mode=ParseMode.HTML,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            ),
        )
        for number, passage in enumerate(found)
    ]


def quote_message(passage: FoundPassage, words: Words) -> str:
    """The quote with its source, honestly named."""
    facts = [passage.issuer, words.answer.published.format(date=words.day(passage.published))]
    if passage.kind in _MEASURES or passage.status is not Status.IN_FORCE:
        facts.append(words.states[passage.state])
    facts.append(words.kinds[passage.kind])
    return "\n".join(
        [
            f"<blockquote>{escape(plain(passage.quote))}</blockquote>",
            f"<b>{linked(passage.title, passage.url)}</b>",
            escape(words.answer.separator.join(facts)),
            italic(words.answer.footer),
        ]
    )


def _glimpse(passage: FoundPassage, words: Words) -> str:
    facts = words.inline.entry.format(
        state=words.states[passage.state], date=words.short_day(passage.published)
    )
    quote = plain(passage.quote)
    shown = quote if len(quote) <= _LONGEST_GLIMPSE else f"{quote[:_LONGEST_GLIMPSE].rstrip()}…"
    return f"{facts}\n{shown}"
