# ruff: noqa: ANN401 - messages are made of whatever keys Telegram has
"""A crew over real tables, with a handler of the test's own and no Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from telegram import Bot, Update

from bot.database import Database
from bot.database.batching import Batcher
from bot.telegram.queues import Inbox, Outbox, Parcel, read_update
from bot.telegram.runtime.crew import Crew
from bot.telegram.runtime.runtime import utc_now

BOT_ID = 7
Handle = Callable[[Update], Awaitable[None]]


def text(number: int, chat: int, **content: Any) -> dict[str, Any]:
    """An update with a text message in a private chat."""
    sender = {"id": chat, "is_bot": False, "first_name": "Ada"}
    message = {
        "message_id": number + 1,
        "date": 1,
        "chat": {"id": chat, "type": "private"},
        "from": sender,
        "text": "hello",
        **content,
    }
    return {"update_id": number, "message": message}


class OneCrew:
    """One process's crew; `letters` are those it handed to be sent."""

    def __init__(self, database: Database, handle: Handle, name: str, **bounds: Any) -> None:
        self.batcher = Batcher(database)
        self.inbox = Inbox(BOT_ID, name, utc_now)
        self.outbox = Outbox(BOT_ID, name, utc_now)
        self.letters: list[Parcel] = []
        self.failed: list[Exception] = []
        self.crew = Crew(
            Bot("7:x"),
            handle,
            fail=self._fail,
            batcher=self.batcher,
            inbox=self.inbox,
            outbox=self.outbox,
            send=self.letters.extend,
            **bounds,
        )

    async def _fail(self, update: object, error: Exception) -> None:
        self.failed.append(error)

    async def put(self, updates: Sequence[dict[str, Any]]) -> int:
        """Keep updates; how many were new."""
        received = [found for found in map(read_update, updates) if found]
        return await self.batcher.write(lambda session: self.inbox.put(session, received))


@asynccontextmanager
async def crew_of(
    database: Database, handle: Handle, name: str = "one", **bounds: Any
) -> AsyncIterator[OneCrew]:
    """A crew, closed in the end."""
    one = OneCrew(database, handle, name, **bounds)
    try:
        yield one
    finally:
        await one.crew.stop(1)
        await one.batcher.close()


async def work_on(
    updates: Sequence[dict[str, Any]], database: Database, handle: Handle
) -> list[Parcel]:
    """Have updates handled by one crew; the letters that came of it."""
    async with crew_of(database, handle) as one:
        await one.put(updates)
        await one.crew.claiming.now()
        await one.crew.idle()
        return one.letters
