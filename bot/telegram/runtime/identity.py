"""Who a process is to the others that share its tables, and whether another still lives.

A worker that was killed cannot give back what it held. Others on the same machine need not wait for
its lease to end: each holds a lock on a file of its own, which the system lets go with the process.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

_SUFFIX = ".lock"


class Identity:
    """A worker's name and its sign of life.

    Args:
        folder: shared by the workers of one machine; None: no signs are given or read, and a lease
            is waited for instead.
    """

    def __init__(self, folder: Path | None) -> None:
        self.name = uuid4().hex
        self._folder = folder
        self._lock: FileLock | None = None

    def appear(self) -> None:
        """Give the sign of life."""
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(self._path(self.name), thread_local=False)
        self._lock.acquire(timeout=0)

    def clear_up(self) -> None:
        """Remove the signs of those that have ended, once what they held is taken over."""
        if self._folder is not None:
            self.ended(file.stem for file in self._folder.glob(f"*{_SUFFIX}"))

    def disappear(self) -> None:
        """Take it back."""
        if self._lock is not None:
            self._lock.release()
            self._path(self.name).unlink(missing_ok=True)
            self._lock = None

    def ended(self, names: Iterable[str]) -> list[str]:
        """Those among other workers of this machine that live no more."""
        return [name for name in names if self._has_ended(name)]

    def _has_ended(self, name: str) -> bool:
        if self._folder is None or name == self.name or not self._path(name).exists():
            return False
        lock = FileLock(self._path(name), thread_local=False)
        try:
            lock.acquire(timeout=0)
        except (Timeout, OSError):
            return False
        lock.release()
        with contextlib.suppress(OSError):
            self._path(name).unlink(missing_ok=True)
        return True

    def _path(self, name: str) -> Path:
        assert self._folder is not None  # noqa: S101 - asked by all who call
        return self._folder / f"{name}{_SUFFIX}"
