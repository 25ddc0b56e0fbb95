"""How much a person or group has used this hour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.database.batching import Batcher
from bot.state.schema import QuotaRow
from bot.state.upsert import upsert

HOUR = 3600


class Use(Enum):
    """What came of asking for one more."""

    WITHIN = auto()
    FIRST_OVER = auto()
    OVER = auto()


class Quotas:
    """All quotas; hours are the clock's, not those since the first use."""

    def __init__(self, batcher: Batcher, clock: Callable[[], datetime]) -> None:
        self._batcher = batcher
        self._clock = clock

    async def use(self, **limits: int) -> tuple[Use, str]:
        """Count one use against each subject.

        Args:
            limits: what each subject may use in an hour, by the subject's name; 0: any amount.

        Returns:
            Whether all are within their limits, else the first that is not, and which that is.
        """
        hour = int(self._clock().timestamp()) // HOUR
        subjects = {name: limit for name, limit in limits.items() if limit > 0}
        if not subjects:
            return Use.WITHIN, ""

        def operation(session: Session) -> dict[str, int]:
            for subject in subjects:
                values = {"subject": subject, "hour": hour, "used": 1}
                upsert(session, QuotaRow, values, {"used": QuotaRow.used + 1})
            rows = session.execute(
                select(QuotaRow.subject, QuotaRow.used).where(
                    QuotaRow.hour == hour, QuotaRow.subject.in_(subjects)
                )
            )
            return {row.subject: row.used for row in rows}

        used = await self._batcher.write(operation)
        for subject, limit in subjects.items():
            if used[subject] > limit:
                first = used[subject] == limit + 1
                return (Use.FIRST_OVER if first else Use.OVER), subject
        return Use.WITHIN, ""

    def prune(self, session: Session) -> None:
        """Forget the hours before the last."""
        hour = int(self._clock().timestamp()) // HOUR
        session.execute(delete(QuotaRow).where(QuotaRow.hour < hour - 1))

    @staticmethod
    def forget(session: Session, user_id: int) -> None:
        """What a person used in this hour stays until it is over: it would be a way round it."""
        del session, user_id
