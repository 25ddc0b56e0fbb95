"""Groups: where the bot may be, and how it behaves there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.database.batching import Batcher
from bot.state.schema import GroupRow, MemoryRow
from bot.state.upsert import upsert


class Group(BaseModel):
    """A group as the bot knows it.

    Attributes:
        allowed: an administrator's decision; null: there was none.
        settings: what the group's administrators chose, by name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    chat_id: int
    allowed: bool | None = None
    settings: dict[str, Any] = Field(default_factory=dict)


class Groups:
    """All groups."""

    def __init__(self, batcher: Batcher, clock: Callable[[], datetime]) -> None:
        self._batcher = batcher
        self._clock = clock

    async def get(self, chat_id: int) -> Group:
        """A group, as it would be if nothing were known of it."""
        return (await self._batcher.read(lambda session: self.get_all(session, [chat_id])))[chat_id]

    @staticmethod
    def get_all(session: Session, chat_ids: Iterable[int]) -> dict[int, Group]:
        """Many at once, within a transaction."""
        wanted = set(chat_ids)
        if not wanted:
            return {}
        rows = session.scalars(select(GroupRow).where(GroupRow.chat_id.in_(wanted)))
        found = {
            row.chat_id: Group(
                chat_id=row.chat_id, allowed=row.allowed, settings=json.loads(row.settings)
            )
            for row in rows
        }
        return {chat_id: Group(chat_id=chat_id) for chat_id in wanted} | found

    async def allow(self, chat_id: int, allowed: bool) -> None:
        """Decide whether the bot may be in a group."""
        now = self._clock()

        def operation(session: Session) -> None:
            values = {"chat_id": chat_id, "settings": "{}", "allowed": allowed, "changed_at": now}
            upsert(session, GroupRow, values, {"allowed": allowed, "changed_at": now})

        await self._batcher.write(operation)

    async def set(self, chat_id: int, **settings: Any) -> Group:  # noqa: ANN401
        """Change some of a group's settings; what is set to None is as if never set."""
        now = self._clock()

        def operation(session: Session) -> Group:
            row = session.get(GroupRow, chat_id)
            if row is None:
                row = GroupRow(chat_id=chat_id, allowed=None, settings="{}", changed_at=now)
                session.add(row)
            merged = json.loads(row.settings) | settings
            merged = {name: value for name, value in merged.items() if value is not None}
            row.settings, row.changed_at = json.dumps(merged), now
            return Group(chat_id=chat_id, allowed=row.allowed, settings=merged)

        return await self._batcher.write(operation)

    async def migrate(self, old: int, new: int) -> None:
        """A group became a supergroup: what was known of it holds for that."""

        def operation(session: Session) -> None:
            row = session.get(GroupRow, old)
            if row is not None and session.get(GroupRow, new) is None:
                row.chat_id = new
            for memory in session.scalars(select(MemoryRow).where(MemoryRow.chat_id == old)):
                if session.get(MemoryRow, (new, memory.thread_id, memory.user_id)) is None:
                    memory.chat_id = new

        await self._batcher.write(operation)

    async def count(self) -> int:
        """How many groups are allowed."""

        def operation(session: Session) -> int:
            allowed = select(func.count()).where(GroupRow.allowed.is_(True))
            return session.scalar(allowed) or 0

        return await self._batcher.read(operation)
