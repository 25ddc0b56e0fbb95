"""Questions: plain text in private; `/ask`, a reply or a mention in a group; an edited question."""

from __future__ import annotations

import logging

from telegram import Bot, Message, MessageEntity, Update
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.telegram.addressing import is_addressed
from bot.telegram.answering import Answering, Asked
from bot.telegram.incoming import Incoming
from bot.telegram.markup import escape
from bot.telegram.services import Services
from bot.telegram.typed import TypedRouter
from retrieval.answer import LONGEST_QUESTION

log = logging.getLogger(__name__)

EYES = "👀"


class AskHandlers:
    """From a message to its answer."""

    def __init__(self, services: Services, answering: Answering, typed: TypedRouter) -> None:
        self._services = services
        self._answering = answering
        self._typed = typed

    async def plain_text(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Text without a command, in private: what was waited for, or a question."""
        incoming = Incoming.of(update)
        if incoming is None or await self._typed.take(context.bot, incoming):
            return
        await self._ask(context.bot, incoming, incoming.text)

    async def command(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`/ask QUESTION`; without a question, how to write one."""
        incoming = Incoming.of(update)
        if incoming is None:
            return
        if incoming.argument:
            await self._ask(context.bot, incoming, incoming.argument)
        else:
            words = await self._services.words_of(incoming)
            await self._services.courier.send(incoming.place, [escape(words.chat.ask_usage)])

    async def in_group(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A message in a group that is no command: a question if the bot is spoken to."""
        incoming, message = Incoming.of(update), update.effective_message
        if incoming is None or message is None or not is_addressed(message, context.bot):
            return
        asked = _without_mentions(message, context.bot)
        if asked and message.text:
            await self._ask(context.bot, incoming, asked)
        else:
            words = await self._services.words_of(incoming)
            line = words.talk.group_usage if message.text else words.chat.only_text
            await self._services.courier.send(incoming.place, [escape(line)])

    async def edited(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A question that was put differently: its answer takes the old one's place."""
        incoming, message = Incoming.of(update), update.edited_message
        if incoming is None or message is None:
            return
        old = await self._services.runtime.answers_to(incoming.place.chat_id, incoming.message_id)
        text = _question_of(message, incoming, context.bot)
        # What was no question before, or is none now, is let be. An answer that is not out yet
        # cannot be replaced: a second one follows it.
        if text and (old or old is None):
            await self._ask(context.bot, incoming, text, edits=tuple(old or ()))

    async def _ask(
        self, bot: Bot, incoming: Incoming, text: str, *, edits: tuple[int, ...] = ()
    ) -> None:
        note = None
        if incoming.forwarded:
            words = incoming.words.talk
            room = LONGEST_QUESTION - len(words.forwarded_question)
            note, text = words.forwarded, words.forwarded_question.format(text=text[:room])
        if incoming.in_group and not edits:
            await self._look(bot, incoming)
        await self._answering.answer(
            bot,
            Asked(
                text=text,
                place=incoming.place,
                key=incoming.key,
                user_id=incoming.user_id,
                name=incoming.name,
                language=(await self._services.words_of(incoming)).language,
                message_id=incoming.message_id,
                note=note,
                edits=edits,
            ),
        )

    async def _look(self, bot: Bot, incoming: Incoming) -> None:
        """Show in a group that the question was seen."""
        group = await self._services.gate.known.group(incoming.place.chat_id)
        if not group.settings.get("eyes", True):
            return
        try:
            await bot.set_message_reaction(incoming.place.chat_id, incoming.message_id, EYES)
        except TelegramError as error:
            log.debug("chat %s: no reaction: %s", incoming.place.chat_id, error)


def _question_of(message: Message, incoming: Incoming, bot: Bot) -> str:
    """The question that an edited message asks; empty where it asks none."""
    if incoming.text.startswith("/"):
        command = incoming.text.split(maxsplit=1)[0].partition("@")[0]
        return incoming.argument if command == "/ask" else ""
    if incoming.in_group:
        return _without_mentions(message, bot) if is_addressed(message, bot) else ""
    return incoming.text


def _without_mentions(message: Message, bot: Bot) -> str:
    """A message's text without the bot's name where it is mentioned."""
    text = message.text or message.caption or ""
    found = {
        **message.parse_entities([MessageEntity.MENTION, MessageEntity.TEXT_MENTION]),
        **message.parse_caption_entities([MessageEntity.MENTION, MessageEntity.TEXT_MENTION]),
    }
    name = f"@{bot.username}".casefold()
    for entity, written in found.items():
        if written.casefold() == name or (entity.user and entity.user.id == bot.id):
            text = text.replace(written, " ", 1)
    return " ".join(text.split(" ")).strip()
