"""What a program that runs for long does once a day, beside its work: drop old turns."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import TracebackType
from typing import Self

from corpus.errors import LodestoneError

_log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(minutes=10)
_LAST_SECONDS = 10.0


def _now() -> datetime:
    return datetime.now(UTC)


class Daily:
    """Does one thing once a day (UTC), in a thread of its own, while the `with` block runs.

    It has been done for the day it is made on. What fails is tried again at the next look.

    Args:
        work: what is done; it may take its time.
        name: what it is called where it failed, as `dropping old turns`.
        clock: the time now, aware.
        look_every: how often it is looked whether a new day has begun.
    """

    def __init__(
        self,
        work: Callable[[], object],
        name: str,
        *,
        clock: Callable[[], datetime] = _now,
        look_every: timedelta = LOOK_EVERY,
    ) -> None:
        self._work = work
        self._name = name
        self._clock = clock
        self._look_every = look_every.total_seconds()
        self._done = self._today()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def look(self) -> bool:
        """Do it if a new day has begun; whether it was done."""
        today = self._today()
        if today <= self._done:
            return False
        try:
            self._work()
        except LodestoneError as error:
            _log.warning("%s failed, and is tried again: %s", self._name, error)
            return False
        except Exception:
            _log.exception("%s failed, and is tried again", self._name)
            return False
        self._done = today
        return True

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        # What is under way is done in short transactions: cut off, it is whole up to there.
        self._thread.join(_LAST_SECONDS)

    def _run(self) -> None:
        while not self._stopping.wait(self._look_every):
            self.look()

    def _today(self) -> date:
        return self._clock().astimezone(UTC).date()
