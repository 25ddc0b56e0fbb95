"""What was said last in a chat, so that a follow-up question is understood after a restart too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, TypeAdapter
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.database.batching import Batcher, Operation
from bot.state.schema import MemoryRow
from bot.state.upsert import upsert
from retrieval.answer import Answer, Turn

TURNS_REMEMBERED = 6
KEPT = timedelta(days=30)
"""How long a conversation that nobody goes on with is remembered."""

MOST_KEPT = 100_000
"""Conversations remembered; those that have been quiet longest are forgotten first."""


class MemoryKey(NamedTuple):
    """One person in one chat or topic; without a person, all who speak there."""

    chat_id: int
    thread_id: int | None
    user_id: int | None

    def columns(self) -> tuple[int, int, int]:
        """The key as the table has it."""
        return self.chat_id, self.thread_id or 0, self.user_id or 0


class KeptTurn(BaseModel):
    """A turn, and who asked: what is shared must be found again when they want it gone.

    `message` names the message that the question stands in, so that an edit finds it; None: it
    came by a button.
    """

    model_config = ConfigDict(frozen=True)

    user_id: int | None
    turn: Turn
    message: str | None = None


_TURNS = TypeAdapter(tuple[KeptTurn, ...])


class Remembered(BaseModel):
    """The last turns, oldest first, the last answer, and the last album that was replied to."""

    model_config = ConfigDict(frozen=True)

    kept: tuple[KeptTurn, ...] = ()
    last_answer: Answer | None = None
    last_album: str | None = None

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns as a question carries them."""
        return tuple(kept.turn for kept in self.kept)

    def turns_before(self, message: str | None) -> tuple[Turn, ...]:
        """What was said before a message; all of it, where the message is not remembered."""
        return tuple(kept.turn for kept in self.kept[: self._place_of(message)])

    def with_turn(self, turn: KeptTurn) -> Remembered:
        """The same and a turn: in its message's old place, else at the end."""
        place = self._place_of(turn.message)
        kept = (*self.kept[:place], turn, *self.kept[place + 1 :])
        return self.model_copy(update={"kept": kept[-TURNS_REMEMBERED:]})

    def _place_of(self, message: str | None) -> int:
        known = [kept.message for kept in self.kept]
        return known.index(message) if message in known and message else len(known)


class Memory:
    """All conversations.

    Args:
        batcher: the database.
        clock: the time now, aware.
        together: writes together with the end of the update being worked on.
    """

    def __init__(
        self,
        batcher: Batcher,
        clock: Callable[[], datetime],
        together: Callable[[Operation[Any]], Awaitable[None]],
    ) -> None:
        self.batcher = batcher
        self._clock = clock
        self._together = together

    async def of(self, key: MemoryKey) -> Remembered:
        """What is remembered; nothing, where nothing was said."""
        return await self.batcher.read(lambda session: self.load(session, key))

    @staticmethod
    def load(session: Session, key: MemoryKey) -> Remembered:
        """The same within a transaction."""
        row = session.get(MemoryRow, key.columns())
        if row is None:
            return Remembered()
        answer = row.last_answer
        return Remembered(
            kept=_TURNS.validate_json(row.turns),
            last_answer=Answer.model_validate_json(answer) if answer else None,
            last_album=row.last_album,
        )

    async def remember(
        self,
        key: MemoryKey,
        before: Remembered,
        asked: str,
        answer: Answer,
        *,
        user_id: int | None,
        message: str | None = None,
    ) -> None:
        """Add a turn; the oldest falls out. Written with the end of the update being worked on.

        A message that was edited is the same turn put differently: it keeps its place.

        Args:
            key: whose conversation.
            before: what `of` found in the course of this update. Those of a chat are worked on one
                after another, so it still holds.
            asked: the question.
            answer: its answer.
            user_id: who asked.
            message: names the message the question stands in; None: it stands in none.
        """
        # Passages and the report are for the journal; here they would only take up room.
        slim = answer.model_copy(update={"passages": (), "report": None}).model_dump_json()
        turn = Turn(question=asked, answer=answer.text)
        latest = KeptTurn(user_id=user_id, turn=turn, message=message)
        after = before.with_turn(latest).kept
        changes = {"turns": _TURNS.dump_json(after).decode()}
        if after[-1] is latest:
            changes["last_answer"] = slim

        def operation(session: Session) -> None:
            self._save(session, key, **changes)

        await self._together(operation)

    async def remember_album(self, key: MemoryKey, album: str | None) -> None:
        """Note the album that was replied to last."""
        await self._together(lambda session: self._save(session, key, last_album=album))

    async def clear(self, key: MemoryKey) -> None:
        """Forget a conversation."""

        def operation(session: Session) -> None:
            row = session.get(MemoryRow, key.columns())
            if row is not None:
                session.delete(row)

        await self.batcher.write(operation)

    def prune(self, session: Session, most: int = MOST_KEPT) -> None:
        """Forget the conversations that have been quiet longest."""
        old = MemoryRow.changed_at < self._clock() - KEPT
        session.execute(delete(MemoryRow).where(old))
        count = session.scalar(select(func.count()).select_from(MemoryRow)) or 0
        if count > most:
            quiet = select(MemoryRow).order_by(MemoryRow.changed_at).limit(count - most)
            for row in session.scalars(quiet):
                session.delete(row)

    @staticmethod
    def forget(session: Session, user_id: int) -> None:
        """Remove what a person said, also from what is shared."""
        session.execute(delete(MemoryRow).where(MemoryRow.user_id == user_id))
        for row in session.scalars(select(MemoryRow).where(MemoryRow.user_id == 0)):
            kept = _TURNS.validate_json(row.turns)
            left = tuple(turn for turn in kept if turn.user_id != user_id)
            if left != kept:
                row.turns = _TURNS.dump_json(left).decode()
                # Whose answer the last one was is not known for sure, so it goes.
                row.last_answer = None

    def _save(self, session: Session, key: MemoryKey, **changes: str | None) -> None:
        chat_id, thread_id, user_id = key.columns()
        told = {**changes, "changed_at": self._clock()}
        values = {"chat_id": chat_id, "thread_id": thread_id, "user_id": user_id, "turns": "[]"}
        upsert(session, MemoryRow, values | told, told)
