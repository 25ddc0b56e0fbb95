"""People: who someone is to the bot, and how they like to be answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.database.batching import Batcher, Operation
from bot.database.tables import table_of
from bot.state.schema import PersonRow
from bot.state.upsert import insert_missing, upsert
from bot.words.roles import Role


class Person(BaseModel):
    """A person as the bot knows them.

    Attributes:
        role: null until an administrator or an invitation gave one.
        blocked: an administrator wants nothing answered.
        language: the language chosen with /settings; null: as Telegram is set.
        time_zone: a zone's name, as `Asia/Tokyo`.
        detail: how much an answer tells; null: the usual.
        notice_shown_at: when they were told that this is an automated assistant which logs.
        turned_away_at: when they were last told that they may not ask.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)

    user_id: int
    role: Role | None = None
    blocked: bool = False
    language: str | None = None
    time_zone: str | None = None
    detail: str | None = None
    first_seen: AwareDatetime
    notice_shown_at: AwareDatetime | None = None
    turned_away_at: AwareDatetime | None = None


class People:
    """All people.

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
        self._batcher = batcher
        self._clock = clock
        self._together = together

    async def get(self, user_id: int) -> Person | None:
        """Someone; None: never seen."""
        return (await self._batcher.read(lambda session: self.get_all(session, [user_id]))).get(
            user_id
        )

    @staticmethod
    def get_all(session: Session, user_ids: Iterable[int]) -> dict[int, Person]:
        """Those of many that were seen before, within a transaction."""
        wanted = set(user_ids)
        if not wanted:
            return {}
        table = table_of(PersonRow)
        rows = session.execute(select(table).where(table.c.user_id.in_(wanted))).mappings()
        return {row["user_id"]: Person.model_validate(dict(row)) for row in rows}

    def stranger(self, user_id: int) -> Person:
        """Someone of whom nothing is known, and nothing kept yet."""
        return Person(user_id=user_id, first_seen=self._clock())

    async def note(self, person: Person) -> None:
        """Keep that someone was seen. Written with the end of the update being worked on."""
        row = person.model_dump()
        await self._together(lambda session: insert_missing(session, PersonRow, [row]))

    async def meet(self, user_id: int) -> Person:
        """Someone, noted as seen if they never were."""
        return await self.get(user_id) or await self.change(user_id)

    async def change(self, user_id: int, **changes: Any) -> Person:  # noqa: ANN401
        """Change what is known of someone: any of `Person`'s attributes but the id."""
        person = Person(user_id=user_id, first_seen=self._clock())
        fresh = Person.model_validate({**person.model_dump(), **changes})
        told = {name: getattr(fresh, name) for name in changes}

        def operation(session: Session) -> Person:
            upsert(session, PersonRow, fresh.model_dump(), told)
            session.expire_all()
            return Person.model_validate(session.get(PersonRow, user_id))

        return await self._batcher.write(operation)

    async def count(self) -> dict[str, int]:
        """How many people there are of each role; `none` for those without."""

        def operation(session: Session) -> dict[str, int]:
            rows = session.execute(
                select(PersonRow.role, func.count()).group_by(PersonRow.role)
            ).all()
            return {role or "none": number for role, number in rows}

        return await self._batcher.read(operation)

    @staticmethod
    def forget(session: Session, user_id: int) -> None:
        """Remove someone; only what an administrator decided about them is kept."""
        person = session.get(PersonRow, user_id)
        if person is None:
            return
        role, blocked = person.role, person.blocked
        session.delete(person)
        session.flush()
        if blocked or role is not None:
            epoch = datetime.fromtimestamp(0, UTC)
            session.add(PersonRow(user_id=user_id, role=role, blocked=blocked, first_seen=epoch))
