"""One's own data: what is kept, all of it as a file, all of it gone."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from sqlalchemy.orm import Session
from telegram import Update
from telegram.ext import ContextTypes

from bot.state import MemoryKey, Person
from bot.telegram.incoming import Incoming
from bot.telegram.markup import escape
from bot.telegram.presses import Press
from bot.telegram.queues import Attachment
from bot.telegram.replies import choices
from bot.telegram.runtime.work import current_work
from bot.telegram.services import Services
from bot.telegram.split import split_html

log = logging.getLogger(__name__)

DELETE = "delete"


class PersonalHandlers:
    """In a private chat only; see `groups.py` for what a group is told instead."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def privacy(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`/privacy`: what is kept, for how long, and how to have it gone."""
        del context
        incoming = Incoming.of(update)
        if incoming:
            words = await self._services.words_of(incoming)
            parts = split_html(escape(words.privacy.text))
            await self._services.courier.send(incoming.place, parts)

    async def export(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`/export`: all that is kept of a person, as a JSON document."""
        del context
        incoming = Incoming.of(update)
        if incoming is None or incoming.user_id is None:
            return
        services, words = self._services, await self._services.words_of(incoming)
        person = await services.state.people.meet(incoming.user_id)
        memory = await services.state.memory.of(MemoryKey(incoming.user_id, None, incoming.user_id))
        kept = await asyncio.to_thread(collect, services, person)
        kept["remembered"] = [turn.model_dump(mode="json") for turn in memory.turns]
        content = json.dumps(kept, ensure_ascii=False, indent=2).encode()
        await services.courier.send_file(
            incoming.place,
            Attachment(name=f"lodestone-{services.today().isoformat()}.json", content=content),
            escape(words.privacy.exported.format(date=words.day(services.today()))),
            user_id=incoming.user_id,
        )

    async def delete(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`/delete`: asks once more."""
        del context
        incoming = Incoming.of(update)
        if incoming is None or incoming.user_id is None:
            return
        services, words = self._services, await self._services.words_of(incoming)
        keyboard = await services.state.buttons.make(
            DELETE, chat_id=incoming.place.chat_id, owner_id=incoming.user_id
        )
        named = [("yes", words.privacy.delete_yes), ("no", words.privacy.keep)]
        await services.courier.send(
            incoming.place,
            [escape(words.privacy.delete_ask)],
            buttons=choices(keyboard, named),
            user_id=incoming.user_id,
        )

    async def confirmed(self, press: Press) -> None:
        """The second tap."""
        if press.place is None:
            return
        words, courier = press.words.privacy, self._services.courier
        if press.choice != "yes":
            await courier.send(press.place, [escape(words.kept)], edits=press.message_id)
            return
        count = await self._erase(press.user_id)
        log.info("a person had all of their data deleted")
        line = words.deleted.format(count=count)
        await courier.send(press.place, [escape(line)], edits=press.message_id)

    async def _erase(self, user_id: int) -> int:
        """Everything; what fails half-way is done again by the next try.

        The key goes last of what is sealed: by it the minutes are found.
        """
        services, work = self._services, current_work()
        journal, runtime = services.journal, services.runtime
        await asyncio.to_thread(services.meetings.forget, user_id)
        count = await asyncio.to_thread(journal.erase, user_id) if journal else 0
        number = work.task.number if work else None

        def operation(session: Session) -> None:
            services.state.forget(session, user_id)
            runtime.inbox.forget(session, user_id, but=number)
            runtime.outbox.forget(session, user_id)

        await services.state.batcher.write(operation)
        services.gate.known.forget(user_id)
        return count


def collect(services: Services, person: Person) -> dict[str, Any]:
    """All that is kept of a person but what is remembered of the chat, as plain data. Blocks."""
    user_id, journal = person.user_id, services.journal
    own = services.meetings.of_owner(user_id, limit=None)
    minutes = [found for meeting in own if (found := services.meetings.minutes(meeting.id))]
    return {
        "person": person.model_dump(mode="json"),
        "turns": [
            {
                "id": turn.id,
                "asked_at": turn.asked_at.isoformat(),
                "question": turn.question.model_dump(mode="json"),
                "answer": turn.answer.model_dump(mode="json") if turn.answer else None,
            }
            for turn in (journal.turns_of(user_id) if journal else ())
        ],
        "feedback": [
            record.model_dump(mode="json")
            for record in (journal.feedback_of(user_id) if journal else ())
        ],
        "results": [
            record.model_dump(mode="json")
            for record in (journal.results_of(user_id) if journal else ())
        ],
        "meetings": [
            {
                **one.meeting.model_dump(mode="json"),
                # What others asked is theirs; they have it in their own export.
                "entries": [
                    entry.model_dump(mode="json")
                    for entry in one.entries
                    if entry.asker_id == user_id
                ],
            }
            for one in minutes
        ],
        "asked_in_meetings": [
            {
                "meeting": meeting.title,
                "number": entry.number,
                "asked_at": entry.asked_at.isoformat(),
                "question": entry.question,
            }
            for meeting, entry in services.meetings.entries_of(user_id)
        ],
    }
