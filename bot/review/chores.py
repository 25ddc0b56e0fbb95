"""What the pages' server does by itself now and then: sort unanswered questions into gaps."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from corpus.errors import LodestoneError

_log = logging.getLogger(__name__)

EVERY = timedelta(minutes=5)


class Chores:
    """Does one thing again and again in a thread of its own, until stopped.

    Args:
        work: does a part of what there is, and returns how much is left.
        every: how long to rest when nothing is left.
    """

    def __init__(self, work: Callable[[], int], *, every: timedelta = EVERY) -> None:
        self._work = work
        self._every = every.total_seconds()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="review-chores", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, seconds: float = 5.0) -> None:
        """End after what is under way."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                left = self._work()
            except LodestoneError as error:
                _log.warning("the gaps could not be refreshed: %s", error)
                left = 0
            except Exception:
                _log.exception("the gaps could not be refreshed")
                left = 0
            if not left:
                self._stopping.wait(self._every)
