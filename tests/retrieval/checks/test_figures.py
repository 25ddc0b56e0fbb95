"""Gate 2: figures, units, dates and identifiers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.verify import check_claim


def _fails(claim: str, quote: str) -> set[str]:
    verdict = check_claim(claim, [quote])
    assert verdict.ok == (not verdict.failures)
    return {f"{failure.gate}/{failure.reason}" for failure in verdict.failures}


@pytest.mark.parametrize(
    ("claimed", "quoted"),
    [
        ("$5.5 billion", "USD 5.5bn"),
        ("5.5 billion dollars", "$5.5 billion"),
        ("USD 5,500 million", "US$5.5 billion"),
        ("15 percent", "15%"),
        ("15 per cent", "15％"),
        ("¥1.45 trillion", "1.45 trillion yen"),
        ("C$2 billion", "2 billion Canadian dollars"),
        ("half", "50%"),
        ("96,600 tonnes", "96600 tonnes"),
        ("sixteen companies", "16 companies"),
        ("a ten-year term", "a term of 10 years"),
        ("30 basis points", "30 bps"),
        ("6 to 8%", "6-8%"),
        ("0.10%", "0.1%"),
        ("three kg", "3 kilograms"),
    ],
)
def test_an_amount_may_be_written_in_another_usual_form(claimed: str, quoted: str) -> None:
    assert not _fails(f"The plan gives {claimed}.", f"The plan gives {quoted} this time.")


@pytest.mark.parametrize(
    ("claimed", "quoted"),
    [
        ("15 billion", "15%"),
        ("15%", "15 billion"),
        ("15%", "15 percentage points"),
        ("5.5 million dollars", "5.5 billion dollars"),
        ("5.5 billion euros", "5.5 billion dollars"),
        ("$2 billion", "C$2 billion"),
        ("15", "2015"),
        ("1.5%", "15%"),
        ("10 tons", "10 tonnes"),
        ("60 months", "60 days"),
        ("seventeen companies", "16 companies"),
        ("the second plan", "the first plan"),
        ("Section 301", "Section 232"),
        ("Executive Order 14354", "Executive Order 14345"),
        ("Announcement No. 61", "Announcement No. 62"),
        ("45Y", "45X"),
        ("7-2", "6-3"),
        ("tripled", "doubled"),
    ],
)
def test_another_figure_or_unit_is_caught(claimed: str, quoted: str) -> None:
    assert _fails(f"The text gives {claimed} there.", f"The text gives {quoted} there.")


@pytest.mark.parametrize(
    ("claimed", "quoted"),
    [
        ("16 September 2025", "2025-09-16"),
        ("September 16, 2025", "16 September 2025"),
        ("16 Sept. 2025", "16 September 2025"),
        ("the 16th of September 2025", "16 September 2025"),
        ("September 2025", "16 September 2025"),
        ("2025", "16 September 2025"),
        ("16 September", "16 September 2025"),
        ("Q1 2026", "the first quarter of 2026"),
        ("FY2026", "fiscal 2026"),
        ("15 June 2025", "15-17 June 2025"),
        ("9 October 2025", "9 October to 6 November 2025"),
        ("9月16日", "16 September 2025"),
    ],
)
def test_a_date_may_be_written_otherwise_or_less_exactly(claimed: str, quoted: str) -> None:
    assert not _fails(f"It was on {claimed} that it began.", f"It began on {quoted}.")


@pytest.mark.parametrize(
    ("claimed", "quoted"),
    [
        ("16 September 2025", "September 2025"),
        ("16 September 2025", "6 September 2025"),
        ("16 September 2025", "16 September 2026"),
        ("16 October 2025", "16 September 2025"),
        ("2024", "16 September 2025"),
        ("Q2 2026", "Q1 2026"),
        ("fiscal 2026", "2026"),
        ("2025-09-16", "2025-09-17"),
    ],
)
def test_another_date_or_a_more_exact_one_is_caught(claimed: str, quoted: str) -> None:
    assert "figure/figure" in _fails(f"It began on {claimed}.", f"It began on {quoted}.")


def test_a_year_is_lent_to_a_day_by_the_only_year_of_the_quote() -> None:
    quote = "In 2025 the duty began on 16 September."
    assert not _fails("The duty began on 16 September 2025.", quote)
    assert _fails("The duty began on 16 September 2026.", quote)


def test_one_end_of_a_range_is_not_the_figure() -> None:
    quote = "Demand rose by 6-8% in the year."
    assert "figure/range" in _fails("Demand rose by 8% in the year.", quote)
    assert not _fails("Demand rose by 6% to 8% in the year.", quote)


def test_a_rate_keeps_what_it_is_counted_by() -> None:
    quote = "The floor is USD 110 per kilogram, and output is 5 tonnes a year."
    assert not _fails("The floor is $110 per kg.", quote)
    assert "figure/unit" in _fails("The floor is $110 per ounce.", quote)
    assert "figure/unit" in _fails("Output is 5 tonnes a month.", quote)


def test_a_currency_without_a_number_must_stand_in_the_quotes() -> None:
    assert "figure/unit" in _fails("Returns are in yen.", "Returns are in dollars.")


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Cars pay 25% and trucks pay 15%.", "Cars pay 15% and trucks pay 25%."),
        ("GLD charges 0.10% and GLDM 0.40%.", "GLD charges 0.40% and GLDM 0.10%."),
        (
            "Nickel stood at USD 26 in May 2026 and cobalt at USD 18 in July 2026.",
            "Cobalt stood at USD 26 in July 2026 and nickel at USD 18 in May 2026.",
        ),
        (
            "The rule was published on 20 May 2026 and proposed in a notice of 3 June 2026.",
            "The rule was published on 3 June 2026 and proposed in a notice of 20 May 2026.",
        ),
    ],
)
def test_figures_that_changed_places_are_caught(claim: str, quote: str) -> None:
    assert _fails(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Trucks pay 25% and cars pay 15%.", "Cars pay 15% and trucks pay 25%."),
        ("GLDM charges 0.10%.", "GLD charges 0.40% and GLDM 0.10%."),
        ("On 3 June 2026 the rule was published.", "The rule was published on 3 June 2026."),
        ("The tariff fell to 15% from 25%.", "The tariff fell from 25% to 15%."),
    ],
)
def test_another_order_of_the_same_facts_passes(claim: str, quote: str) -> None:
    assert not _fails(claim, quote)


@given(
    st.integers(1, 999),
    st.integers(1, 999),
    st.sampled_from(["%", " tonnes", " billion dollars", " days"]),
)
def test_a_figure_passes_exactly_when_it_is_the_quoted_one(one: int, other: int, unit: str) -> None:
    quote = f"The ministry set the limit at {other}{unit} in its notice."
    claim = f"The limit is {one}{unit}."
    assert check_claim(claim, [quote]).ok == (one == other)
