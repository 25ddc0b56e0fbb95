"""All that the bot remembers, in one place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.database.batching import Batcher, Operation
from bot.state.buttons import Buttons
from bot.state.dialogues import Dialogues
from bot.state.groups import Groups
from bot.state.invites import Invites
from bot.state.memory import Memory
from bot.state.people import People
from bot.state.quotas import Quotas


def _now() -> datetime:
    return datetime.now(UTC)


class State:
    """The bot's memory over a database.

    Args:
        batcher: the database.
        clock: the time now, aware.
        together: writes together with the end of the update being worked on; default: at once.
    """

    def __init__(
        self,
        batcher: Batcher,
        *,
        clock: Callable[[], datetime] = _now,
        together: Callable[[Operation[Any]], Awaitable[None]] | None = None,
    ) -> None:
        together = together or batcher.write
        self.batcher = batcher
        self.people = People(batcher, clock, together)
        self.groups = Groups(batcher, clock)
        self.invites = Invites(batcher, clock)
        self.memory = Memory(batcher, clock, together)
        self.buttons = Buttons(batcher, clock, together)
        self.dialogues = Dialogues(batcher, clock)
        self.quotas = Quotas(batcher, clock)

    def prune(self, session: Session) -> None:
        """Forget what is too old to be of use."""
        for part in (self.memory, self.buttons, self.dialogues, self.quotas):
            part.prune(session)

    def forget(self, session: Session, user_id: int) -> None:
        """Remove all that is kept of a person, within a transaction."""
        forget_person(session, user_id)


def forget_person(session: Session, user_id: int) -> None:
    """The same without a bot at hand."""
    for part in (Memory, Buttons, Dialogues, People):
        part.forget(session, user_id)
