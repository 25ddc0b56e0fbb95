"""Holdings as people write them; one clear line for what cannot be read, and never a guess."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.allocation import Allocator, load_allocation_words, parse_amount, parse_holdings
from corpus.errors import ProfileError
from tests.bot.allocation.cases import allocator_with, refusal, share

WORDS = load_allocation_words("en").holdings


def read(allocator: Allocator, text: str) -> list[dict[str, Any]]:
    return parse_holdings(text, allocator.universe.tickers, WORDS).as_data()


PERCENT = [
    {"ticker": "VT", "percent": 60},
    {"ticker": "REMX", "percent": 10},
    {"ticker": "CASH", "percent": 30},
]


@pytest.mark.parametrize(
    "text",
    [
        "VT 60, REMX 10, cash 30%",
        "VT 60%, REMX 10%, CASH 30%",
        "vt:60; remx=10; Cash 30",
        "VT 60\nREMX 10\ncash 30",
        "60% VT, 10% REMX, 30% cash",
        "VT 60,REMX 10,cash 30",
        "ＶＴ ６０、ＲＥＭＸ １０、現金 ３０％",
        "VT 60.0 %, REMX 10 %, VT 0 %, cash 30 %,",
    ],
)
def test_percentages_are_read_however_they_are_written(allocator: Allocator, text: str) -> None:
    assert read(allocator, text) == PERCENT


@pytest.mark.parametrize(
    ("text", "amounts", "currency"),
    [
        ("VT $6,000, IEF $4,000.50", [6000, 4000.5], "USD"),
        ("VT 6000 USD; IEF 4000.50 USD", [6000, 4000.5], "USD"),
        ("VT ¥600,000、IEF 400000円", [600_000, 400_000], "JPY"),
        ("VT 6000, IEF 4000", [6000, 4000], None),
        ("VT 60 EUR, IEF 40 EUR", [60, 40], "EUR"),
        ("VT 1'234'567 CHF, IEF CHF 5", [1_234_567, 5], "CHF"),
    ],
)
def test_amounts_are_read_in_one_currency(
    allocator: Allocator, text: str, amounts: list[float], currency: str | None
) -> None:
    held = parse_holdings(text, allocator.universe.tickers, WORDS)
    assert [h.amount for h in held.holdings] == amounts
    assert held.currency == currency


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "There are no positions to read"),
        (" , ;", "There are no positions to read"),
        ("hello", "“hello” is not a position"),
        ("VT", "“VT” is not a position"),
        ("VT 60, 40", "“40” is not a position"),
        ("VTT 60, IEF 40", "“VTT” is not in the list. Is one of these meant: VT"),
        ("QQQQQQ 60, IEF 40", "“QQQQQQ” is not in the list, so it cannot be placed"),
        ("VT -60, IEF 160", "is negative"),
        ("VT (60), IEF 160", "is negative"),
        ("VT $60, IEF €40", "different currencies (EUR, USD)"),
        ("VT $60, IEF 40%", "Percentages and amounts are mixed"),
        ("VT 60%, IEF 30%", "add up to 90, not 100"),
        ("VT 60, IEF 30", "The numbers add up to 90: write %"),
        ("VT 60 XYZ, IEF 40", "“XYZ” is not a currency"),
        ("VT 60 IEF 40", "“60 IEF 40” holds more than one number: write one position between"),
        ("VT 60, USD 40", "“USD” is not in the list. Is one of these meant: CASH?"),
        ("VT 6.000.00, IEF 4", "is not a number"),
        ("VT 1,234.5.6, IEF 4", "is not a number"),
        ("VT 1e5, IEF 4", "is not a"),
        ("VT $0, IEF $0", "is not an amount of money"),
        ("VT $9999999999999, IEF $1", "is not an amount of money"),
        ("VT 9" + "9" * 500, "is not a number"),
        ("VT 1 2 3 %, IEF 4", "add up to"),
        ("VT 5, " * 300, "That is 300 positions"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(
    allocator: Allocator, text: str, message: str
) -> None:
    with pytest.raises(ProfileError) as told:
        read(allocator, text)
    assert message in str(told.value)
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 200


def test_positions_of_one_fund_are_added_up(allocator: Allocator) -> None:
    assert read(allocator, "VT 30, IEF 40, VT 30") == [
        {"ticker": "VT", "percent": 60},
        {"ticker": "IEF", "percent": 40},
    ]


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("10000 USD", 10_000, "USD"),
        ("$10,000.50", 10_000.5, "USD"),
        ("¥1,000,000", 1_000_000, "JPY"),
        ("1 000 000", 1_000_000, None),
        ("1.234,56 EUR", 1234.56, "EUR"),
        ("EUR 1.234.567", 1_234_567, "EUR"),
    ],
)
def test_an_amount_is_read_with_its_currency(
    text: str, amount: float, currency: str | None
) -> None:
    assert parse_amount(text, WORDS) == (amount, currency)


@pytest.mark.parametrize("text", ["0", "-5 USD", "10 %", "2000000000000", "five", "", "5 USD EUR"])
def test_what_is_no_amount_is_told(text: str) -> None:
    with pytest.raises(ProfileError):
        parse_amount(text, WORDS)


def test_a_number_that_can_be_read_two_ways_is_not_guessed(allocator: Allocator) -> None:
    with pytest.raises(ProfileError, match="“1,234” can be read two ways"):
        parse_amount("1,234", WORDS)
    assert parse_amount("1,234 USD", WORDS) == (1234, "USD")


@share(0.5)
@given(st.text())
def test_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    allocator = allocator_with({})
    said = refusal(lambda: parse_holdings(text, allocator.universe.tickers, WORDS))
    assert "\n" not in said
    assert len(said) < 300


@share(0.5)
@given(
    st.dictionaries(
        st.sampled_from(("VT", "IEF", "URA", "GLD", "CASH")), st.integers(1, 10**9), min_size=1
    )
)
def test_what_is_written_out_is_read_back(amounts: dict[str, int]) -> None:
    allocator = allocator_with({})
    text = ", ".join(f"{ticker} {amount:,} USD" for ticker, amount in amounts.items())
    held = parse_holdings(text, allocator.universe.tickers, WORDS)
    assert {h.ticker: h.amount for h in held.holdings} == amounts
