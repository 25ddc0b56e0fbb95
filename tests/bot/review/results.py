"""Allocations to be judged, as the engine makes them."""

from __future__ import annotations

from datetime import date

from bot.allocation import Allocator
from bot.words.words import Language
from corpus import Library

DAY = date(2026, 11, 22)
PROFILE: dict[str, object] = {
    "horizon": "over-10y",
    "willingness": 3,
    "tolerable_loss_pct": 30,
    "emergency_fund": True,
    "costly_debt": False,
    "theme_knowledge": True,
    "exclusions": ["defense"],
    "country": "JP",
}


def allocation_for(
    library: Library, *, language: Language = "en", day: date = DAY, **changes: object
) -> str:
    """The document of a result, for a profile with some answers changed."""
    allocator = Allocator.load(library, language)
    return allocator.allocate(allocator.parse(PROFILE | changes), day).to_json()
