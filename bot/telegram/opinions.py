"""What people think of an answer: two buttons, then why, then perhaps a word of their own."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import NamedTuple, get_args

from telegram import Update
from telegram.ext import ContextTypes

from bot.database.batching import is_trouble
from bot.telegram.incoming import Incoming
from bot.telegram.journals import OpinionLike
from bot.telegram.markup import escape, italic
from bot.telegram.presses import Press
from bot.telegram.queues import Place
from bot.telegram.replies import choices
from bot.telegram.services import Services
from bot.telegram.typed import Typed, TypedRouter
from bot.words import Words
from bot.words.conversation import Complaint
from corpus.errors import JournalError

WHY, OPINION = "why", "opinion"
COMMENT = "comment"
OWN_WORDS = "own"

LONGEST_COMMENT = 2000

_SHOWN_QUESTION = 80
_COMPLAINTS: tuple[Complaint, ...] = get_args(Complaint)


class OpinionHandlers:
    """Keeps opinions in the journal."""

    def __init__(self, services: Services, typed: TypedRouter) -> None:
        self._services = services
        self._typed = typed

    async def useful(self, press: Press) -> None:
        """👍 below an answer."""
        if await self._keep(press.payload["turn"], press.user_id, useful=True):
            await press.toast(press.words.opinion.thanks)
        else:
            await press.toast(press.words.opinion.gone)

    async def not_useful(self, press: Press) -> None:
        """👎 below an answer: kept at once; then, in private, why.

        What somebody in a group minds is not shown to the others: who has talked to the bot in
        private is asked there, anybody else is told how.
        """
        turn, words, place = press.payload["turn"], press.words.opinion, press.place
        if not await self._keep(turn, press.user_id, useful=False):
            await press.toast(words.gone)
        elif place is not None and place.chat_id > 0:
            await press.toast(words.thanks)
            await self._ask_why(place, turn, press.user_id, press.words)
        elif await self._talks_in_private(press.user_id):
            await press.toast(words.asked_in_private)
            question = await self._question_of(turn)
            await self._ask_why(Place(press.user_id), turn, press.user_id, press.words, question)
        else:
            await press.toast(words.noted_in_group.format(bot=press.bot.username), alert=True)

    async def why(self, press: Press) -> None:
        """One of the complaints, or a wish to write one."""
        turn, words, place = press.payload["turn"], press.words.opinion, press.place
        if place is None:
            return
        if press.choice == OWN_WORDS:
            await self._typed.expect(
                COMMENT, chat_id=place.chat_id, user_id=press.user_id, data={"turn": turn}
            )
            await self._say(press, words.write)
            return
        complaint = next((name for name in _COMPLAINTS if name == press.choice), None)
        if complaint is None:
            await press.toast(press.words.access.old_button)
        elif await self._keep(turn, press.user_id, useful=False, reason=complaint):
            await self._say(press, words.noted.format(what=words.complaints[complaint]))
        else:
            await press.toast(words.gone)

    async def commented(self, said: Typed) -> bool:
        """The complaint in words of their own."""
        user_id = said.incoming.user_id
        if user_id is None:
            return False
        words = (await self._services.words_of(said.incoming)).opinion
        kept = await self._keep(
            said.data["turn"], user_id, useful=False, comment=said.text[:LONGEST_COMMENT]
        )
        line = words.noted.format(what=words.own_words) if kept else words.gone
        await self._services.courier.send(said.incoming.place, [escape(line)], user_id=user_id)
        return True

    async def command(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`/feedback [TEXT]`: two buttons about the last answer; the text is kept with them.

        Where a thumb down in a group still lacks its reason, that is asked for instead.
        """
        del context
        incoming = Incoming.of(update)
        if incoming is None or incoming.user_id is None:
            return
        services, user_id = self._services, incoming.user_id
        words = await self._services.words_of(incoming)
        last = await asyncio.to_thread(self._last_said, user_id)
        if last is None:
            await services.courier.send(incoming.place, [escape(words.opinion.nothing_yet)])
            return
        turn_id, question = last.turn, last.question
        if last.lacks_reason and not incoming.argument:
            await self._ask_why(incoming.place, turn_id, user_id, words, question)
            return
        payload = {"turn": turn_id}
        if incoming.argument:
            comment = incoming.argument[:LONGEST_COMMENT]
            await self._typed.expect(
                OPINION,
                chat_id=incoming.place.chat_id,
                user_id=user_id,
                data={"turn": turn_id, "comment": comment},
            )
        keyboard = await services.state.buttons.make(
            OPINION, chat_id=incoming.place.chat_id, owner_id=user_id, payload=payload
        )
        named = [("yes", words.buttons.useful), ("no", words.buttons.not_useful)]
        await services.courier.send(
            incoming.place,
            [escape(words.opinion.which.format(question=_shown(question)))],
            buttons=choices(keyboard, named, across=2),
            user_id=user_id,
        )

    async def opinion(self, press: Press) -> None:
        """👍 or 👎 below `/feedback`, with the text that was written there, if any."""
        place, turn = press.place, press.payload["turn"]
        if place is None:
            return
        waiting = await self._services.state.dialogues.get(
            "typed", chat_id=place.chat_id, user_id=press.user_id
        )
        comment = None
        if waiting and waiting.step == OPINION and waiting.data.get("turn") == turn:
            comment = waiting.data.get("comment")
            await self._services.state.dialogues.end(waiting)
        useful = press.choice == "yes"
        if not await self._keep(turn, press.user_id, useful=useful, comment=comment):
            await press.toast(press.words.opinion.gone)
        elif useful or comment:
            await self._say(press, press.words.opinion.thanks)
        else:
            await self._ask_why(place, turn, press.user_id, press.words, edits=press.message_id)

    async def _ask_why(
        self,
        place: Place,
        turn: str,
        user_id: int,
        words: Words,
        question: str | None = None,
        *,
        edits: int | None = None,
    ) -> None:
        """Ask; `question` says which answer is meant, where it does not stand just above."""
        keyboard = await self._services.state.buttons.make(
            WHY, chat_id=place.chat_id, owner_id=user_id, payload={"turn": turn}
        )
        named: list[tuple[str, str]] = [
            (name, words.opinion.complaints[name]) for name in _COMPLAINTS
        ]
        named.append((OWN_WORDS, words.opinion.own_words))
        line = words.opinion.why
        if question is not None:
            line = words.opinion.why_of.format(question=_shown(question))
        await self._services.courier.send(
            place,
            [escape(line)],
            buttons=choices(keyboard, named),
            edits=edits,
            user_id=user_id,
        )

    async def _say(self, press: Press, line: str) -> None:
        if press.place is not None:
            await self._services.courier.send(
                press.place, [italic(line)], edits=press.message_id, user_id=press.user_id
            )

    async def _keep(
        self,
        turn: str,
        user_id: int,
        *,
        useful: bool,
        reason: str | None = None,
        comment: str | None = None,
    ) -> bool:
        journal = self._services.journal
        if journal is None:
            return False

        def keep() -> bool:
            # Of an answer that was erased nothing more is kept.
            if journal.turn(turn).answer is None:
                return False
            journal.feedback(turn, user_id=user_id, useful=useful, reason=reason, comment=comment)
            return True

        try:
            return await asyncio.to_thread(keep)
        except JournalError as error:
            if is_trouble(error):
                raise
            return False  # gone, or erased

    async def _talks_in_private(self, user_id: int) -> bool:
        """Whether they have begun a private chat: Telegram lets no bot begin one."""
        return (await self._services.gate.known.person(user_id)).notice_shown_at is not None

    async def _question_of(self, turn: str) -> str | None:
        journal = self._services.journal
        return (await asyncio.to_thread(journal.turn, turn)).question.text if journal else None

    def _last_said(self, user_id: int) -> _Last | None:
        """What an opinion without a button is about. Blocks."""
        journal = self._services.journal
        if journal is None:
            return None
        turns = journal.turns_of(user_id, 1)
        own = turns[0] if turns and turns[0].answer else None
        opinions = journal.feedback_of(user_id)
        if opinions and _lacks_reason(opinions[0]) and not (own and own.asked_at > opinions[0].at):
            with suppress(JournalError):  # gone, or erased
                rated = journal.turn(opinions[0].turn_id)
                return _Last(rated.id, rated.question.text, lacks_reason=True)
        return _Last(own.id, own.question.text) if own else None


class _Last(NamedTuple):
    turn: str
    question: str
    lacks_reason: bool = False


def _lacks_reason(opinion: OpinionLike) -> bool:
    return not (opinion.useful or opinion.reason or opinion.comment)


def _shown(question: str) -> str:
    return question if len(question) <= _SHOWN_QUESTION else f"{question[:_SHOWN_QUESTION]}…"
