"""The published figures: worst years, scenarios, the fifteen cells, the worked example."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot.allocation import THEMES, Allocator, Horizon, Sleeve, all_cells, load_rules
from bot.allocation.figures import to_tenth
from bot.allocation.stress import change, neutral_mix, worst_year_table
from tests.bot.allocation import oracle
from tests.bot.allocation.cases import PROFILE
from tests.bot.allocation.invariants import check, run
from tests.conftest import TODAY

GOLDEN = Path(__file__).with_name("golden")

STRESS = {
    "china-controls": ("-2.5", "-3.4", "-4.4", "-5.3"),
    "tariff-escalation": ("-4.4", "-6.4", "-8.6", "-10.6"),
    "theme-bust": ("-4.7", "-6.9", "-9.1", "-11.7"),
    "detente": ("1.6", "1.9", "2.4", "2.6"),
}


def test_the_rule_file_holds_the_tables_of_the_specification() -> None:
    rules = load_rules().rules
    for horizon, mixes in oracle.BASE.items():
        for level, (eq, bond, cash) in enumerate(mixes, start=1):
            mix = rules.base_mix[Horizon(horizon)][level]
            assert [int(share) for share in (mix.EQ, mix.BOND, mix.CASH)] == [eq, bond, cash]
    for shock, row in zip(rules.shocks, oracle.SHOCKS.values(), strict=True):
        assert tuple(int(c * 100) for _, c in shock.changes) == row
    themes = rules.themes
    assert tuple(int(cap * 100) for cap in themes.cap.values()) == oracle.THEME_CAP
    assert (int(themes.neutral), int(themes.fund_cap)) == (60, 5)
    assert themes.split.model_dump() == oracle.SHARE
    assert themes.sleeve_cap.model_dump() == oracle.OWN_CAP
    assert (rules.rounding.step_bp, rules.rounding.smallest_bp) == (25, 50)
    assert rules.tilts.sizes == {"strong": 20, "moderate": 10}
    assert {k.value: v * 4 for k, v in rules.tilts.states.items()} == oracle.QUARTERS
    assert [(age.months, int(age.factor * 2)) for age in rules.tilts.ages] == [(12, 2), (24, 1)]
    sizes = {"+strong": 20, "+moderate": 10, "-moderate": -10}
    assert {
        s.document: {theme: sizes[text] for theme, text in s.tilts.items()} for s in rules.signals
    } == oracle.SIGNALS


def test_the_worst_modelled_years_follow_from_the_shocks() -> None:
    table = worst_year_table(load_rules().rules)
    found = {h.value: tuple(float(w) for w in row.values()) for h, row in table.items()}
    assert found == oracle.WORST


@pytest.mark.parametrize("scenario", STRESS)
def test_the_scenarios_follow_from_the_shocks(scenario: str) -> None:
    rules = load_rules().rules
    shock = next(shock for shock in rules.shocks if shock.id == scenario)
    mixes = [neutral_mix(rules, Horizon.OVER_10Y, level) for level in (2, 3, 4, 5)]
    found = [to_tenth(change(mix, shock, Horizon.OVER_10Y)) for mix in mixes]
    assert found == [Decimal(figure) for figure in STRESS[scenario]]


def test_all_fifteen_cells_are_as_they_were_published() -> None:
    """To publish other cells, look at them, and write them to the golden file."""
    cells = [cell.model_dump(mode="json") for cell in all_cells(load_rules().rules)]
    assert len(cells) == 15
    assert cells == json.loads((GOLDEN / "cells.json").read_text(encoding="utf-8"))


def test_the_neutral_themes_after_rounding() -> None:
    rules = load_rules().rules
    sums = [
        sum(neutral_mix(rules, Horizon.OVER_10Y, level)[theme] for theme in THEMES)
        for level in (2, 3, 4, 5)
    ]
    assert sums == [225, 400, 575, 850]
    assert neutral_mix(rules, Horizon.MEDIUM, 2)[Sleeve.MIN] == 0


def test_the_worked_example(allocator: Allocator) -> None:
    result = run(allocator, PROFILE, TODAY)
    weights = {line["sleeve"]: line["weight_bp"] for line in result["sleeves"]}
    assert weights == {
        "CASH": 300,
        "BOND": 3700,
        "EQ": 5375,
        "MIN": 150,
        "DEF": 200,
        "TECH": 75,
        "POL": 200,
    }
    assert result["level"] == 3
    # s232 has lapsed, which widens MIN and nothing else.
    ranges = {line["sleeve"]: line["range_bp"] for line in result["sleeves"]}
    assert ranges["MIN"] == [75, 225]
    assert ranges["POL"] == [150, 250]


def test_the_worked_example_is_written_out_as_it_was(allocator: Allocator) -> None:
    """To change it, look at it, and write it to the golden file."""
    result = run(allocator, {**PROFILE, "as_of": "2026-11-22"}, date(2030, 1, 1))
    golden = json.loads((GOLDEN / "worked-example.json").read_text(encoding="utf-8"))
    stamps = ("rules_hash", "corpus_fingerprint")
    assert {k: v for k, v in result.items() if k not in stamps} == golden


@pytest.mark.parametrize("horizon", list(Horizon))
@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("day", [date(2025, 11, 15), date(2026, 2, 10), TODAY, date(2027, 2, 1)])
def test_every_cell_on_days_on_which_different_caps_bind(
    allocator: Allocator, horizon: Horizon, level: int, day: date
) -> None:
    data = {**PROFILE, "horizon": horizon.value, "willingness": level, "tolerable_loss_pct": 50}
    for implementation in ("sleeves", "funds"):
        for exclusions in ([], ["china-exposure"], ["MIN", "defense"]):
            more = {"implementation": implementation, "exclusions": exclusions}
            check(allocator, {**data, **more}, day)
