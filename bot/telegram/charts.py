"""`/timeline TOPIC` and `/article`: pictures, with the words that belong to them."""

from __future__ import annotations

import asyncio

from telegram import Update
from telegram.ext import ContextTypes

from bot.article import ArticleBoard, article_board
from bot.telegram.incoming import Incoming
from bot.telegram.markup import bold, escape, folded, italic
from bot.telegram.presses import Press
from bot.telegram.queues import Attachment, Button, Place
from bot.telegram.queues.letters import file_name
from bot.telegram.replies import choices
from bot.telegram.services import Services
from bot.telegram.split import split_html
from bot.timeline import Timeline, timeline_of
from bot.timeline.telling import heading, notes, topic_words
from bot.titles import shortened_title
from bot.words import Words
from corpus import Library, Standing

TOPIC = "topic"
MOST_TOPICS = 12
_LONGEST_ASKED = 200
_LONGEST_TITLE = 80


class ChartHandlers:
    """Draws off the event loop."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def timeline(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`/timeline TOPIC`; without a topic, or where nothing is found, topics to tap."""
        del context
        incoming = Incoming.of(update)
        if incoming is None:
            return
        words = await self._services.words_of(incoming)
        wanted = incoming.argument[:_LONGEST_ASKED]
        if not wanted or not await self._send_timeline(incoming.place, wanted, words):
            line = words.timeline.nothing.format(words=wanted) if wanted else words.timeline.usage
            await self._offer_topics(incoming.place, line, words)

    async def topic(self, press: Press) -> None:
        """One of those topics."""
        topics: list[str] = press.payload["topics"]
        number = int(press.choice) if press.choice and press.choice.isdecimal() else len(topics)
        if press.place and number < len(topics):
            await self._send_timeline(press.place, topics[number], press.words)

    async def article(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`/article`: how its claims stand today, as a picture and in words."""
        del context
        incoming = Incoming.of(update)
        if incoming is None:
            return
        services, words = self._services, await self._services.words_of(incoming)
        board = article_board(services.library, day=services.today())
        if not board.claims:
            await services.courier.send(incoming.place, [escape(words.article.nothing)])
            return
        from bot.article.figure import article_picture

        picture = await asyncio.to_thread(article_picture, board, words)
        await services.courier.send_file(
            incoming.place,
            Attachment(name="article.png", content=picture, picture=True),
            bold(words.article.heading),
        )
        rest = Place(incoming.place.chat_id, incoming.place.thread_id)
        await services.courier.send(rest, render_board(board, words))

    async def _send_timeline(self, place: Place, wanted: str, words: Words) -> bool:
        services = self._services
        timeline = await asyncio.to_thread(
            timeline_of, services.library, wanted, day=services.today()
        )
        if not timeline.rows:
            return False
        from bot.timeline.figure import timeline_picture

        picture = await asyncio.to_thread(timeline_picture, timeline, words)
        await services.courier.send_file(
            place,
            Attachment(name=file_name(timeline.asked, ".png"), content=picture, picture=True),
            timeline_caption(timeline, words),
        )
        return True

    async def _offer_topics(self, place: Place, line: str, words: Words) -> None:
        topics = topics_of(self._services.library)
        keyboard = await self._services.state.buttons.make(
            TOPIC, chat_id=None, owner_id=None, payload={"topics": list(topics)}
        )
        named = [(str(n), topic_words(topic, words)) for n, topic in enumerate(topics)]
        buttons: list[list[Button]] = choices(keyboard, named, across=2)
        await self._services.courier.send(place, [escape(line)], buttons=buttons)


def topics_of(library: Library) -> tuple[str, ...]:
    """The topics with the most measures."""
    from collections import Counter

    from bot.timeline.matching import is_measure

    counts = Counter(topic for d in library if is_measure(d) for topic in d.topics)
    return tuple(topic for topic, _ in counts.most_common(MOST_TOPICS))


def timeline_caption(timeline: Timeline, words: Words) -> str:
    """What the picture is of, and what must be known to read it; at most 1,024 units."""
    lines = [bold(heading(timeline, words)), *map(escape, notes(timeline, words))]
    return "\n".join([*lines, italic(words.answer.footer)])


def render_board(board: ArticleBoard, words: Words) -> list[str]:
    """The claims by standing: those that do not hold in full, those that do folded away."""
    frame = words.article
    blocks = [bold(frame.counts.format(count=len(board.claims)))]
    counts = "\n".join(
        escape(frame.count.format(standing=words.standings[standing], count=count))
        for standing, count in board.counts.items()
        if count
    )
    blocks[0] = f"{blocks[0]}\n{counts}"
    for claim in board.claims:
        if claim.standing is Standing.HOLDS:
            continue
        since = frame.since.format(date=words.day(claim.since)) if claim.since else ""
        told = " ".join(part for part in (words.standings[claim.standing], since) if part)
        titles = words.answer.separator.join(shortened_title(t, _LONGEST_TITLE)
                                             for t in claim.evidence)  # fmt: skip
        evidence = f"\n{italic(frame.evidence.format(titles=titles))}" if titles else ""
        blocks.append(
            f"<b>{escape(claim.claim)}</b>\n{escape(told)}: {escape(claim.summary)}{evidence}"
        )
    holding = [claim for claim in board.claims if claim.standing is Standing.HOLDS]
    if holding:
        listed = "\n".join(f"• {escape(claim.claim)}" for claim in holding)
        blocks.append(folded(f"{bold(frame.holding.format(count=len(holding)))}\n{listed}"))
    return split_html("\n\n".join(blocks))
