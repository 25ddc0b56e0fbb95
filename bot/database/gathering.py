"""Many of the same write as one: what is asked for meanwhile is done with the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from bot.database.batching import Batcher

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Item = TypeVar("Item")
Result = TypeVar("Result")


class Gatherer(Generic[Item, Result]):
    """Does to many items at once what would cost as much for each alone.

    Args:
        batcher: the database.
        operation: what is done to items; returns their results, or an exception for one, in order.
        durable: see `Database.writing`.
    """

    def __init__(
        self,
        batcher: Batcher,
        operation: Callable[[Session, Sequence[Item]], Sequence[Result | Exception]],
        *,
        durable: bool,
    ) -> None:
        self._batcher = batcher
        self._operation = operation
        self._durable = durable
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._run: asyncio.Task[None] | None = None

    async def add(self, item: Item) -> Result:
        """Have it done; the item's result once it is written."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._waiting.append((item, future))
        if self._run is None or self._run.done():
            self._run = loop.create_task(self._do_all())
        return await asyncio.shield(future)

    async def _do_all(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting, []
            for outcome, (_, future) in zip(
                await self._outcomes([item for item, _ in taken]), taken, strict=True
            ):
                if future.done():
                    continue
                if isinstance(outcome, Exception):
                    future.set_exception(outcome)
                    future.exception()  # who no longer waits need not be told
                else:
                    future.set_result(outcome)

    async def _outcomes(self, items: list[Item]) -> Sequence[Any]:
        """What came of items, each by itself where it cannot be done with all."""
        try:
            return await self._write(items)
        except Exception as error:
            if len(items) == 1:
                return [error]
        return [outcome for item in items for outcome in await self._outcomes([item])]

    async def _write(self, items: list[Item]) -> Sequence[Any]:
        return await self._batcher.write(
            lambda session: self._operation(session, items), durable=self._durable
        )
