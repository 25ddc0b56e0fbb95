"""What was in force on a day: of a document, and of a single sentence."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from corpus import Document, Library, Status
from corpus.document import ENDED
from retrieval.dates import time_spans


class State(StrEnum):
    """How a document's measure stands on a day."""

    NOT_YET = "not-yet"
    IN_FORCE = "in-force"
    AMENDED = "amended"
    SUSPENDED = "suspended"
    ANNOUNCED = "announced"
    IN_NEGOTIATION = "in-negotiation"
    SUPERSEDED = "superseded"
    STRUCK_DOWN = "struck-down"
    EXPIRED = "expired"
    LAPSED_UNCONFIRMED = "lapsed-unconfirmed"


OVER = frozenset({State.SUPERSEDED, State.STRUCK_DOWN, State.EXPIRED})


def state_on(document: Document, day: date, library: Library) -> State:
    """How the document's measure stands on `day`; its first and its last day count as in force.

    A milestone (`next_date`) that has passed without a later document leaves the state unconfirmed,
    because nothing held tells how it went.
    """
    if day < document.published:
        return State.NOT_YET
    if document.effective_until and day > document.effective_until:
        if document.status in ENDED:
            return State(document.status.value)
        return _overtaken(document, day, library)
    ended = document.status in ENDED
    if document.next_date and day > document.next_date and not ended:
        return _overtaken(document, day, library)
    if document.effective_from and day < document.effective_from:
        negotiating = document.status is Status.IN_NEGOTIATION
        return State.IN_NEGOTIATION if negotiating else State.ANNOUNCED
    return State.IN_FORCE if ended else State(document.status.value)


def _overtaken(document: Document, day: date, library: Library) -> State:
    successors = library.successors.get(document.id, ())
    known = any(successor.published <= day for successor in successors)
    return State.SUPERSEDED if known else State.LAPSED_UNCONFIRMED


class Tense(StrEnum):
    """What a sentence says about a day, judged by the dates it names."""

    HOLDS = "holds"
    PAST = "past"
    FUTURE = "future"
    UNDATED = "undated"


def tense_on(sentence: str, day: date) -> Tense:
    """Whether a sentence speaks of `day` itself, of what was before, or of what comes after.

    A stretch of time that covers the day decides; of events alone, any one by that day makes the
    sentence past, since it tells what had happened.
    """
    spans = time_spans(sentence)
    if not spans:
        return Tense.UNDATED
    stretches = [span for span in spans if not span.is_event]
    if any(span.covers(day) for span in stretches):
        return Tense.HOLDS
    if all(span.first > day for span in spans):
        return Tense.FUTURE
    if stretches:
        return Tense.PAST if any(span.last < day for span in stretches) else Tense.FUTURE
    return Tense.PAST


def ends_openly(sentence: str, day: date, over: date | None = None) -> bool:
    """Whether all that a sentence says of the day is that something had begun by then.

    Args:
        sentence: as it stands in a document.
        day: the day asked for.
        over: the last day of the document's measure; what began later is another's, which goes on.
    """
    covering = [s for s in time_spans(sentence) if not s.is_event and s.covers(day)]
    if over and any(over < span.first for span in covering):
        return False
    return bool(covering) and all(span.last == date.max for span in covering)


HALF_LIFE_DAYS = 180
"""After so many days news counts half as much as on its day."""


def recency(sentence: str, day: date) -> float:
    """How fresh the latest thing is that a sentence dates by `day`: 1 on the day, 0 undated."""
    begun = [min(span.last, day) for span in time_spans(sentence) if span.first <= day]
    if not begun:
        return 0.0
    return float(0.5 ** ((day - max(begun)).days / HALF_LIFE_DAYS))
