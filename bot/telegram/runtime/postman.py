"""Sends letters: those of one chat one after another, and what has to wait holds up its chat only.

What is out is written down after each message. A process that is killed in between sends that one
message again: twice is better than not at all.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.database.batching import Batcher
from bot.database.gathering import Gatherer
from bot.telegram.queues import Ended, Letter, Outbox, Parcel
from bot.telegram.runtime.again import Again
from bot.telegram.runtime.sending import GivenUp, Retry, Sender, Sent

log = logging.getLogger(__name__)

SENDING = 24
"""Letters being sent at a time."""

TOO_OLD = timedelta(hours=24)
"""An answer that could not be delivered for so long is given up."""

MOST_MENDS = 20
"""Tries without a pause between them; what is refused for ever another reason waits as well."""

Migrated = Callable[[int, int], Awaitable[None]]


class Postman:
    """Sends the letters of one bot.

    Args:
        sender: sends single messages.
        batcher, outbox: the table.
        migrated: told of a group that became a supergroup: old and new number.
        clock: the time now, aware.
        sending: letters at a time.
    """

    def __init__(
        self,
        sender: Sender,
        batcher: Batcher,
        outbox: Outbox,
        migrated: Migrated,
        *,
        clock: Callable[[], datetime],
        sending: int = SENDING,
    ) -> None:
        self._sender = sender
        self._batcher = batcher
        self._outbox = outbox
        self._migrated = migrated
        self._clock = clock
        self._most = sending
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._in_hand: list[Parcel] = []
        self.claiming = Again(self._claim)
        self._ending = Gatherer(batcher, self._finish_all, durable=False)
        self._stopping = False
        self._more = True
        self.sent = 0
        """Messages sent since the start."""

    @property
    def busy(self) -> int:
        """Letters being sent or in hand."""
        return len(self._tasks) + len(self._in_hand)

    def take(self, parcels: list[Parcel]) -> None:
        """Send letters that this process holds already."""
        self._in_hand.extend(parcels)
        self._go_on()

    async def post(self, letters: list[Letter]) -> None:
        """Keep letters and send them; for what does not answer an update."""
        kept = [(None, letter) for letter in letters]
        self.take(
            await self._batcher.write(lambda session: self._outbox.add(session, kept), durable=True)
        )

    async def idle(self) -> None:
        """Wait until nothing is being sent and nothing more can be begun."""
        while self._tasks or self.claiming.busy:
            if self.claiming.busy:
                await self.claiming.now()
            if self._tasks:
                await asyncio.wait(list(self._tasks.values()))

    async def next_due(self) -> datetime | None:
        """When the next letter that has to wait is due."""
        return await self._batcher.read(self._outbox.next_due)

    async def stop(self, grace_s: float) -> None:
        """What is being sent has so long; the rest stays in the outbox."""
        await self.claiming.close()
        deadline = asyncio.get_running_loop().time() + grace_s
        while self.busy and (left := deadline - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(
                list(self._tasks.values()), timeout=left, return_when=asyncio.FIRST_COMPLETED
            )
        self._stopping = True
        self._in_hand.clear()
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._batcher.write(self._outbox.let_go)

    async def _claim(self) -> None:
        room = self._most - self.busy
        if room > 0 and not self._stopping:
            self.take(
                await self._batcher.write(
                    lambda session: self._outbox.claim(session, room), durable=False
                )
            )

    def _go_on(self) -> None:
        while self._in_hand and len(self._tasks) < self._most and not self._stopping:
            parcel = self._in_hand.pop(0)
            task = asyncio.create_task(self._carry(parcel), name=f"letter {parcel.number}")
            self._tasks[parcel.number] = task

    async def _carry(self, parcel: Parcel) -> None:
        try:
            await self._send(parcel)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("letter %d: its end could not be written", parcel.number)
        finally:
            self._tasks.pop(parcel.number, None)
            self._go_on()
        if self._more:  # the chat's next letter may have waited for this one
            self.claiming.soon()

    async def _send(self, parcel: Parcel) -> None:
        letter, out, plain = parcel.letter, list(parcel.message_ids), False
        attempts = parcel.attempts
        while True:
            outcome = await self._sender.send(letter, len(out), attempts=attempts, plain=plain)
            match outcome:
                case Sent():
                    self.sent += 1
                    out.append(outcome.message_id)
                    attempts, plain = 0, False
                    if len(out) == len(letter.messages):
                        await self._finish(parcel, out)
                        return
                    await self._progress(parcel, letter, out)
                case Retry():
                    if outcome.moved:
                        await self._move(letter.place.chat_id, outcome.letter.place.chat_id)
                    letter, plain = outcome.letter, outcome.plain
                    attempts += 1
                    if self._is_too_old(parcel):
                        log.error("chat %s: message not sent in a day", letter.place.chat_id)
                        await self._finish(parcel, out, "too old")
                        return
                    if outcome.pause > 0 or attempts > MOST_MENDS:
                        await self._postpone(parcel, letter, out, outcome, attempts)
                        return
                case GivenUp():
                    level = logging.INFO if outcome.quiet else logging.ERROR
                    log.log(level, "chat %s: %s", letter.place.chat_id, outcome.reason)
                    await self._finish(parcel, out, outcome.reason)
                    return

    def _is_too_old(self, parcel: Parcel) -> bool:
        return self._clock() - parcel.created_at > TOO_OLD

    async def _finish(self, parcel: Parcel, out: list[int], failure: str | None = None) -> None:
        await self._ending.add(Ended(parcel.number, tuple(out), failure))

    def _finish_all(self, session: Session, ended: Sequence[Ended]) -> list[None]:
        self._outbox.finish_all(session, ended)
        self._more = self._outbox.more(session)
        return [None] * len(ended)

    async def _progress(self, parcel: Parcel, letter: Letter, out: list[int]) -> None:
        ids = tuple(out)
        await self._batcher.write(
            lambda session: self._outbox.progress(session, parcel.number, letter, ids)
        )

    async def _postpone(
        self, parcel: Parcel, letter: Letter, out: list[int], outcome: Retry, attempts: int
    ) -> None:
        pause, ids = timedelta(seconds=max(1.0, outcome.pause)), tuple(out)

        def operation(session: Session) -> None:
            self._outbox.progress(session, parcel.number, letter, ids)
            self._outbox.postpone(session, parcel.number, after=pause, attempts=attempts)

        await self._batcher.write(operation)

    async def _move(self, old: int, new: int) -> None:
        log.info("chat %s became %s", old, new)
        await self._batcher.write(lambda session: self._outbox.move(session, old, new))
        await self._migrated(old, new)
