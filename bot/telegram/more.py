"""What the buttons below an answer offer: its quotes, all of it, another day, related questions."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date

from bot.database.batching import is_trouble
from bot.state import MemoryKey
from bot.telegram.answering import Answering, Asked
from bot.telegram.days import days_of_change, read_day
from bot.telegram.journals import TurnLike
from bot.telegram.markup import bold, escape
from bot.telegram.presses import Press
from bot.telegram.queues import Place
from bot.telegram.related import related_questions
from bot.telegram.render import render_answer, render_sources
from bot.telegram.replies import choices, day_choices
from bot.telegram.services import Services
from bot.telegram.split import split_html
from bot.telegram.typed import Typed, TypedRouter
from bot.words import Words, words_for
from corpus.errors import JournalError
from retrieval.answer import Answer

DAY, RELATED = "day", "related"
TYPED_DAY = "day"
OTHER = "other"

_SHOWN_QUESTION = 120
_LONGEST_DAY = 24
"""Characters; what is longer and no day is a question of its own."""


class MoreHandlers:
    """Reads the turn behind the button in the journal, and goes on from there."""

    def __init__(self, services: Services, answering: Answering, typed: TypedRouter) -> None:
        self._services = services
        self._answering = answering
        self._typed = typed

    async def quotes(self, press: Press) -> None:
        """The sources in full, every quote unfolded."""
        answer = await self._answer(press)
        if answer and press.place:
            parts = render_sources(answer, words_for(answer.language))
            await self._services.courier.send(self._below(press), parts, user_id=press.user_id)

    async def whole(self, press: Press) -> None:
        """All of an answer that was told in brief."""
        answer = await self._answer(press)
        if answer and press.place:
            parts = render_answer(answer, words_for(answer.language))
            await self._services.courier.send(self._below(press), parts, user_id=press.user_id)

    async def date(self, press: Press) -> None:
        """A few days on which something changed, and a way to write another."""
        answer = await self._answer(press)
        if answer is None or press.place is None:
            return
        words = press.words
        keyboard = await self._services.state.buttons.make(
            DAY, chat_id=None, owner_id=press.user_id, payload=press.payload
        )
        named = day_choices(days_of_change(answer, self._services.library), words)
        buttons = choices(keyboard, named, across=2)
        if press.place.chat_id > 0:
            buttons += choices(keyboard, [(OTHER, words.days.other)])
        if not buttons:
            await press.toast(words.days.none_related)
            return
        await self._services.courier.send(
            self._below(press), [escape(words.days.ask)], buttons=buttons, user_id=press.user_id
        )

    async def day(self, press: Press) -> None:
        """One of those days: the question is asked again for it."""
        words, place = press.words, press.place
        if place is None:
            return
        if press.choice == OTHER:
            await self._typed.expect(
                TYPED_DAY, chat_id=place.chat_id, user_id=press.user_id, data=press.payload
            )
            await self._services.courier.send(
                place, [escape(words.days.type)], edits=press.message_id, user_id=press.user_id
            )
            return
        day, turn = read_day(press.choice or ""), await self._turn(press)
        if day and turn:
            asked = self._again(turn, place, press.user_id, press.query.from_user.full_name)
            edits = (press.message_id,) if press.message_id else ()
            note = _note(asked.text, day, words)
            again = replace(asked, as_of=day, note=note, language=words.language, edits=edits)
            await self._answering.answer(press.bot, again)

    async def typed_day(self, said: Typed) -> bool:
        """A day that was written."""
        incoming, user_id = said.incoming, said.incoming.user_id
        if user_id is None:
            return False
        words = await self._services.words_of(incoming)
        day = read_day(said.text)
        if day is None:
            if len(said.text) > _LONGEST_DAY:
                return False
            await self._typed.expect(
                TYPED_DAY, chat_id=incoming.place.chat_id, user_id=user_id, data=said.data
            )
            line = words.days.not_a_day.format(typed=said.text.strip())
            await self._services.courier.send(incoming.place, [escape(line)], user_id=user_id)
            return True
        turn = await self._find(said.data["turn"])
        if turn is None:
            await self._services.courier.send(incoming.place, [escape(words.opinion.gone)])
            return True
        asked = self._again(turn, incoming.place, user_id, incoming.name)
        note = _note(asked.text, day, words)
        await self._answering.answer(
            said.bot, replace(asked, as_of=day, note=note, language=words.language)
        )
        return True

    async def related(self, press: Press) -> None:
        """Questions that lie near; a tap asks."""
        answer = await self._answer(press)
        if answer is None or press.place is None:
            return
        words = words_for(answer.language)
        questions = related_questions(answer, self._services.library, words)
        if not questions:
            await press.toast(words.days.none_related)
            return
        keyboard = await self._services.state.buttons.make(
            RELATED, chat_id=None, owner_id=None, payload={"questions": list(questions)}
        )
        listed = [f"{number}. {escape(text)}" for number, text in enumerate(questions, start=1)]
        named = [(str(number), str(number)) for number in range(1, len(questions) + 1)]
        await self._services.courier.send(
            self._below(press),
            split_html("\n\n".join([bold(words.days.related), *listed])),
            buttons=choices(keyboard, named, across=4),
            user_id=press.user_id,
        )

    async def ask_related(self, press: Press) -> None:
        """One of those questions."""
        questions: list[str] = press.payload["questions"]
        number = int(press.choice) if press.choice and press.choice.isdecimal() else 0
        if press.place is None or not 1 <= number <= len(questions):
            return
        question = questions[number - 1]
        await self._answering.answer(
            press.bot,
            Asked(
                text=question,
                place=self._below(press),
                key=_key(press.place, press.user_id),
                user_id=press.user_id,
                name=press.query.from_user.full_name,
                language=press.words.language,
                history=(),
                note=question,
            ),
        )

    async def _answer(self, press: Press) -> Answer | None:
        turn = await self._turn(press)
        return turn.answer if turn else None

    async def _turn(self, press: Press) -> TurnLike | None:
        turn = await self._find(press.payload["turn"])
        if turn is None or turn.answer is None:
            await press.toast(press.words.opinion.gone)
            return None
        return turn

    async def _find(self, turn_id: str) -> TurnLike | None:
        journal = self._services.journal
        if journal is None:
            return None
        try:
            turn = await asyncio.to_thread(journal.turn, turn_id)
        except JournalError as error:
            if is_trouble(error):
                raise
            return None  # gone, or erased
        return turn if turn.answer else None

    @staticmethod
    def _below(press: Press) -> Place:
        """Below the message whose button was pressed; in a group as a reply to it."""
        place = press.place
        assert place is not None  # noqa: S101 - asked by the caller
        reply_to = press.message_id if place.chat_id < 0 else None
        return Place(place.chat_id, place.thread_id, reply_to)

    @staticmethod
    def _again(turn: TurnLike, place: Place, user_id: int, name: str) -> Asked:
        """The question of a turn, as it was asked then."""
        return Asked(
            text=turn.question.question,
            place=place,
            key=_key(place, user_id),
            user_id=user_id,
            name=name,
            history=turn.question.history,
        )


def _key(place: Place, user_id: int) -> MemoryKey:
    return MemoryKey(place.chat_id, place.thread_id, None if place.chat_id < 0 else user_id)


def _note(question: str, day: date, words: Words) -> str:
    """What is asked again, since its first answer may be far above."""
    shown = question if len(question) <= _SHOWN_QUESTION else f"{question[:_SHOWN_QUESTION]}…"
    return words.days.again.format(question=shown, date=words.day(day))
