"""How much a person or group has used this hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.database.batching import Batcher
from bot.state.schema import QuotaRow
from bot.state.upsert import upsert_all

HOUR = 3600


class Use(Enum):
    """What came of asking for one more."""

    WITHIN = auto()
    FIRST_OVER = auto()
    OVER = auto()


class Quotas:
    """All quotas; hours are the clock's, not those since the first use.

    What is used is counted here at once and written down a moment later. Processes that share the
    database learn of each other's counts when they load them, so that together they may let a few
    more pass; a crash forgets the last second's.
    """

    def __init__(self, batcher: Batcher, clock: Callable[[], datetime]) -> None:
        self._batcher = batcher
        self._clock = clock
        self._hour = 0
        self._used: dict[str, int] = {}
        self._unwritten: Counter[str] = Counter()

    async def use(self, **limits: int) -> tuple[Use, str]:
        """Count one use against each subject.

        Args:
            limits: what each subject may use in an hour, by the subject's name; 0: any amount.

        Returns:
            Whether all are within their limits, else the first that is not, and which that is.
        """
        subjects = {name: limit for name, limit in limits.items() if limit > 0}
        self._turn_hour()
        unknown = [name for name in subjects if name not in self._used]
        if unknown:
            self.keep(await self._batcher.read(lambda session: self.load(session, unknown)))
        for name in subjects:
            self._used[name] = self._used.get(name, 0) + 1
            self._unwritten[name] += 1
        for name, limit in subjects.items():
            if self._used[name] > limit:
                first = self._used[name] == limit + 1
                return (Use.FIRST_OVER if first else Use.OVER), name
        return Use.WITHIN, ""

    def load(self, session: Session, subjects: Iterable[str]) -> dict[str, int]:
        """What subjects have used this hour, within a transaction; to be given to `keep`."""
        names = [name for name in subjects if name not in self._used]
        if not names:
            return {}
        rows = session.execute(
            select(QuotaRow.subject, QuotaRow.used).where(
                QuotaRow.hour == self._this_hour(), QuotaRow.subject.in_(names)
            )
        )
        return dict.fromkeys(names, 0) | {row.subject: row.used for row in rows}

    def keep(self, used: dict[str, int]) -> None:
        """Take over what `load` found."""
        self._turn_hour()
        for name, count in used.items():
            self._used.setdefault(name, count)

    async def write_down(self) -> None:
        """Write what was counted since the last time."""
        if not self._unwritten:
            return
        counted, self._unwritten = self._unwritten, Counter()
        hour = self._hour

        def operation(session: Session) -> None:
            rows = [
                ({"subject": name, "hour": hour, "used": count}, {"used": count})
                for name, count in counted.items()
            ]
            upsert_all(session, QuotaRow, rows, add="used")

        await self._batcher.write(operation, durable=False)
        # Read anew when it is next asked for: other processes count too.
        for name in counted:
            if name not in self._unwritten:
                self._used.pop(name, None)

    def _this_hour(self) -> int:
        return int(self._clock().timestamp()) // HOUR

    def _turn_hour(self) -> None:
        if self._hour != self._this_hour():
            self._hour = self._this_hour()
            self._used.clear()
            self._unwritten.clear()

    def prune(self, session: Session) -> None:
        """Forget the hours before the last."""
        session.execute(delete(QuotaRow).where(QuotaRow.hour < self._this_hour() - 1))

    @staticmethod
    def forget(session: Session, user_id: int) -> None:
        """What a person used in this hour stays until it is over: it would be a way round it."""
        del session, user_id
