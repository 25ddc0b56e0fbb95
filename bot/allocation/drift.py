"""How far what is held lies from the mix, without ever naming a quantity to trade."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from bot.allocation.figures import exact, to_tenth
from bot.allocation.profile import CASH, Profile
from bot.allocation.result import Advice, Drift, DriftLine
from bot.allocation.rules import DriftBands
from bot.allocation.sleeves import CLASSES, Sleeve
from bot.allocation.universe import Universe

Part = Sleeve | str
"""A sleeve, or the ticker of a fund that no sleeve has a place for."""


def measure_drift(
    profile: Profile, weights: Mapping[Sleeve, int], universe: Universe, bands: DriftBands
) -> Drift | None:
    """Compare the holdings with the weights; None where none were given.

    A fund counts to its sleeve even where it is screened out; one outside the plan has target 0.
    The advice goes by the total as it is shown.
    """
    held = _held(profile, universe)
    if not held:
        return None
    parts: list[Part] = [*Sleeve, *sorted(p for p in held if not isinstance(p, Sleeve))]
    lines, gaps = [], []
    for part in parts:
        has = held.get(part, Decimal(0))
        target = Decimal(weights[part]) / 100 if isinstance(part, Sleeve) else Decimal(0)
        gap = has - target
        gaps.append(abs(gap))
        lines.append(
            DriftLine(
                sleeve=part if isinstance(part, Sleeve) else None,
                ticker=None if isinstance(part, Sleeve) else part,
                held_pct=to_tenth(has),
                target_pct=to_tenth(target),
                difference_pct=to_tenth(gap),
                outside_band=abs(gap) > _band(part, target, bands),
            )
        )
    total = to_tenth(sum(gaps, Decimal(0)) / 2)
    return Drift(total_pct=total, advice=_advice(total, bands), lines=tuple(lines))


def _held(profile: Profile, universe: Universe) -> dict[Part, Decimal]:
    """Percent held of each part."""
    sizes: dict[Part, Decimal] = {}
    for holding in profile.holdings or ():
        fund = universe.by_ticker.get(holding.ticker)
        part: Part = Sleeve.CASH if holding.ticker == CASH else holding.ticker
        if fund and fund.sleeve:
            part = fund.sleeve
        size = holding.percent if holding.percent is not None else holding.amount
        assert size is not None  # noqa: S101 - a holding has one of the two
        sizes[part] = sizes.get(part, Decimal(0)) + exact(size)
    if all(h.percent is not None for h in profile.holdings or ()):
        return sizes
    total = sum(sizes.values(), Decimal(0))
    return {part: size * 100 / total for part, size in sizes.items()}


def _band(part: Part, target: Decimal, bands: DriftBands) -> Decimal:
    if part in CLASSES:
        return bands.class_band
    return max(bands.theme_band, target * bands.theme_band_share / 100)


def _advice(total: Decimal, bands: DriftBands) -> Advice:
    if total >= bands.review:
        return "review"
    return "use new money" if total >= bands.use_new_money else "none"
