"""An inbox and an outbox of one bot, seen by two workers, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from sqlalchemy.orm import Session

from bot.database import Database
from bot.telegram.queues import Inbox, Letter, Outbox, Parcel, Place, Task, read_update
from tests.bot.telegram.conftest import Clock
from tests.bot.telegram.crews import BOT_ID, text

__all__ = ["Tables"]


class Tables:
    """Both tables, with a transaction for each thing that is done to them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = Clock()
        self.inboxes = {name: Inbox(BOT_ID, name, self.clock) for name in ("a", "b")}
        self.outboxes = {name: Outbox(BOT_ID, name, self.clock) for name in ("a", "b")}

    @contextmanager
    def session(self) -> Iterator[Session]:
        with self.database.writing() as session:
            yield session

    def receive(self, *updates: tuple[int, int], said: str = "hello") -> int:
        """Text messages, each as its number and its chat; how many were new."""
        found = [read_update(text(number, chat, text=said)) for number, chat in updates]
        with self.session() as session:
            return self.inboxes["a"].put(session, [received for received in found if received])

    def claim(self, worker: str = "a", *, usual: int = 10, urgent: int = 10) -> list[Task]:
        with self.session() as session:
            return self.inboxes[worker].claim(session, usual=usual, urgent=urgent)

    def finish(self, tasks: Sequence[Task], worker: str = "a") -> set[int]:
        with self.session() as session:
            return self.inboxes[worker].finish_all(session, [task.number for task in tasks])

    def write(self, *chats: int, worker: str = "a", parts: int = 1) -> list[Parcel]:
        """Letters to chats; those that may go at once."""
        letters = [
            (None, Letter.of_parts(Place(chat), [f"part {n}" for n in range(parts)]))
            for chat in chats
        ]
        with self.session() as session:
            return self.outboxes[worker].add(session, letters)

    def claim_letters(self, worker: str = "a", most: int = 10) -> list[Parcel]:
        with self.session() as session:
            return self.outboxes[worker].claim(session, most)


@pytest.fixture
def tables(database: Database) -> Tables:
    return Tables(database)


@pytest.fixture
def numbers() -> Callable[[Sequence[Task]], list[int]]:
    """The updates' own numbers."""
    return lambda tasks: [task.update_id for task in tasks]
