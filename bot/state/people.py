"""People: who someone is to the bot, and how they like to be answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.database.batching import Batcher
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
    """All people."""

    def __init__(self, batcher: Batcher, clock: Callable[[], datetime]) -> None:
        self._batcher = batcher
        self._clock = clock

    async def get(self, user_id: int) -> Person | None:
        """Someone; None: never seen."""

        def operation(session: Session) -> Person | None:
            row = session.get(PersonRow, user_id)
            return None if row is None else Person.model_validate(row)

        return await self._batcher.read(operation)

    async def meet(self, user_id: int) -> Person:
        """Someone, noted as seen if they never were."""

        def operation(session: Session) -> Person:
            return self.meet_all(session, [user_id])[user_id]

        return await self._batcher.write(operation, durable=False)

    def meet_all(self, session: Session, user_ids: Iterable[int]) -> dict[int, Person]:
        """Many at once, within a transaction."""
        wanted = set(user_ids)
        if not wanted:
            return {}
        table = table_of(PersonRow)
        rows = session.execute(select(table).where(PersonRow.user_id.in_(wanted))).mappings()
        found = {row["user_id"]: Person.model_validate(dict(row)) for row in rows}
        new = [
            Person(user_id=user_id, first_seen=self._clock()) for user_id in wanted - found.keys()
        ]
        insert_missing(session, PersonRow, [person.model_dump() for person in new])
        return found | {person.user_id: person for person in new}

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
