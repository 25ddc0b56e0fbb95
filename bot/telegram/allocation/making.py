"""A result made and kept in the journal, once however often its update is worked on."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from bot.allocation import Allocation, Allocator, Profile
from bot.allocation.recording import ALLOCATION, keep_result
from bot.telegram.allocation.kept import ResultJournal, find_document, made_again
from bot.telegram.runtime.work import current_work
from bot.telegram.services import CHANNEL, Services

_NOTE = "result"


class Made(NamedTuple):
    """A result, and whether the journal keeps it, so that it can be made again by its id."""

    result: Allocation
    is_kept: bool


async def make_result(
    services: Services,
    allocator: Allocator,
    profile: Profile,
    user_id: int,
    kind: str = ALLOCATION,
) -> Made:
    """The mix for a profile today, kept under its own id.

    A try that was cut off after the result was kept has noted its id; the next tells that one.

    Raises:
        JournalError: it could not be kept.
    """
    journal, work = services.results, current_work()
    noted = work.notes.get(_NOTE) if work else None
    if journal is not None and noted is not None:
        kept = await asyncio.to_thread(_kept_before, journal, str(noted), allocator)
        if kept is not None:
            return Made(kept, is_kept=True)
    result = await asyncio.to_thread(allocator.allocate, profile, services.today())
    if journal is None:
        return Made(result, is_kept=False)
    if work is not None:
        await work.note(**{_NOTE: result.id})
    await asyncio.to_thread(
        keep_result, journal, result, channel=CHANNEL, kind=kind, user_id=user_id
    )
    return Made(result, is_kept=True)


def _kept_before(journal: ResultJournal, result_id: str, allocator: Allocator) -> Allocation | None:
    document = find_document(journal, result_id)
    return made_again(document, allocator) if document is not None else None
