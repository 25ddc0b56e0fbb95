"""Do something soon, once for however many ask, and once more for those who asked meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Again:
    """Runs one thing in the background, never twice at a time.

    Args:
        do: the thing; what it raises is for it to handle.
    """

    def __init__(self, do: Callable[[], Awaitable[None]]) -> None:
        self._do = do
        self._asked = False
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def soon(self) -> asyncio.Task[None] | None:
        """Ask for it; the task that does it, None after `close`."""
        if self._closed:
            return None
        self._asked = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        return self._task

    async def now(self) -> None:
        """Ask for it and wait until it is done."""
        task = self.soon()
        if task is not None:
            await asyncio.shield(task)

    @property
    def busy(self) -> bool:
        """Whether it is being done."""
        return self._task is not None and not self._task.done()

    async def close(self) -> None:
        """Do it no more; wait for the end of what is being done."""
        self._closed = True
        self._asked = False
        if self._task is not None:
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        while self._asked:
            self._asked = False
            await self._do()
