"""All fifteen cells, so that anyone can see every result without giving an answer."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from bot.allocation.result import Figure, Weight
from bot.allocation.rules import Rules
from bot.allocation.sleeves import LEVELS, Horizon, Sleeve
from bot.allocation.stress import neutral_mix, worst_year


class Cell(BaseModel):
    """A level at a horizon without signals: base mix, neutral weights, worst modelled year."""

    model_config = ConfigDict(frozen=True)

    horizon: Horizon
    level: int
    base_bp: dict[Sleeve, int]
    sleeves: tuple[Weight, ...]
    worst_year_pct: Figure


def all_cells(rules: Rules) -> tuple[Cell, ...]:
    """Every cell, shortest horizon and lowest level first."""
    cells = []
    for horizon in Horizon:
        for level in LEVELS:
            mix = neutral_mix(rules, horizon, level)
            cells.append(
                Cell(
                    horizon=horizon,
                    level=level,
                    base_bp=rules.base(horizon, level),
                    sleeves=tuple(Weight(sleeve=s, weight_bp=mix[s]) for s in Sleeve),
                    worst_year_pct=worst_year(mix, rules, horizon),
                )
            )
    return tuple(cells)
