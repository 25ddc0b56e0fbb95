"""Who people and groups are, read from the database now and then and remembered in between."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from time import monotonic
from typing import NamedTuple

from sqlalchemy.orm import Session
from telegram import User

from bot.state import Group, Person, State
from bot.telegram.queues import Task
from bot.words import Words, words_for

SECONDS = 15.0
"""How long something is believed: another process may have changed it."""

MOST = 10_000


class Loaded(NamedTuple):
    """What `Known.load` found."""

    people: dict[int, Person]
    strangers: frozenset[int]
    groups: dict[int, Group]
    used: dict[str, int]


class Known:
    """People and groups as they were a moment ago.

    Args:
        state: where they are kept.
        timer: seconds that only go forward.
    """

    def __init__(self, state: State, *, timer: Callable[[], float] = monotonic) -> None:
        self._state = state
        self._timer = timer
        self._kept: OrderedDict[int, tuple[float, Person | Group]] = OrderedDict()
        self._strangers: set[int] = set()

    def load(self, session: Session, tasks: Sequence[Task]) -> Loaded:
        """Whatever the gate will ask of updates just taken, in the same transaction."""
        users = {task.user_id for task in tasks if task.user_id is not None}
        chats = {task.chat_id for task in tasks if task.chat_id is not None and task.chat_id < 0}
        subjects = {f"{kind}:{user}" for user in users for kind in ("person", "taps")}
        subjects |= {f"group:{chat}" for chat in chats}
        unread = [user for user in users if self._fresh(user) is None]
        people = self._state.people.get_all(session, unread)
        return Loaded(
            people,
            frozenset(unread) - people.keys(),
            self._state.groups.get_all(session, [c for c in chats if self._fresh(c) is None]),
            self._state.quotas.load(session, subjects),
        )

    def keep(self, loaded: Loaded) -> None:
        """Take over what `load` found."""
        for user_id, person in loaded.people.items():
            self._keep(user_id, person)
        for user_id in loaded.strangers:
            self._keep_stranger(user_id)
        for chat_id, group in loaded.groups.items():
            self._keep(chat_id, group)
        self._state.quotas.keep(loaded.used)

    async def person(self, user_id: int) -> Person:
        """Someone; of a stranger nothing is kept until `note`."""
        found = self._fresh(user_id)
        if isinstance(found, Person):
            return found
        person = await self._state.people.get(user_id)
        if person is None:
            return self._keep_stranger(user_id)
        self._keep(user_id, person)
        return person

    async def note(self, person: Person) -> None:
        """Someone spoke to the bot: from now on they are known."""
        if person.user_id in self._strangers:
            self._strangers.discard(person.user_id)
            await self._state.people.note(person)

    async def group(self, chat_id: int) -> Group:
        """A group."""
        found = self._fresh(chat_id)
        if isinstance(found, Group):
            return found
        group = await self._state.groups.get(chat_id)
        self._keep(chat_id, group)
        return group

    async def words(self, user: User) -> Words:
        """The words of the language someone chose, else of the one their Telegram is set to."""
        person = await self.person(user.id)
        return words_for(person.language or user.language_code)

    def forget(self, number: int) -> None:
        """Read someone or a group anew: it was changed."""
        self._kept.pop(number, None)
        self._strangers.discard(number)

    def _fresh(self, number: int) -> Person | Group | None:
        since, found = self._kept.get(number, (0.0, None))
        return found if found is not None and self._timer() - since < SECONDS else None

    def _keep(self, number: int, thing: Person | Group) -> None:
        self._kept[number] = (self._timer(), thing)
        self._kept.move_to_end(number)
        while len(self._kept) > MOST:
            self._strangers.discard(self._kept.popitem(last=False)[0])

    def _keep_stranger(self, user_id: int) -> Person:
        person = self._state.people.stranger(user_id)
        self._keep(user_id, person)
        self._strangers.add(user_id)
        return person
