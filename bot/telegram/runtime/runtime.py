"""The machine: inbox, crew, outbox and postman of one process, started, kept going and stopped."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session
from telegram.ext import Application

from bot.database.batching import Batcher
from bot.telegram.queues import Inbox, Letter, Outbox, Received
from bot.telegram.queues.leases import LEASE
from bot.telegram.runtime.crew import Crew, Preparing
from bot.telegram.runtime.identity import Identity
from bot.telegram.runtime.postman import Postman
from bot.telegram.runtime.sending import Sender
from bot.telegram.runtime.work import current_work

if TYPE_CHECKING:
    from bot.state import State

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""How often it is looked for what other processes left, or what is due by now."""

PRUNE_SECONDS = 3600.0

SENDING_PATIENCE, SENDING_LOOKS = 5.0, 0.05
"""How long an answer that is about to be sent is waited for, and how often looked for."""

WORK_GRACE = 18.0
SEND_GRACE = 5.0
"""Seconds that what is in work has when the bot stops, and that what is being sent has then."""


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


class Runtime:
    """One process's share of the work of a bot.

    Args:
        batcher: the database.
        state: what is remembered, to be pruned from time to time.
        locks: a folder for signs of life, shared by the processes of this machine.
        clock: the time now, aware.
    """

    def __init__(
        self,
        batcher: Batcher,
        state: State,
        *,
        locks: Path | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.batcher = batcher
        self._state = state
        self._clock = clock
        self._identity = Identity(locks)
        self._keeping: list[asyncio.Task[None]] = []
        self._started = False

    def open(
        self,
        application: Application[Any, Any, Any, Any, Any, Any],
        preparing: Preparing | None = None,
    ) -> None:
        """Make the parts for an application that knows by now who the bot is.

        Args:
            application: handles updates.
            preparing: reads what its handlers will ask for.
        """
        bot, name = application.bot, self._identity.name
        self.inbox = Inbox(bot.id, name, self._clock)
        self.outbox = Outbox(bot.id, name, self._clock)
        self.postman = Postman(
            Sender(bot), self.batcher, self.outbox, self._state.groups.migrate, clock=self._clock
        )
        self.crew = Crew(
            bot,
            application.process_update,
            fail=application.process_error,
            preparing=preparing,
            batcher=self.batcher,
            inbox=self.inbox,
            outbox=self.outbox,
            send=self.postman.take,
        )

    async def start(self) -> None:
        """Begin: first with what was left unfinished."""
        self._identity.appear()
        self._started = True
        await self.take_over()
        self._identity.clear_up()
        await self.crew.claiming.now()
        await self.postman.claiming.now()
        self._keeping = [
            asyncio.create_task(self._every(LOOK_SECONDS, self._look)),
            asyncio.create_task(self._every(LEASE.total_seconds() / 3, self._renew)),
            asyncio.create_task(self._every(PRUNE_SECONDS, self._prune)),
        ]

    async def stop(self) -> None:
        """Finish what is in work, within bounds; the rest stays in the tables."""
        if not self._started:
            return
        # Leases are renewed until the end.
        await self.crew.stop(WORK_GRACE)
        await self.postman.stop(SEND_GRACE)
        for task in self._keeping:
            task.cancel()
        await asyncio.gather(*self._keeping, return_exceptions=True)
        self._identity.disappear()
        self._started = False

    async def put(self, updates: Sequence[Received]) -> None:
        """Keep updates; when this returns, they are safe."""
        if updates:
            kept = list(updates)
            await self.batcher.write(lambda session: self.inbox.put(session, kept), durable=True)
            self.crew.claiming.soon()

    async def deliver(self, letters: Sequence[Letter]) -> None:
        """Send letters: with the end of the update being worked on, or at once."""
        work = current_work()
        if work is None:
            await self.postman.post(list(letters))
        else:
            work.letters.extend(letters)

    async def cancel(self, chat_id: int, user_id: int, *, before: int) -> int:
        """Break off what a person asked in a chat before an update; how many questions it was."""

        def operation(session: Session) -> tuple[int, list[int]]:
            return self.inbox.cancel(session, chat_id, user_id, before=before)

        waiting, working = await self.batcher.write(operation)
        self.crew.cancel(working)
        return waiting + len(working)

    async def answers_to(self, chat_id: int, message_id: int) -> list[int] | None:
        """Our messages that answered one; those about to be sent are waited for.

        None: they are still not out, since Telegram cannot be reached or wants us to wait.
        """

        def operation(session: Session) -> tuple[list[int], bool]:
            where = (chat_id, message_id)
            return self.outbox.answers_to(session, *where), self.outbox.is_answering(
                session, *where
            )

        loop = asyncio.get_running_loop()
        until = loop.time() + SENDING_PATIENCE
        while True:
            found, more = await self.batcher.read(operation)
            if not more:
                return found
            if loop.time() > until:
                return None
            await asyncio.sleep(SENDING_LOOKS)

    async def figures(self) -> dict[str, dict[str, int]]:
        """How many updates and letters there are, by state."""
        return {
            "inbox": await self.batcher.read(self.inbox.figures),
            "outbox": await self.batcher.read(self.outbox.figures),
        }

    async def take_over(self) -> None:
        """Let go of what processes of this machine held that have ended."""

        def operation(session: Session) -> list[str]:
            return [*self.inbox.holders(session), *self.outbox.holders(session)]

        names = await self.batcher.read(operation)
        ended = self._identity.ended(set(names))
        if ended:

            def free(session: Session) -> int:
                letters = self.outbox.free_rows_of(session, ended)
                return self.inbox.free_rows_of(session, ended) + letters

            count = await self.batcher.write(free)
            log.info("%d pieces of work are taken over from a process that ended", count)

    async def _look(self) -> None:
        await self.crew.claiming.now()
        await self.postman.claiming.now()
        await self._state.quotas.write_down()

    async def _renew(self) -> None:
        def operation(session: Session) -> list[int]:
            self.outbox.renew(session)
            return self.inbox.renew(session)

        self.crew.cancel(await self.batcher.write(operation))
        await self.take_over()

    async def _prune(self) -> None:
        def operation(session: Session) -> None:
            self.inbox.prune(session)
            self.outbox.prune(session)
            self._state.prune(session)

        await self.batcher.write(operation)

    async def _every(self, seconds: float, do: Callable[[], Any]) -> None:
        while True:
            try:
                await do()
            except Exception as error:
                log.debug("%s: %s", do.__name__, error)
            with suppress(TimeoutError):
                await asyncio.sleep(seconds)
