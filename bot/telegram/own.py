"""One's own conversation: what was asked, forgetting it, stopping what is being worked on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from telegram import Update
from telegram.ext import ContextTypes

from bot.meetings.records import UTC_ZONE, zone_of
from bot.telegram.allocation.talk import KIND as ALLOCATE
from bot.telegram.incoming import Incoming
from bot.telegram.journals import TurnLike
from bot.telegram.markup import bold, escape
from bot.telegram.runtime.work import current_work
from bot.telegram.services import Services
from bot.telegram.split import split_html
from bot.telegram.typed import TypedRouter
from bot.words import Words

MOST_LISTED = 20
_SHOWN = 160


class OwnHandlers:
    """What concerns only the person who writes."""

    def __init__(self, services: Services, typed: TypedRouter) -> None:
        self._services = services
        self._typed = typed

    async def new(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`/new`: forget the conversation of this chat or topic."""
        del context
        incoming = Incoming.of(update)
        if incoming is None:
            return
        await self._services.state.memory.clear(incoming.key)
        await self._stop_waiting(incoming)
        words = await self._services.words_of(incoming)
        await self._services.courier.send(incoming.place, [escape(words.talk.forgotten)])

    async def cancel(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`/cancel`: stop what the person asked here before, and wait for nothing any more."""
        del context
        incoming, work = Incoming.of(update), current_work()
        if incoming is None or incoming.user_id is None:
            return
        before = work.task.update_id if work else update.update_id
        stopped = await self._services.runtime.cancel(
            incoming.place.chat_id, incoming.user_id, before=before
        )
        waited = await self._stop_waiting(incoming)
        if await self._stop_allocating(incoming):
            waited = True
        talk = (await self._services.words_of(incoming)).talk
        line = talk.cancelled if stopped or waited else talk.nothing_to_cancel
        await self._services.courier.send(incoming.place, [escape(line)])

    async def history(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`/history`: one's own newest questions, with the time in one's own zone."""
        del context
        incoming, journal = Incoming.of(update), self._services.journal
        if incoming is None or incoming.user_id is None:
            return
        words = await self._services.words_of(incoming)
        person = await self._services.person_of(incoming)
        turns: Sequence[TurnLike] = ()
        if journal is not None:
            turns = await asyncio.to_thread(journal.turns_of, incoming.user_id, MOST_LISTED + 1)
        zone = (person.time_zone if person else None) or UTC_ZONE
        parts = render_history(turns, words, zone=zone)
        await self._services.courier.send(incoming.place, parts, user_id=incoming.user_id)

    async def _stop_allocating(self, incoming: Incoming) -> bool:
        """Leave the questions of `/allocate`, and forget the answers."""
        if incoming.user_id is None:
            return False
        dialogues, chat_id = self._services.state.dialogues, incoming.place.chat_id
        found = await dialogues.get(ALLOCATE, chat_id=chat_id, user_id=incoming.user_id)
        if found is None:
            return False
        await dialogues.end(found)
        return True

    async def _stop_waiting(self, incoming: Incoming) -> bool:
        if incoming.user_id is None:
            return False
        return await self._typed.stop(chat_id=incoming.place.chat_id, user_id=incoming.user_id)


def render_history(turns: Sequence[TurnLike], words: Words, *, zone: str) -> list[str]:
    """The newest questions, newest first, each on a line with when it was asked."""
    talk = words.talk
    if not turns:
        return [escape(talk.history_none)]
    lines = [bold(talk.history_heading)]
    for turn in turns[:MOST_LISTED]:
        local = turn.asked_at.astimezone(zone_of(zone))
        when = words.minutes.moment.format(
            date=words.short_day(local.date()), time=f"{local:%H:%M}"
        )
        text = " ".join(turn.question.text.split())
        shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1].rstrip()}…"
        entry = talk.history_entry.format(when=when, question=shown)
        if day := turn.question.as_of:
            entry = talk.history_entry_as_of.format(
                when=when, question=shown, date=words.short_day(day)
            )
        lines.append(escape(entry))
    if len(turns) > MOST_LISTED:
        lines.append(escape(talk.history_more.format(count=MOST_LISTED)))
    return split_html("\n\n".join(lines))
