"""The range shown around a weight: what the rules cannot tell apart."""

from __future__ import annotations

from collections.abc import Sequence

from bot.allocation.rules import Ranges
from bot.allocation.signals import Reading
from bot.allocation.sleeves import THEMES, WHOLE, Sleeve


def widened_sleeves(readings: Sequence[Reading]) -> frozenset[Sleeve]:
    """The themes that a lapsed signal touches; several widen a range once."""
    return frozenset(theme for r in readings if r.lapsed for theme in r.tilts)


def range_of(sleeve: Sleeve, weight: int, widened: bool, ranges: Ranges) -> tuple[int, int]:
    """Lower and upper bound in basis points; a theme without a weight has no width."""
    if sleeve in THEMES:
        if not weight:
            return 0, 0
        half = max(ranges.theme_bp, int(weight * ranges.theme_share / 100))
        if widened:
            half = int(half * ranges.lapsed_factor)
    else:
        half = ranges.class_bp
    return max(0, weight - half), min(WHOLE, weight + half)
