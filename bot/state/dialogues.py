"""Conversations with steps, kept so that a restart does not throw anybody out of one."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.database.batching import Batcher
from bot.state.schema import DialogueRow

VALID = timedelta(days=7)
"""How long a conversation that nobody goes on with is kept."""


class Dialogue(BaseModel):
    """Where a conversation stands.

    `version` grows with every step; old buttons carry an old one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    chat_id: int
    thread_id: int = 0
    user_id: int
    kind: str
    step: str
    version: int = 0
    data: dict[str, Any] = Field(default_factory=dict)
    expires_at: AwareDatetime | None = None


class Dialogues:
    """All conversations with steps."""

    def __init__(self, batcher: Batcher, clock: Callable[[], datetime]) -> None:
        self._batcher = batcher
        self._clock = clock

    async def get(
        self, kind: str, *, chat_id: int, user_id: int, thread_id: int | None = None
    ) -> Dialogue | None:
        """Someone's conversation of a kind in a chat; None: there is none, or it is too old."""
        key = (chat_id, thread_id or 0, user_id, kind)
        return await self._batcher.read(lambda session: self.load(session, *key))

    def load(
        self, session: Session, chat_id: int, thread_id: int, user_id: int, kind: str
    ) -> Dialogue | None:
        """The same within a transaction."""
        row = session.get(DialogueRow, (chat_id, thread_id, user_id, kind))
        if row is None or row.expires_at < self._clock():
            return None
        return Dialogue(
            chat_id=row.chat_id,
            thread_id=row.thread_id,
            user_id=row.user_id,
            kind=row.kind,
            step=row.step,
            version=row.version,
            data=json.loads(row.data),
            expires_at=row.expires_at,
        )

    async def save(self, dialogue: Dialogue) -> Dialogue | None:
        """Keep a step.

        Args:
            dialogue: as read and then changed; a new one has version 0.

        Returns:
            The conversation with its new version; None: it has gone on meanwhile, so that this step
            came too late.
        """
        now = self._clock()
        key = (dialogue.chat_id, dialogue.thread_id, dialogue.user_id, dialogue.kind)
        saved = dialogue.model_copy(
            update={"version": dialogue.version + 1, "expires_at": now + VALID}
        )

        def operation(session: Session) -> Dialogue | None:
            row = session.get(DialogueRow, key, with_for_update=True)
            if row is not None and row.expires_at < now:
                session.delete(row)
                session.flush()
                row = None
            if (row.version if row else 0) != dialogue.version:
                return None
            if row is None:
                row = DialogueRow(
                    chat_id=key[0], thread_id=key[1], user_id=key[2], kind=key[3]
                )  # fmt: skip
                session.add(row)
            row.step, row.version, row.data = saved.step, saved.version, json.dumps(saved.data)
            row.changed_at, row.expires_at = now, now + VALID
            return saved

        return await self._batcher.write(operation)

    async def end(self, dialogue: Dialogue) -> None:
        """Forget a conversation."""

        def operation(session: Session) -> None:
            session.execute(
                delete(DialogueRow).where(
                    DialogueRow.chat_id == dialogue.chat_id,
                    DialogueRow.thread_id == dialogue.thread_id,
                    DialogueRow.user_id == dialogue.user_id,
                    DialogueRow.kind == dialogue.kind,
                )
            )

        await self._batcher.write(operation)

    def prune(self, session: Session) -> None:
        """Forget conversations that nobody goes on with."""
        session.execute(delete(DialogueRow).where(DialogueRow.expires_at < self._clock()))

    @staticmethod
    def forget(session: Session, user_id: int) -> None:
        """Remove a person's conversations."""
        session.execute(delete(DialogueRow).where(DialogueRow.user_id == user_id))
