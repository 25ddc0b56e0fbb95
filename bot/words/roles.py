"""The roles people may have; words and state both speak of them."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What someone may do, each more than the one before."""

    INVESTOR = "investor"
    MEMBER = "member"
    REVIEWER = "reviewer"
    ADMIN = "admin"
