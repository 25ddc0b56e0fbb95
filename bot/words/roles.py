"""The roles people may have; words and state both speak of them."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What someone may do, each more than the one before."""

    INVESTOR = "investor"
    MEMBER = "member"
    REVIEWER = "reviewer"
    ADMIN = "admin"

    @classmethod
    def read(cls, text: str) -> Role | None:
        """The role of that name, as somebody typed it; None: there is none."""
        return next((role for role in cls if role == text.casefold()), None)
