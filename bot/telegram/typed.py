"""What the next message of a person will be taken for: a day, an opinion, a time zone.

A step of a conversation asks for it with `expect` and says what for; the next plain text in that
private chat goes to whoever answers for that purpose. `/cancel`, any other command, or a quarter of
an hour ends the waiting.

    typed.on("day", days.typed)                     # async def typed(said: Typed) -> bool
    await typed.expect("day", chat_id=..., user_id=..., data={"turn": turn_id})

A purpose that cannot use the text returns False, and the text is then an ordinary question.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from telegram import Bot

from bot.state import Dialogue, State
from bot.telegram.incoming import Incoming
from bot.telegram.runtime.work import current_work

KIND = "typed"
PATIENCE = timedelta(minutes=15)
_NOTE = "typed"


@dataclass(frozen=True, slots=True)
class Typed:
    """A text that was waited for, and what was kept for it."""

    bot: Bot
    incoming: Incoming
    text: str
    data: dict[str, Any]


OnTyped = Callable[[Typed], Awaitable[bool]]


class TypedRouter:
    """Brings awaited texts to whoever asked for them.

    Args:
        state: where the waiting is kept.
        clock: the time now, aware.
    """

    def __init__(self, state: State, clock: Callable[[], datetime]) -> None:
        self._dialogues = state.dialogues
        self._clock = clock
        self._handlers: dict[str, OnTyped] = {}

    def on(self, purpose: str, handler: OnTyped) -> None:
        """Have a purpose's texts handled."""
        self._handlers[purpose] = handler

    async def expect(
        self,
        purpose: str,
        *,
        chat_id: int,
        user_id: int,
        data: dict[str, Any],
        patience: timedelta = PATIENCE,
    ) -> None:
        """Wait for someone's next text; whatever else was waited for is forgotten."""
        found = await self._dialogues.get(KIND, chat_id=chat_id, user_id=user_id)
        dialogue = found or Dialogue(chat_id=chat_id, user_id=user_id, kind=KIND, step=purpose)
        kept = {**data, "until": (self._clock() + patience).isoformat()}
        await self._dialogues.save(dialogue.model_copy(update={"step": purpose, "data": kept}))

    async def stop(self, *, chat_id: int, user_id: int) -> bool:
        """Wait for nothing any more; whether anything was waited for."""
        found = await self._dialogues.get(KIND, chat_id=chat_id, user_id=user_id)
        if found is None:
            return False
        await self._dialogues.end(found)
        return datetime.fromisoformat(found.data["until"]) > self._clock()

    async def take(self, bot: Bot, incoming: Incoming) -> bool:
        """Hand a plain text to whoever waits for it; False: nobody does."""
        if incoming.user_id is None:
            return False
        waiting = await self._waiting(incoming.place.chat_id, incoming.user_id)
        handler = self._handlers.get(waiting[0]) if waiting else None
        if waiting is None or handler is None:
            return False
        return await handler(Typed(bot, incoming, incoming.text, waiting[1]))

    async def _waiting(self, chat_id: int, user_id: int) -> tuple[str, dict[str, Any]] | None:
        """What the text is for, and what was kept for it; it is waited for no longer.

        A try that was cut off has noted it: what is waited for by then, if anything, is the
        next text, and not this one once more.
        """
        work = current_work()
        noted = work.notes.get(_NOTE) if work else None
        found = await self._dialogues.get(KIND, chat_id=chat_id, user_id=user_id)
        if noted is None:
            if found is None:
                return None
            noted = [found.step, found.data]
            in_time = datetime.fromisoformat(found.data["until"]) >= self._clock()
            if in_time and work is not None:
                await work.note(**{_NOTE: noted})
        else:
            in_time = True
        if found is not None and [found.step, found.data] == noted:
            await self._dialogues.end(found)
        return (noted[0], noted[1]) if in_time else None
