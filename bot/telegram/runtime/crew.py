"""Works on updates: takes free ones from the inbox, has them handled, commits what came of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy.orm import Session
from telegram import Bot, Update

from bot.database.batching import Batcher
from bot.database.gathering import Gatherer
from bot.telegram.queues import Inbox, Letter, Outbox, Parcel, Task
from bot.telegram.queues.inbox import LostLeaseError
from bot.telegram.queues.updates import URGENT
from bot.telegram.runtime.again import Again
from bot.telegram.runtime.work import Work, set_current_work

log = logging.getLogger(__name__)

IN_WORK = 32
"""Updates worked on at a time; measured together with the number of connections, see there."""

URGENT_IN_WORK = 16
"""Urgent ones beside those: a press does not wait for answers that take long."""

MOST_ATTEMPTS = 10
"""Times an update is begun before it is given up: it may be what kills the process."""

RETRY_AFTER = timedelta(seconds=5)
"""Until an update is tried again whose handler could not reach the database."""

Handle = Callable[[Update], Awaitable[Any]]
Fail = Callable[[object, Exception], Awaitable[Any]]


class Preparing(Protocol):
    """Reads what handlers will ask for, for many updates at once."""

    def load(self, session: Session, tasks: Sequence[Task]) -> Any:  # noqa: ANN401 - its own affair
        """Read it, in the transaction that takes the updates."""

    def keep(self, loaded: Any) -> None:  # noqa: ANN401
        """Take over what was read."""


class GivenUpError(Exception):
    """An update was begun too often: it may be what ends the process each time."""


class Crew:
    """Works on the updates of one bot.

    Args:
        bot: to parse updates for.
        handle: has one update handled; does not raise.
        fail: told of an update that is given up.
        preparing: reads what handlers will ask for.
        batcher, inbox, outbox: the tables.
        send: takes letters that may go at once.
        in_work, urgent_in_work: how many updates at a time.
    """

    def __init__(
        self,
        bot: Bot,
        handle: Handle,
        *,
        fail: Fail,
        preparing: Preparing | None = None,
        batcher: Batcher,
        inbox: Inbox,
        outbox: Outbox,
        send: Callable[[list[Parcel]], None],
        in_work: int = IN_WORK,
        urgent_in_work: int = URGENT_IN_WORK,
    ) -> None:
        self._bot = bot
        self._handle = handle
        self._fail = fail
        self._preparing = preparing
        self._batcher = batcher
        self._inbox = inbox
        self._outbox = outbox
        self._send = send
        self._most = {True: urgent_in_work, False: in_work}
        self._tasks: dict[int, tuple[asyncio.Task[None], Work]] = {}
        self.claiming = Again(self._claim)
        self._ending = Gatherer(batcher, self._finish_all, durable=False)
        self._stopping = False
        self._more = True
        self.handled = 0
        """Updates done since the start."""

    @property
    def busy(self) -> int:
        """Updates in work."""
        return len(self._tasks)

    async def idle(self) -> None:
        """Wait until nothing is in work and nothing more can be begun."""
        while self._tasks or self.claiming.busy:
            if self.claiming.busy:
                await self.claiming.now()
            if self._tasks:
                await asyncio.wait([task for task, _ in self._tasks.values()])

    async def stop(self, grace_s: float) -> None:
        """Take no more; what is in work has so long, then it goes back to the inbox."""
        self._stopping = True
        await self.claiming.close()
        tasks = [task for task, _ in self._tasks.values()]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace_s)
            for task in late:
                task.cancel()
            if late:
                log.warning("%d messages are left for the next start", len(late))
                await asyncio.wait(late)

    def cancel(self, numbers: list[int]) -> int:
        """Break off the work on these rows, as far as it is this process's; how many it was."""
        found = [self._tasks[number] for number in numbers if number in self._tasks]
        for task, work in found:
            work.cancelled = True
            task.cancel()
        return len(found)

    async def _claim(self) -> None:
        room = {True: self._most[True], False: self._most[False]}
        for _, work in self._tasks.values():
            room[work.task.urgency == URGENT] -= 1
        if not any(count > 0 for count in room.values()):
            return

        def operation(session: Session) -> tuple[list[Task], Any]:
            tasks = self._inbox.claim(session, usual=room[False], urgent=room[True])
            prepared = self._preparing.load(session, tasks) if self._preparing and tasks else None
            return tasks, prepared

        self._more = True  # until the end of some update finds that there is none
        tasks, prepared = await self._batcher.write(operation, durable=False)
        if self._preparing and prepared is not None:
            self._preparing.keep(prepared)
        for task in tasks:
            work = Work(task, self._keep_notes)
            running = asyncio.create_task(self._work_on(work), name=f"update {task.update_id}")
            self._tasks[task.number] = (running, work)

    async def _work_on(self, work: Work) -> None:
        task = work.task
        set_current_work(work)
        try:
            await self._handle_one(work)
            await self._end(work)
        except asyncio.CancelledError:
            if work.cancelled:
                work.letters.clear()
                await self._end(work)
            else:
                await self._release(work, after=timedelta(), counted=False)
        except LostLeaseError:
            log.info("update %d was taken over by another process", task.update_id)
        except Exception:
            log.exception("update %d: its end could not be written", task.update_id)
            await self._release(work, after=RETRY_AFTER, counted=True)
        finally:
            self._tasks.pop(task.number, None)
            self.handled += 1
            if self._more:
                self.claiming.soon()

    async def _handle_one(self, work: Work) -> None:
        task = work.task
        try:
            update = Update.de_json(task.update(), self._bot)
        except Exception as error:
            log.warning("update %d cannot be read: %s", task.update_id, error)
            return
        if task.attempts > MOST_ATTEMPTS:
            await self._fail(update, GivenUpError(f"begun {MOST_ATTEMPTS} times without an end"))
        else:
            await self._handle(update)

    async def _end(self, work: Work) -> None:
        if work.postponed is not None:
            await self._release(work, after=RETRY_AFTER, counted=True)
            return
        self._send(await self._ending.add(work))

    def _finish_all(
        self, session: Session, works: Sequence[Work]
    ) -> list[list[Parcel] | Exception]:
        ours = self._inbox.finish_all(session, [work.task.number for work in works])
        letters = list[tuple[int | None, Letter]]()
        for work in works:
            if work.task.number in ours:
                for write in work.writes:
                    write(session)
                letters += [(work.task.update_id, letter) for letter in work.letters]
        parcels = self._outbox.add(session, letters)
        self._more = self._inbox.more(session)
        # Whoever is first hands all of them on.
        return [
            parcels if work is works[0] else []
            if work.task.number in ours else LostLeaseError()
            for work in works
        ]  # fmt: skip

    async def _release(self, work: Work, *, after: timedelta, counted: bool) -> None:
        number = work.task.number
        await self._batcher.write(
            lambda session: self._inbox.release(session, number, after=after, counted=counted)
        )

    async def _keep_notes(self, task: Task, notes: dict[str, Any]) -> None:
        kept = dict(notes)
        await self._batcher.write(lambda session: self._inbox.note(session, task.number, kept))
