"""Passwords as argon2id hashes, a few at a time, since each takes its memory."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from corpus.errors import AccessError

SHORTEST = 12
LONGEST = 1024
"""Characters."""

_AT_ONCE = 2
"""Hashes made at one time: 64 MiB each."""


class Passwords:
    """Hash and verify. Safe to share among threads.

    Args:
        hasher: argon2id by the library's recommended parameters unless told otherwise.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._room = threading.Semaphore(_AT_ONCE)
        self._nobodys = self._hasher.hash("nobody's password")

    def hash(self, password: str) -> str:
        """The hash to keep.

        Raises:
            AccessError: too short or too long.
        """
        if not SHORTEST <= len(password) <= LONGEST:
            raise AccessError(
                f"the password has {len(password)} characters: use between {SHORTEST} and {LONGEST}"
            )
        with self._room:
            return self._hasher.hash(password)

    def verify(self, hashed: str | None, password: str) -> bool:
        """Whether this is the password; None: nobody's, which takes as long to find out."""
        if len(password) > LONGEST:
            return False
        with self._room:
            try:
                return self._hasher.verify(hashed or self._nobodys, password)
            except (VerificationError, InvalidHashError):
                return False

    def outdated(self, hashed: str) -> bool:
        """Whether it was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)
