"""Education instead of a mix, and the losses that a mix may pass."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.allocation import Allocator, Switch
from corpus.errors import AllocationError
from tests.bot.allocation.cases import profile
from tests.bot.allocation.invariants import run
from tests.conftest import TODAY


@pytest.mark.parametrize(
    ("changes", "capacity", "said"),
    [
        ({"emergency_fund": False}, 3, ["no emergency fund"]),
        ({"costly_debt": True}, 3, ["costly debt"]),
        ({"tolerable_loss_pct": 14}, 0, ["worst modelled year is −14.1 %"]),
        ({"tolerable_loss_pct": 13}, 0, ["under 3 years (under-3y), 3 to 10 years (3-10y)."]),
        ({"tolerable_loss_pct": 5}, 0, ["at these horizons: under 3 years (under-3y)."]),
        ({"tolerable_loss_pct": 1}, 0, ["at no horizon"]),
        (
            {"emergency_fund": False, "costly_debt": True, "tolerable_loss_pct": 0},
            0,
            ["no emergency fund", "costly debt", "at no horizon"],
        ),
    ],
)
def test_a_closed_gate_gives_education_and_says_why(
    allocator: Allocator, changes: dict[str, Any], capacity: int, said: list[str]
) -> None:
    result = run(allocator, profile(**changes), TODAY)
    assert (result["outcome"], result["level"]) == ("education", None)
    assert result["capacity_level"] == capacity
    for key in ("sleeves", "without_themes", "stress"):
        assert result[key] == []
    for key in ("worst_year_pct", "cost_pct", "theme_extra_cost_pct"):
        assert result[key] is None
    for words, warning in zip(said, result["warnings"], strict=False):
        assert words in warning
    assert len(result["signals"]) == 13
    assert {line["rule"] for line in result["rules_not_fired"]} == set(allocator.rule_order)


@pytest.mark.parametrize(
    ("tolerable", "capacity"),
    [(14, 0), (14.1, 1), (20.2, 1), (20.3, 2), (26.65, 2), (26.7, 3), (39.2, 4), (39.3, 5)],
)
def test_capacity_is_the_highest_level_whose_worst_year_is_tolerable(
    allocator: Allocator, tolerable: float, capacity: int
) -> None:
    data = profile(tolerable_loss_pct=tolerable, willingness=5)
    assert run(allocator, data, TODAY)["capacity_level"] == capacity


def test_a_mix_that_tilts_move_past_the_tolerable_loss_says_so(allocator: Allocator) -> None:
    result = run(allocator, profile(tolerable_loss_pct=26.7), TODAY)
    assert (result["level"], result["worst_year_pct"]) == (3, -26.8)
    told = "The worst modelled year of this mix, −26.8 %, passes the tolerable loss of 26.7 %"
    assert any(warning.startswith(told) for warning in result["warnings"])
    result = run(allocator, profile(tolerable_loss_pct=26.8), TODAY)
    assert not any("passes the tolerable loss" in warning for warning in result["warnings"])


def test_without_knowledge_of_themes_there_are_none_and_a_mix_all_the_same(
    allocator: Allocator,
) -> None:
    result = run(allocator, profile(theme_knowledge=False), TODAY)
    assert result["outcome"] == "allocation"
    weights = {line["sleeve"]: line["weight_bp"] for line in result["sleeves"]}
    assert weights == {w["sleeve"]: w["weight_bp"] for w in result["without_themes"]}
    assert result["theme_extra_cost_pct"] == 0
    assert all(set(s["tilts_bp"].values()) <= {0} for s in result["signals"])


def test_the_profiles_own_day_is_the_day(allocator: Allocator) -> None:
    own = run(allocator, profile(as_of="2025-11-15"), TODAY)
    assert own["as_of"] == "2025-11-15"
    assert own["sleeves"] == run(allocator, profile(), date(2025, 11, 15))["sleeves"]


@pytest.mark.parametrize(
    ("day", "told", "not_told"),
    [
        (date(2026, 2, 23), [], ["struck down", "out of date", "Lapsed"]),
        (date(2026, 2, 24), ["struck down"], ["out of date", "Lapsed"]),
        (date(2026, 7, 14), ["struck down", "Lapsed, unconfirmed: Section 232"], ["out of date"]),
        (date(2026, 7, 24), ["struck down", "out of date"], []),
        (date(2026, 12, 5), ["out of date", "Lapsed, unconfirmed: Price floors"], []),
    ],
)
def test_notices_and_lapses_come_on_their_days(
    allocator: Allocator, day: date, told: list[str], not_told: list[str]
) -> None:
    warnings = " ".join(run(allocator, profile(), day)["warnings"])
    assert all(words in warnings for words in told)
    assert not any(words in warnings for words in not_told)


def test_an_operator_can_switch_allocation_off_or_for_a_country(allocator: Allocator) -> None:
    japan, nowhere = (allocator.parse(profile(**c)) for c in ({"country": "JP"}, {}))
    Switch().permit(japan)
    Switch(off_in=("JP",)).permit(nowhere)
    with pytest.raises(AllocationError, match="switched off for JP"):
        Switch(off_in=("US", "JP")).permit(japan)
    with pytest.raises(AllocationError, match="LODESTONE_ALLOCATION=off"):
        Switch(on=False).permit(nowhere)
