"""The few words of our own in an answer, one file a language."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from retrieval.data import read_words

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@lru_cache(maxsize=4)
def _phrases(language: str) -> dict[str, str]:
    phrases: dict[str, str] = read_words(f"phrases/{language}.yaml")
    return phrases


def phrase(language: str, key: str, **values: object) -> str:
    """The phrase in this language, its braces filled in; dates are written out.

    Example:
        >>> phrase("en", "as_of", date=date(2025, 6, 1))
        'On 1 June 2025:'
    """
    filled = {
        name: write_date(value, language) if isinstance(value, date) else value
        for name, value in values.items()
    }
    return _phrases(language)[key].format(**filled)


def write_date(day: date, language: str) -> str:
    """A date as readers of the language write it."""
    if language == "ja":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
