"""Questions dated by an event: "before the ruling" speaks of the day before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from corpus import Library
from retrieval.data import read_words

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Event:
    """A named event and its day."""

    before: re.Pattern[str]
    day: date


def load_events(library: Library) -> tuple[Event, ...]:
    """The events whose documents this library holds."""
    return tuple(
        Event(
            before=re.compile(
                rf"\b(?:before|prior to|until|ahead of|up to)\s+(?:{entry['pattern']})\b",
                re.IGNORECASE,
            ),
            day=getattr(library.get(entry["document"]), entry["day"]),
        )
        for entry in read_words("events.yaml")
        if entry["document"] in library
    )


def date_before(text: str, events: Sequence[Event]) -> date | None:
    """The day before the event that a question is dated by; None when it names none."""
    return next((event.day - _DAY for event in events if event.before.search(text)), None)
