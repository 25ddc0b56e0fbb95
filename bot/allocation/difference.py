"""What changed between two days for one profile, and which signals changed it."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

from bot.allocation.coming import Coming, turns_after
from bot.allocation.engine import Allocator
from bot.allocation.profile import Profile
from bot.allocation.result import Allocation
from bot.allocation.sleeves import Sleeve
from retrieval.currency import State


class SignalChange(BaseModel):
    """A signal whose state or tilts differ between the two days, and the dates that did it.

    The id is its document's; `quote` is what stands there.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    before: State
    after: State
    tilts_before: dict[Sleeve, int]
    tilts_after: dict[Sleeve, int]
    quote: str
    turns: tuple[Coming, ...]


class WeightChange(BaseModel):
    """A sleeve whose weight or range differs, and the signals whose own tilts of it changed."""

    model_config = ConfigDict(frozen=True)

    sleeve: Sleeve
    before_bp: int
    after_bp: int
    range_before_bp: tuple[int, int]
    range_after_bp: tuple[int, int]
    signals: tuple[str, ...]


class Difference(BaseModel):
    """Two days side by side. In an education outcome no sleeve has a weight."""

    model_config = ConfigDict(frozen=True)

    first: date
    second: date
    outcome: str
    level: int | None
    signals: tuple[SignalChange, ...]
    sleeves: tuple[WeightChange, ...]
    warnings_gone: tuple[str, ...]
    warnings_new: tuple[str, ...]
    rules_version: str
    rules_hash: str
    corpus_fingerprint: str


def compare_days(allocator: Allocator, profile: Profile, first: date, second: date) -> Difference:
    """Allocate on both days and say what differs. The profile's own day is not looked at."""
    timeless = profile.model_copy(update={"as_of": None})
    before, after = (allocator.allocate(timeless, day) for day in (first, second))
    changes = _signal_changes(allocator, before, after)
    return Difference(
        first=first,
        second=second,
        outcome=after.outcome,
        level=after.level,
        signals=changes,
        sleeves=_weight_changes(before, after, changes),
        warnings_gone=tuple(w for w in before.warnings if w not in after.warnings),
        warnings_new=tuple(w for w in after.warnings if w not in before.warnings),
        rules_version=after.rules_version,
        rules_hash=after.rules_hash,
        corpus_fingerprint=after.corpus_fingerprint,
    )


def _signal_changes(
    allocator: Allocator, before: Allocation, after: Allocation
) -> tuple[SignalChange, ...]:
    earlier, later = sorted((before.as_of, after.as_of))
    tilts = allocator.rules.tilts
    return tuple(
        SignalChange(
            id=old.id,
            before=old.state,
            after=new.state,
            tilts_before=old.tilts_bp,
            tilts_after=new.tilts_bp,
            quote=new.quote,
            turns=tuple(t for t in turns_after(signal, earlier, tilts) if t.day <= later),
        )
        for signal, old, new in zip(allocator.signals, before.signals, after.signals, strict=True)
        if (old.state, old.tilts_bp) != (new.state, new.tilts_bp)
    )


def _weight_changes(
    before: Allocation, after: Allocation, changes: tuple[SignalChange, ...]
) -> tuple[WeightChange, ...]:
    found = []
    for old, new in zip(before.sleeves, after.sleeves, strict=True):
        if (old.weight_bp, old.range_bp) == (new.weight_bp, new.range_bp):
            continue
        # EQ is what the themes leave, so every signal that moved a theme moved it.
        touching = tuple(
            change.id
            for change in changes
            if new.sleeve in change.tilts_after or (new.sleeve is Sleeve.EQ and change.tilts_after)
        )
        found.append(
            WeightChange(
                sleeve=new.sleeve,
                before_bp=old.weight_bp,
                after_bp=new.weight_bp,
                range_before_bp=old.range_bp,
                range_after_bp=new.range_bp,
                signals=touching,
            )
        )
    return tuple(found)
