"""Questions: plain text in a private chat, `/ask` anywhere."""

from __future__ import annotations

from telegram import Bot, Update
from telegram.ext import ContextTypes

from bot.telegram.incoming import Incoming
from bot.telegram.markup import escape
from bot.telegram.presence import typing
from bot.telegram.render import render_answer
from bot.telegram.services import Services
from bot.words import words_for
from corpus.errors import QuestionError
from retrieval.answer import LONGEST_QUESTION, parse_question


class AskHandlers:
    """From a message to its answer."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def plain_text(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Text without a command is a question."""
        incoming = Incoming.of(update)
        if incoming:
            await self._ask(context.bot, incoming, incoming.text)

    async def command(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`/ask QUESTION`; without a question, how to write one."""
        incoming = Incoming.of(update)
        if not incoming:
            return
        if incoming.argument:
            await self._ask(context.bot, incoming, incoming.argument)
        else:
            usage = escape(incoming.words.chat.ask_usage)
            await self._services.courier.send(incoming.place, [usage])

    async def _ask(self, bot: Bot, incoming: Incoming, asked: str) -> None:
        services = self._services
        remembered = await services.state.memory.of(incoming.key)
        try:
            question = parse_question({"question": asked, "history": remembered.turns})
        except QuestionError:
            parts = [escape(_what_is_wrong(asked, incoming))]
        else:
            async with typing(bot, incoming.place):
                answer = await services.answerer.answer(
                    question, chat_id=incoming.place.chat_id, user_id=incoming.user_id
                )
            await services.state.memory.remember(
                incoming.key, remembered, question.text, answer, user_id=incoming.user_id
            )
            parts = render_answer(answer, words_for(answer.language))
        await services.courier.send(
            incoming.place, parts, answers=incoming.message_id, user_id=incoming.user_id
        )


def _what_is_wrong(asked: str, incoming: Incoming) -> str:
    """Why the question was refused, in the asker's language: its length, or no words in it."""
    chat = incoming.words.chat
    if len(asked) > LONGEST_QUESTION:
        return chat.too_long.format(length=f"{len(asked):,}", limit=f"{LONGEST_QUESTION:,}")
    return chat.no_words
