"""From a question to its answer: the one way for plain text, commands, buttons and edits."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from telegram import Bot

from bot.meetings import Meeting
from bot.state import MemoryKey
from bot.telegram.forming import forming
from bot.telegram.logs import in_one_line
from bot.telegram.markup import escape, italic
from bot.telegram.presence import typing
from bot.telegram.queues import Button, Place
from bot.telegram.render import is_shortened, render_answer
from bot.telegram.replies import ANSWER, answer_buttons
from bot.telegram.reviewing import review_row
from bot.telegram.runtime.work import current_work
from bot.telegram.services import Services
from bot.words import Words, words_for
from corpus.errors import QuestionError
from retrieval.answer import LONGEST_QUESTION, Answer, Question, Turn, parse_question


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it came.

    Attributes:
        text: what is asked.
        place: where the answer goes.
        key: whose memory it belongs to.
        user_id: who asked; None: an administrator who posts as the group.
        name: as they call themselves.
        language: what their Telegram is set to.
        message_id: the message it stands in, 0 where it came by a button.
        as_of: the day to speak for.
        history: earlier turns, where they are not those of the memory.
        note: what is said above the answer.
        edits: messages of ours that the answer replaces.
    """

    text: str
    place: Place
    key: MemoryKey
    user_id: int | None
    name: str = ""
    language: str | None = None
    message_id: int = 0
    as_of: date | None = None
    history: tuple[Turn, ...] | None = None
    note: str | None = None
    edits: tuple[int, ...] = ()

    @property
    def in_group(self) -> bool:
        """Whether others read along."""
        return self.place.chat_id < 0

    @property
    def message(self) -> str | None:
        """Names the message; a group that grew counts from 1 anew. None: it came by a button."""
        return f"{self.place.chat_id}:{self.message_id}" if self.message_id else None


class Answering:
    """Answers questions."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def answer(self, bot: Bot, asked: Asked) -> None:
        """Answer, keep, remember; a question that is none gets one line that says what to do."""
        services = self._services
        remembered, meeting = await services.state.batcher.read(
            lambda session: (
                services.state.memory.load(session, asked.key),
                services.meetings.load_running(session, asked.place.chat_id, asked.place.thread_id),
            )
        )
        history = asked.history
        if history is None:
            history = remembered.turns_before(asked.message)
        try:
            question = parse_question(
                {"question": asked.text, "as_of": asked.as_of, "history": history}
            )
        except QuestionError:
            await self._send(asked, [escape(_what_is_wrong(asked.text, words_for(asked.language)))])
            return
        words = words_for(asked.language)
        try:
            async with (
                typing(bot, asked.place),
                forming(
                    bot,
                    asked.place,
                    words,
                    services.live,
                    in_group=asked.in_group,
                    replaces=asked.edits[0] if asked.edits else None,
                ) as shown,
            ):
                answer = await services.answerer.answer(
                    question,
                    chat_id=asked.place.chat_id,
                    user_id=asked.user_id,
                    onlooker=shown.onlooker,
                )
        except Exception as error:
            if meeting:
                await self._minute(meeting, question, in_one_line(error), asked)
            raise
        if meeting:
            await self._minute(meeting, question, answer, asked)
        await services.state.memory.remember(
            asked.key,
            remembered,
            question.text,
            answer,
            user_id=asked.user_id,
            message=asked.message,
        )
        edits = asked.edits or ((shown.message_id,) if shown.message_id else ())
        await self._show(bot, asked, answer, edits)

    async def _show(
        self, bot: Bot, asked: Asked, answer: Answer, edits: Sequence[int | None]
    ) -> None:
        services, words = self._services, words_for(answer.language)
        detail = await self._detail(asked)
        parts = render_answer(answer, words, detail, notice=await self._notice(asked))
        if asked.note:
            note = italic(asked.note)
            parts = [f"{note}\n\n{parts[0]}", *parts[1:]] if _fits(note, parts[0]) else [
                note, *parts
            ]  # fmt: skip
        buttons: list[list[Button]] = []
        if await self._has_buttons(asked):
            keyboard = await services.state.buttons.make(
                ANSWER, chat_id=None, owner_id=None, payload={"turn": answer.id}
            )
            buttons = answer_buttons(
                keyboard,
                words,
                cited=bool(answer.citations),
                shortened=is_shortened(answer, detail),
            )
        if not asked.in_group:
            own = words_for(asked.language)
            buttons += await review_row(services, asked.user_id, answer.id, own)
        await self._send(asked, parts, buttons=buttons, edits=edits, ref=answer.id)
        leftover = [number for number in edits[len(parts) :] if number]
        if leftover:
            await bot.delete_messages(asked.place.chat_id, leftover)

    async def _send(
        self,
        asked: Asked,
        parts: Sequence[str],
        *,
        buttons: Sequence[Sequence[Button]] = (),
        edits: Sequence[int | None] = (),
        ref: str | None = None,
    ) -> None:
        courier = self._services.courier
        # Of an answer in several messages each replaces its own.
        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            await courier.send(
                asked.place if number == 0 else Place(asked.place.chat_id, asked.place.thread_id),
                [part],
                buttons=buttons if last else (),
                edits=edits[number] if number < len(edits) else None,
                answers=asked.message_id or None,
                ref=ref,
                user_id=asked.user_id,
            )

    async def _minute(
        self, meeting: Meeting, question: Question, outcome: Answer | str, asked: Asked
    ) -> None:
        write = await asyncio.to_thread(
            self._services.meetings.adding,
            meeting.id,
            question,
            outcome,
            asker_id=asked.user_id,
            asker=asked.name,
            asked_at=self._services.clock(),
            # An edited message is the same question again.
            key=asked.message,
        )
        work = current_work()
        # What the corpus could not be asked stays in the minutes though its update failed.
        if work is None or isinstance(outcome, str):
            await self._services.state.batcher.write(write)
        else:
            work.writes.append(write)

    async def _notice(self, asked: Asked) -> str | None:
        """Who has never been told what this is, is told with their first answer."""
        if asked.user_id is None or asked.in_group:
            return None
        services = self._services
        if (await services.gate.known.person(asked.user_id)).notice_shown_at is not None:
            return None
        await services.state.people.change(asked.user_id, notice_shown_at=services.clock())
        services.gate.known.forget(asked.user_id)
        return words_for(asked.language).talk.notice

    async def _detail(self, asked: Asked) -> str | None:
        if asked.user_id is None or asked.in_group:
            return None
        return (await self._services.gate.known.person(asked.user_id)).detail

    async def _has_buttons(self, asked: Asked) -> bool:
        if self._services.journal is None:
            return False
        if not asked.in_group:
            return True
        group = await self._services.gate.known.group(asked.place.chat_id)
        return bool(group.settings.get("buttons", True))


def _fits(note: str, part: str) -> bool:
    return len(note) + len(part) + 2 <= 4000


def _what_is_wrong(asked: str, words: Words) -> str:
    """Why the question was refused: its length, or no words in it."""
    chat = words.chat
    if len(asked) > LONGEST_QUESTION:
        return chat.too_long.format(length=f"{len(asked):,}", limit=f"{LONGEST_QUESTION:,}")
    return chat.no_words
