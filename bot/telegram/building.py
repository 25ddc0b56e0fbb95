"""Puts the parts of a bot together: tables, memory, gate, courier, runtime."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from bot.allocation import Switch
from bot.database import Database
from bot.database.batching import Batcher
from bot.journal.vault import Vault
from bot.meetings.store import Meetings
from bot.passages import PassageFinder
from bot.state import State
from bot.telegram.allocation.allocators import Allocators
from bot.telegram.delivery import Courier
from bot.telegram.gate import AccessRules, Gate
from bot.telegram.reviewing import ReviewPages
from bot.telegram.runtime import Runtime
from bot.telegram.runtime.runtime import utc_now
from bot.telegram.runtime.work import together_with_work
from bot.telegram.services import Answerer, Live, Services
from corpus import Library


def build_services(
    answerer: Answerer,
    library: Library,
    database: Database,
    *,
    rules: AccessRules,
    locks: Path | None = None,
    passages: PassageFinder | None = None,
    live: Live = "edit",
    switch: Switch | None = None,
    review: ReviewPages | None = None,
    clock: Callable[[], datetime] = utc_now,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Services:
    """The services of one process.

    Args:
        answerer: from question to answer.
        library: the documents.
        database: where inbox, outbox and memory are kept.
        rules: who may ask, and how often.
        locks: a folder for signs of life, shared by the processes of this machine.
        passages: finds passages, for inline queries.
        live: how an answer that takes long is shown as it forms.
        switch: whether allocations are offered, and where not; None: everywhere.
        review: the reviewers' pages; None: nothing leads there.
        clock: the time now, aware.
        sleep: waits a number of seconds.
    """
    batcher = Batcher(database, sleep=sleep)
    state = State(batcher, clock=clock, together=together_with_work(batcher))
    runtime = Runtime(batcher, state, locks=locks, clock=clock)
    courier = Courier(runtime.deliver)
    gate = Gate(rules, state, courier, clock=clock)
    return Services(
        answerer=answerer,
        library=library,
        state=state,
        runtime=runtime,
        gate=gate,
        courier=courier,
        clock=clock,
        meetings=Meetings(answerer.vault or Vault(database, clock=clock), clock=clock),
        allocators=Allocators(library, switch),
        passages=passages,
        live=live,
        review=review,
    )
