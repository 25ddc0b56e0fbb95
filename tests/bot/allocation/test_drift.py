"""Holdings beside the mix."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.allocation import Allocator
from tests.bot.allocation import oracle
from tests.bot.allocation.cases import TICKERS, allocator_with, profile, share
from tests.bot.allocation.invariants import run
from tests.conftest import TODAY

EXACT = [
    ("VT", 53.75),
    ("IEF", 37),
    ("CASH", 3),
    ("URA", 1.5),
    ("ITA", 2),
    ("SMH", 0.75),
    ("IFRA", 2),
]
"""The worked example's weights, fund by fund."""


def drift(
    allocator: Allocator, positions: list[tuple[str, float]], key: str = "percent"
) -> dict[str, Any]:
    holdings = [{"ticker": ticker, key: size} for ticker, size in positions]
    found: dict[str, Any] = run(allocator, profile(holdings=holdings), TODAY)["drift"]
    return found


def moved(amount: float) -> list[tuple[str, float]]:
    """The same, with so many points in bonds instead of in core equity."""
    change = {"VT": -amount, "IEF": amount}
    return [(ticker, size + change.get(ticker, 0)) for ticker, size in EXACT]


def test_without_holdings_there_is_no_drift(allocator: Allocator) -> None:
    assert "drift" not in run(allocator, profile(), TODAY)
    assert "drift" not in run(allocator, profile(holdings=[]), TODAY)


def test_holdings_like_the_mix_drift_by_nothing(allocator: Allocator) -> None:
    found = drift(allocator, EXACT)
    assert (found["total_pct"], found["advice"]) == (0, "none")
    assert [line["sleeve"] for line in found["lines"]] == list(oracle.ORDER)
    assert not any(line["outside_band"] for line in found["lines"])


@pytest.mark.parametrize(
    ("points", "advice"),
    [(2.9, "none"), (3, "use new money"), (4.9, "use new money"), (5, "review"), (40, "review")],
)
def test_the_advice_goes_by_half_the_sum_of_differences(
    allocator: Allocator, points: float, advice: str
) -> None:
    found = drift(allocator, moved(points))
    assert (found["total_pct"], found["advice"]) == (points, advice)


def test_classes_have_a_band_of_five_points(allocator: Allocator) -> None:
    for points, outside in ((5, False), (5.25, True)):
        lines = {line["sleeve"]: line for line in drift(allocator, moved(points))["lines"]}
        assert lines["EQ"]["outside_band"] is lines["BOND"]["outside_band"] is outside


def test_themes_have_a_band_of_a_point_or_a_quarter_of_their_target(allocator: Allocator) -> None:
    for points, outside in ((1, False), (1.1, True)):
        change = {"VT": -points, "ITA": points}
        positions = [(ticker, size + change.get(ticker, 0)) for ticker, size in EXACT]
        lines = {line["sleeve"]: line for line in drift(allocator, positions)["lines"]}
        assert lines["DEF"]["outside_band"] is outside


def test_a_screened_out_fund_counts_to_its_sleeve(allocator: Allocator) -> None:
    found = drift(allocator, [("VTI", 60), ("REMX", 10), ("CASH", 30)])
    lines = {line["sleeve"]: line["held_pct"] for line in found["lines"]}
    assert (lines["EQ"], lines["MIN"], lines["CASH"]) == (60, 10, 30)


def test_a_fund_outside_the_plan_has_target_zero(allocator: Allocator) -> None:
    found = drift(allocator, [("VT", 95), ("GLD", 3), ("IAU", 2)])
    gold = [line for line in found["lines"] if "ticker" in line]
    assert gold == [
        {
            "ticker": "GLD",
            "held_pct": 3,
            "target_pct": 0,
            "difference_pct": 3,
            "outside_band": True,
        },
        {
            "ticker": "IAU",
            "held_pct": 2,
            "target_pct": 0,
            "difference_pct": 2,
            "outside_band": True,
        },
    ]
    assert len(found["lines"]) == 9


def test_amounts_are_compared_in_proportion(allocator: Allocator) -> None:
    amounts = [(ticker, size * 12_345) for ticker, size in moved(4)]
    assert drift(allocator, amounts, "amount")["total_pct"] == 4


def test_a_ticker_given_twice_is_added_up(allocator: Allocator) -> None:
    assert drift(allocator, [("VT", 50), ("VT", 50)]) == drift(allocator, [("VT", 100)])


def test_an_education_outcome_has_no_drift(allocator: Allocator) -> None:
    holdings = [{"ticker": "VT", "percent": 100}]
    result = run(allocator, profile(holdings=holdings, costly_debt=True), TODAY)
    assert "drift" not in result


@share(0.25)
@given(st.lists(st.tuples(st.sampled_from((*TICKERS, "CASH")), st.integers(1, 10**9)), min_size=1))
def test_any_amounts_give_lines_that_fit_the_total(positions: list[tuple[str, int]]) -> None:
    found = drift(allocator_with({}), list(positions), "amount")
    gap = sum(abs(line["difference_pct"]) for line in found["lines"]) / 2
    assert abs(gap - found["total_pct"]) <= 0.05 * len(found["lines"])
    assert 0 <= found["total_pct"] <= 100
    assert abs(sum(line["held_pct"] for line in found["lines"]) - 100) <= 0.5
    level = found["total_pct"]
    advice = "review" if level >= 5 else "use new money" if level >= 3 else "none"
    assert found["advice"] == advice
