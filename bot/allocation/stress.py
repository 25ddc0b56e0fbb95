"""What a bad year would do to a mix, the worst modelled year, and the capacity that follows."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from bot.allocation.figures import to_tenth
from bot.allocation.rules import Rules, Shock
from bot.allocation.sleeves import LEVELS, THEMES, WHOLE, Horizon, Sleeve

Weights = Mapping[Sleeve, int]


def change(weights: Weights, shock: Shock, horizon: Horizon) -> Decimal:
    """What a scenario does to a mix, in percent, unrounded."""
    total = sum(
        (bp * shock.change(sleeve, horizon) for sleeve, bp in weights.items()), start=Decimal(0)
    )
    return total / WHOLE


def worst_year(weights: Weights, rules: Rules, horizon: Horizon) -> Decimal:
    """The worse of the bad years in percent, to one decimal: a loss is negative."""
    bad = (shock for shock in rules.shocks if shock.bad_year)
    return to_tenth(min(change(weights, shock, horizon) for shock in bad))


def neutral_mix(rules: Rules, horizon: Horizon, level: int) -> dict[Sleeve, int]:
    """The published cell of a horizon and a level: base mix and neutral themes, rounded."""
    weights = {**dict.fromkeys(Sleeve, 0), **rules.base(horizon, level)}
    if horizon is not Horizon.UNDER_3Y:
        cap = rules.theme_cap(level)
        for theme in THEMES:
            weights[theme] = rounded(neutral_theme(rules, theme, cap), rules)
            weights[Sleeve.EQ] -= weights[theme]
    return weights


def neutral_theme(rules: Rules, theme: Sleeve, cap: int) -> int:
    """Basis points of a theme before any signal, rounded down."""
    return int(cap * rules.themes.neutral * rules.themes.split.of(theme) / 10_000)


def rounded(bp: int, rules: Rules) -> int:
    """A theme's weight as it is given: whole steps, and nothing below the smallest."""
    whole = bp - bp % rules.rounding.step_bp
    return whole if whole >= rules.rounding.smallest_bp else 0


def worst_year_table(rules: Rules) -> dict[Horizon, dict[int, Decimal]]:
    """The worst modelled year of every cell. Capacity rests on it, so no signal moves a level."""
    return {
        horizon: {
            level: worst_year(neutral_mix(rules, horizon, level), rules, horizon)
            for level in LEVELS
        }
        for horizon in Horizon
    }


def capacity(table: Mapping[int, Decimal], tolerable_loss: Decimal) -> int:
    """The highest level whose worst year is not worse than the tolerable loss; 0 for none."""
    return max((level for level, worst in table.items() if -worst <= tolerable_loss), default=0)
