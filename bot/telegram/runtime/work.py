"""The update being worked on: what its handler wants written and sent when it is done.

A handler runs inside the work of one update. What it sends through the courier, and what it has
written "together", is kept here and committed in the one transaction that marks the update done:
either all of it happened or none, and after a crash the update is simply worked on again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from bot.database.batching import Batcher, Operation
from bot.telegram.queues import Letter, Task

_CURRENT: ContextVar[Work | None] = ContextVar("lodestone_work", default=None)


class Work:
    """One update in work.

    Attributes:
        task: the update and its row.
        letters: what is to be sent when it is done.
        writes: what is to be written when it is done.
        cancelled: whether the person no longer wants it.
    """

    def __init__(
        self, task: Task, keep_notes: Callable[[Task, dict[str, Any]], Awaitable[None]]
    ) -> None:
        self.task = task
        self.letters: list[Letter] = []
        self.writes: list[Operation[Any]] = []
        self.cancelled = False
        self.postponed: str | None = None
        self._keep_notes = keep_notes

    @property
    def notes(self) -> dict[str, Any]:
        """What an earlier try noted, the crash of which left it unfinished."""
        return dict(self.task.notes)

    async def note(self, **notes: Any) -> None:  # noqa: ANN401
        """Note something at once, to be found in `notes` if this try does not come to its end.

        For one, the id of the message in which an answer forms, so that the next try edits it.
        """
        self.task.notes.update(notes)
        await self._keep_notes(self.task, self.task.notes)

    def abandon(self) -> None:
        """Say and write nothing of what the handler meant to: it failed on the way."""
        self.letters.clear()
        self.writes.clear()

    def postpone(self, reason: str) -> None:
        """Have the update worked on again later: what it needs is out of reach for now."""
        self.postponed = reason


def current_work() -> Work | None:
    """The work that the calling handler belongs to; None outside of handlers."""
    return _CURRENT.get()


def set_current_work(work: Work | None) -> None:
    """Say which work the current task of the event loop is doing."""
    _CURRENT.set(work)


def together_with_work(batcher: Batcher) -> Callable[[Operation[Any]], Awaitable[None]]:
    """Writes with the end of the update being worked on; at once, where there is none."""

    async def together(operation: Operation[Any]) -> None:
        work = current_work()
        if work is None:
            await batcher.write(operation)
        else:
            work.writes.append(operation)

    return together
