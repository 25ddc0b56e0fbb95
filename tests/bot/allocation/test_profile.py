from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest

from bot.allocation import Allocator, is_expired, months_after, require_fresh
from corpus.errors import ProfileError
from tests.bot.allocation.cases import PROFILE, profile

FULL = profile(
    country="JP",
    amount=1e12,
    currency="JPY",
    holdings=[{"ticker": "VT", "percent": 60}, {"ticker": "CASH", "percent": 39.95}],
    implementation="funds",
    as_of="2026-11-22",
    exclusions=["MIN", "defense", "china-exposure", "GLD"],
)


@pytest.mark.parametrize("data", [PROFILE, FULL])
def test_a_profile_is_echoed_as_it_was_given(allocator: Allocator, data: dict[str, Any]) -> None:
    assert allocator.parse(data).echo() == data


@pytest.mark.parametrize("key", PROFILE)
def test_every_required_key_is_missed_by_name(allocator: Allocator, key: str) -> None:
    data = {name: value for name, value in PROFILE.items() if name != key}
    with pytest.raises(ProfileError, match=f"^{key}: missing"):
        allocator.parse(data)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"horizon": "long"}, r"^horizon: 'long' must be one of: under-3y, 3-10y, over-10y$"),
        ({"willingness": 0}, r"^willingness: 0 must be between 1 and 5$"),
        ({"willingness": 3.5}, r"^willingness: 3.5 must be a whole number$"),
        ({"willingness": True}, r"^willingness: True must be a whole number$"),
        ({"tolerable_loss_pct": -1}, r"^tolerable_loss_pct: -1 must be between 0 and 100$"),
        ({"tolerable_loss_pct": math.nan}, r"^tolerable_loss_pct: nan is not a finite number$"),
        ({"tolerable_loss_pct": "20"}, r"^tolerable_loss_pct: '20' is not a number$"),
        ({"emergency_fund": 1}, r"^emergency_fund: 1 must be true or false$"),
        ({"costly_debt": "no"}, r"^costly_debt: 'no' must be true or false$"),
        ({"theme_knowledge": None}, r"^theme_knowledge: NoneType must be true or false$"),
        ({"exclusions": "MIN"}, r"^exclusions: 'MIN' must be a list$"),
        ({"exclusions": ["ZZZZ"]}, r'^exclusions: unknown ticker "ZZZZ"\. '),
        ({"exclusions": ["min"]}, r'^exclusions: unknown ticker "min": did you mean MIN\?'),
        ({"country": "Japan"}, r"^country: 'Japan' is not a country code"),
        ({"country": "XX"}, r"^country: 'XX' is not a country code"),
        ({"country": "jp"}, r"^country: 'jp' is not a country code"),
        ({"currency": "YEN"}, r"^currency: 'YEN' is not a currency code"),
        ({"amount": 0}, r"^amount: 0 must be above 0 and at most 1,000,000,000,000$"),
        ({"amount": -5}, r"^amount: -5 must be above 0"),
        ({"amount": 10**12 + 1}, r"^amount: 1000000000001 must be above 0"),
        ({"amount": 10**400}, r"^amount: 1000.*… must be above 0"),
        ({"amount": math.inf}, r"^amount: inf is not a finite number$"),
        ({"implementation": "both"}, r"^implementation: 'both' must be one of: sleeves, funds$"),
        ({"as_of": "2026-02-30"}, r"^as_of: '2026-02-30' is not a date"),
        ({"as_of": "20261122"}, r"^as_of: '20261122' is not a date"),
        ({"risk": 3}, r"^risk: unknown key; remove it$"),
        ({"wilingness": 3}, r"^wilingness: unknown key; did you mean willingness\?$"),
        ({"holdings": [{"ticker": "VT"}]}, r"^holdings\.0: .*give either percent or amount$"),
        (
            {"holdings": [{"ticker": "VT", "percent": 1, "amount": 1}]},
            r"^holdings\.0: .*give either percent or amount$",
        ),
        ({"holdings": [{"ticker": "VT", "percent": 99.8}]}, r"add up to 99.8, not 100$"),
        ({"holdings": [{"ticker": "VTT", "percent": 100}]}, r"ticker \"VTT\": did you mean VT"),
        ({"holdings": [{"ticker": "VT", "percent": 100, "n": 1}]}, r"^holdings\.0\.n: unknown key"),
        ({"holdings": ["VT"]}, r"^holdings\.0: 'VT' must be an object"),
        ({"holdings": [{"ticker": "VT", "amount": -1}]}, r"^holdings\.0\.amount: -1 must be above"),
        (
            {"holdings": [{"ticker": "VT", "percent": 50}, {"ticker": "IEF", "amount": 50}]},
            r"^holdings: percent and amount are mixed",
        ),
    ],
)
def test_what_cannot_be_used_is_named_in_one_line(
    allocator: Allocator, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(ProfileError, match=message) as told:
        allocator.parse({**PROFILE, **change})
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 300


@pytest.mark.parametrize("data", [None, [], "x", 3])
def test_what_is_no_object_is_no_profile(allocator: Allocator, data: object) -> None:
    with pytest.raises(ProfileError, match="a profile is a JSON object"):
        allocator.parse(data)


def test_percentages_of_holdings_may_miss_a_hundred_by_a_tenth(allocator: Allocator) -> None:
    for percent in (99.9, 100.1):
        allocator.parse(profile(holdings=[{"ticker": "VT", "percent": percent}]))


def test_answers_count_through_the_same_day_twelve_months_later() -> None:
    answered = date(2025, 11, 22)
    assert not is_expired(answered, date(2026, 11, 22), 12)
    assert is_expired(answered, date(2026, 11, 23), 12)
    require_fresh(answered, date(2026, 11, 22), 12)
    with pytest.raises(ProfileError, match=r"^the answers of 2025-11-22 expired on 2026-11-22: "):
        require_fresh(answered, date(2026, 11, 23), 12)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 12, 31), 12, date(2026, 12, 31)),
        (date(9999, 6, 1), 12, date.max),
    ],
)
def test_months_end_where_the_calendar_ends_them(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later
