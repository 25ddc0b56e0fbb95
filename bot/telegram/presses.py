"""Pressed buttons: the row behind each is looked up, and whoever may not press is told so.

    router = PressRouter(state, known)
    router.on("useful", feedback.useful)          # async def useful(press: Press) -> None

A keyboard is made with `state.buttons.make("useful", chat_id=..., owner_id=..., payload={...})` and
its buttons with `Button(text="Yes", data=keyboard.data("yes"))`.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from telegram import Bot, CallbackQuery, Message, Update
from telegram.error import BadRequest, TelegramError
from telegram.ext import ContextTypes

from bot.state import State, StoredKeyboard, read_press
from bot.telegram.gate.known import Known
from bot.telegram.queues import Place
from bot.words import Words

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Press:
    """A press that may be acted on.

    Attributes:
        query: as the library has it.
        keyboard: the row behind the button, with its `payload`.
        choice: which of the keyboard's buttons.
        words: in the presser's language.
    """

    bot: Bot
    query: CallbackQuery
    keyboard: StoredKeyboard
    choice: str | None
    words: Words
    answered: bool = field(default=False)

    @property
    def payload(self) -> dict[str, Any]:
        """What was kept with the keyboard."""
        return self.keyboard.payload

    @property
    def user_id(self) -> int:
        """Who pressed."""
        return self.query.from_user.id

    @property
    def message_id(self) -> int | None:
        """The message below which the button stands; None: it came of an inline query."""
        return self.query.message.message_id if self.query.message else None

    @property
    def place(self) -> Place | None:
        """Where the message stands; None: it came of an inline query."""
        message = self.query.message
        if message is None:
            return None
        if isinstance(message, Message) and message.is_topic_message:
            return Place(message.chat.id, thread_id=message.message_thread_id)
        return Place(message.chat.id)

    async def toast(self, text: str | None = None, *, alert: bool = False) -> None:
        """Answer the press: with a line that shows for a moment, or in a box, or with nothing."""
        if self.answered:
            return
        self.answered = True
        await show_toast(self.query, text, alert=alert)


OnPress = Callable[[Press], Awaitable[None]]


def by_choice(handlers: Mapping[str, OnPress]) -> OnPress:
    """Presses of one keyboard, each choice to a handler of its own; any other is an old button."""

    async def handle(press: Press) -> None:
        handler = handlers.get(press.choice or "")
        if handler is None:
            await press.toast(press.words.access.old_button)
        else:
            await handler(press)

    return handle


class PressRouter:
    """Brings presses to their handlers.

    Args:
        state: the rows behind the buttons.
        known: in which language to refuse.
    """

    def __init__(self, state: State, known: Known) -> None:
        self._state = state
        self._known = known
        self._handlers: dict[str, OnPress] = {}

    def on(self, action: str, handler: OnPress) -> None:
        """Have an action's presses handled. Presses are answered in any case, at the latest after.

        Args:
            action: as given to `state.buttons.make`.
            handler: acts on a press.
        """
        self._handlers[action] = handler

    async def handle(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """The application's handler of callback queries."""
        query = update.callback_query
        if query is None:
            return
        words = await self._known.words(query.from_user)
        pressed = read_press(query.data)
        handler = self._handlers.get(pressed.action) if pressed else None
        keyboard = await self._state.buttons.find(pressed) if pressed and handler else None
        if pressed is None or handler is None or keyboard is None or keyboard.expired:
            await show_toast(query, words.access.old_button)
            return
        chat_id = query.message.chat.id if query.message else None
        elsewhere = keyboard.chat_id is not None and keyboard.chat_id != chat_id
        if elsewhere or keyboard.owner_id not in {None, query.from_user.id}:
            await show_toast(query, words.access.not_your_button)
            return
        press = Press(context.bot, query, keyboard, pressed.choice, words)
        try:
            await handler(press)
        finally:
            await press.toast()


async def show_toast(query: CallbackQuery, text: str | None, *, alert: bool = False) -> None:
    """Answer a press; one that is too old to be answered is let be."""
    try:
        await query.answer(text[:200] if text else None, show_alert=alert)
    except BadRequest as error:
        log.debug("a press was not answered: %s", error)
    except TelegramError as error:
        log.info("a press was not answered: %s", error)
