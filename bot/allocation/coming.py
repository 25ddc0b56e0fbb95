"""What would change a result: the dates on which a signal's state or age changes by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.allocation.months import months_after
from bot.allocation.rules import Tilts
from bot.allocation.signals import Signal
from retrieval.currency import State

_DAY = timedelta(days=1)


class Turn(StrEnum):
    """What happens to a signal on a date."""

    STATE = "state"
    AGE = "age"


class Coming(BaseModel):
    """A date after the one asked about, from which a signal counts differently.

    `event` is what the document expected on the day before, where that is what has passed.
    """

    model_config = ConfigDict(frozen=True)

    day: date
    signal: str
    turn: Turn
    state: State
    event: str | None


def coming_changes(signals: Sequence[Signal], day: date, tilts: Tilts) -> tuple[Coming, ...]:
    """The next dates on which signals that tilt something change, earliest first.

    They follow from the documents as they are; a new document may change anything any day.
    """
    found = [
        turn for signal in signals if signal.rule.tilts for turn in turns_after(signal, day, tilts)
    ]
    return tuple(sorted(found, key=lambda c: (c.day, c.signal)))


def turns_after(signal: Signal, day: date, tilts: Tilts) -> tuple[Coming, ...]:
    """The dates after a day on which one signal changes, tilting or not, earliest first."""
    document = signal.document
    firsts = {document.published, document.effective_from, *signal.successors}
    lasts = {document.effective_until, document.next_date}
    turns = {d for d in firsts if d} | {d + _DAY for d in lasts if d and d < date.max}
    before, found = signal.state(day), []
    for turn in sorted(turns):
        state = signal.state(turn)
        if turn > day and state is not before:
            event = document.next_event if turn - _DAY == document.next_date else None
            found.append(
                Coming(day=turn, signal=signal.id, turn=Turn.STATE, state=state, event=event)
            )
            before = state
    ages = _ages(signal, day, tilts) if signal.rule.tilts else []
    return tuple(sorted([*found, *ages], key=lambda c: c.day))


def _ages(signal: Signal, day: date, tilts: Tilts) -> list[Coming]:
    days = [months_after(signal.document.published, age.months) for age in tilts.ages]
    return [
        Coming(
            day=last + _DAY, signal=signal.id, turn=Turn.AGE, state=signal.state(last), event=None
        )
        for last in days
        if last >= day and last < date.max and tilts.states.get(signal.state(last + _DAY))
    ]
