"""Screens, order, costs, and what funds do to weights where they carry them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.allocation import Allocator, load_rules
from bot.allocation.universe import China
from tests.bot.allocation import oracle
from tests.bot.allocation.cases import PROFILE, profile
from tests.bot.allocation.invariants import run
from tests.conftest import TODAY


def sleeves(
    allocator: Allocator, day: date = TODAY, **changes: object
) -> dict[str, dict[str, Any]]:
    result = run(allocator, profile(**changes), day)
    return {line["sleeve"]: line for line in result["sleeves"]}


def tickers(line: dict[str, Any]) -> list[str]:
    return [fund["ticker"] for fund in line["funds"]]


def out(line: dict[str, Any]) -> dict[str, str]:
    return {fund["ticker"]: fund["reason"] for fund in line["screened_out"]}


def test_every_fund_of_a_sleeve_passes_or_is_screened_out_with_a_reason(
    allocator: Allocator,
) -> None:
    for name, line in sleeves(allocator).items():
        listed = {*tickers(line), *out(line)}
        assert listed == {f.ticker for f in load_rules().universe.funds if f.sleeve == name}
        assert len(listed) == len(line["funds"]) + len(line["screened_out"])
        assert all(out(line).values())


def test_core_equity_takes_global_funds_only(allocator: Allocator) -> None:
    line = sleeves(allocator)["EQ"]
    assert tickers(line) == ["VT"]
    assert out(line)["VEU"] == "not a global fund: its focus is global ex-US"


def test_bonds_under_three_years_are_short_dated(allocator: Allocator) -> None:
    line = sleeves(allocator, horizon="under-3y")["BOND"]
    assert tickers(line) == ["VTIP"]
    assert set(out(line)) == {"IEF", "SCHP"}
    assert tickers(sleeves(allocator)["BOND"]) == ["SCHP", "VTIP", "IEF"]


def test_minerals_funds_pass_with_little_known_exposure_to_china_only(
    allocator: Allocator,
) -> None:
    line = sleeves(allocator)["MIN"]
    assert tickers(line) == ["URA", "URNM"]
    assert out(line)["SETM"].startswith("exposure to China is unknown")
    assert out(line)["REMX"].startswith("exposure to China is high")


def test_excluding_china_exposure_leaves_theme_funds_without_any(allocator: Allocator) -> None:
    found = sleeves(allocator, exclusions=["china-exposure"])
    universe = load_rules().universe.by_ticker
    for theme in oracle.THEMES:
        assert all(universe[ticker].china is China.NONE for ticker in tickers(found[theme]))
    assert tickers(found["MIN"]) == []
    assert "URA" in out(found["MIN"])
    assert tickers(found["EQ"]) == ["VT"]
    # In sleeves, funds move no weight.
    assert found["MIN"]["weight_bp"] == sleeves(allocator)["MIN"]["weight_bp"]


def test_excluding_minerals_also_screens_out_funds_that_name_them(allocator: Allocator) -> None:
    found = sleeves(allocator, exclusions=["MIN"])
    assert {t: r for t, r in out(found["POL"]).items() if "theme MIN" in r}.keys() == {
        "PICK",
        "XME",
        "EWA",
    }
    assert tickers(found["POL"]) == ["IFRA", "PAVE"]
    assert out(found["MIN"])["URA"] == "excluded with its theme MIN"
    assert found["MIN"]["weight_bp"] == 0


def test_excluding_technology_also_screens_out_defence_funds_that_name_it(
    allocator: Allocator,
) -> None:
    found = sleeves(allocator, exclusions=["TECH"])
    assert {"WAR", "SHLD"} <= set(out(found["DEF"]))


def test_a_ticker_is_screened_out_by_name(allocator: Allocator) -> None:
    line = sleeves(allocator, exclusions=["XAR"])["DEF"]
    assert out(line)["XAR"] == "excluded by ticker"
    assert tickers(line)[0] == "ITA"


def test_funds_are_ordered_by_cost_and_those_without_come_last(allocator: Allocator) -> None:
    for line in sleeves(allocator).values():
        keys = [
            (f["expense_ratio_pct"] is None, f["expense_ratio_pct"] or 0, f["ticker"])
            for f in line["funds"]
        ]
        assert keys == sorted(keys)


def test_one_fund_with_a_known_cost_carries_each_sleeve(allocator: Allocator) -> None:
    for line in sleeves(allocator, implementation="funds").values():
        (fund,) = line["funds"]
        assert fund["expense_ratio_pct"] is not None
        assert fund["weight_bp"] == line["weight_bp"]
    assert all("weight_bp" not in f for line in sleeves(allocator).values() for f in line["funds"])


def test_a_theme_without_a_fund_goes_back_to_core_equity(allocator: Allocator) -> None:
    listed = sleeves(allocator, exclusions=["china-exposure"])
    carried = sleeves(allocator, exclusions=["china-exposure"], implementation="funds")
    assert listed["MIN"]["weight_bp"] == 150
    assert carried["MIN"]["weight_bp"] == 0
    assert carried["EQ"]["weight_bp"] == listed["EQ"]["weight_bp"] + 150
    assert any(line["rule"] == "fund-missing" for line in carried["MIN"]["ledger"])


def test_one_theme_fund_has_at_most_five_percent(allocator: Allocator) -> None:
    day, most = date(2025, 11, 15), {"willingness": 5, "tolerable_loss_pct": 50}
    listed = sleeves(allocator, day, **most)
    carried = sleeves(allocator, day, **most, implementation="funds")
    assert listed["POL"]["weight_bp"] > 500
    assert carried["POL"]["weight_bp"] == 500
    assert any(line["rule"] == "fund-cap" for line in carried["POL"]["ledger"])


def test_costs_are_those_of_the_first_listed_funds(allocator: Allocator) -> None:
    result = run(allocator, PROFILE, TODAY)
    weights = {line["sleeve"]: line["weight_bp"] for line in result["sleeves"]}
    total = sum(weights[s] * fee for s, fee in oracle.FEES.items()) / 10_000
    extra = sum(weights[t] * (oracle.FEES[t] - 6) for t in oracle.THEMES) / 10_000
    # In hundredths of a percent, as costs are shown.
    assert result["cost_pct"] == int(total + 0.5) / 100 == 0.07
    assert result["theme_extra_cost_pct"] == int(extra + 0.5) / 100 == 0.02


def test_a_sleeve_without_a_listed_fund_costs_the_lowest_known_fee(allocator: Allocator) -> None:
    high = {"willingness": 5, "tolerable_loss_pct": 50, "exclusions": ["VT"]}
    result = run(allocator, profile(**high), TODAY)
    weights = {line["sleeve"]: line["weight_bp"] for line in result["sleeves"]}
    fees = {**oracle.FEES, "EQ": 3}
    total = sum(weights[s] * fee for s, fee in fees.items()) / 10_000
    assert result["cost_pct"] == int(total + 0.5) / 100
    assert "No fund in the list passes the screens for EQ." in result["warnings"]


@pytest.mark.parametrize(
    ("changes", "said", "expected"),
    [
        ({}, "only uranium funds pass", True),
        ({"exclusions": ["MIN"]}, "only uranium funds pass", False),
        ({"theme_knowledge": False}, "only uranium funds pass", False),
        ({"exclusions": ["URA", "URNM"]}, "only uranium funds pass", False),
        ({"exclusions": ["URA", "URNM"]}, "passes the screens for MIN", True),
        ({}, "TECH adds to that share", True),
        ({"exclusions": ["TECH"]}, "TECH adds to that share", False),
        ({"exclusions": ["defense"]}, "still holds defence companies", True),
        ({"exclusions": ["DEF"]}, "still holds defence companies", True),
        ({}, "still holds defence companies", False),
        ({"theme_knowledge": False}, "theme_knowledge", True),
        ({"country": "JP"}, "residents of JP", True),
        ({"country": "US"}, "residents of US", False),
    ],
)
def test_warnings_come_where_they_matter(
    allocator: Allocator, changes: dict[str, Any], said: str, expected: bool
) -> None:
    warnings = run(allocator, profile(**changes), TODAY)["warnings"]
    assert any(said in warning for warning in warnings) == expected
