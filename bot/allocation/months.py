"""Whole months after a day: how old a signal is, and when answers expire."""

from __future__ import annotations

import calendar
from datetime import date

from corpus.errors import ProfileError


def months_after(day: date, months: int) -> date:
    """The same day so many months later; where that month is too short, its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def is_expired(answered: date, today: date, months: int) -> bool:
    """Whether answers given on a day have expired; their last day is the same day `months` on."""
    return today > months_after(answered, months)


def require_fresh(answered: date, today: date, months: int) -> None:
    """Refuse answers that have expired.

    Raises:
        ProfileError: they have.
    """
    if is_expired(answered, today, months):
        raise ProfileError(
            f"the answers of {answered} expired on {months_after(answered, months)}: "
            "please answer the questions again"
        )
