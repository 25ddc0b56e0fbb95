from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.journal.review.statistics import kappa, wilson
from bot.journal.tallies import latency_class, percentile

counts = st.integers(min_value=0, max_value=10**6)
verdicts = st.sampled_from(["correct", "partly", "wrong"])
tables = st.dictionaries(st.tuples(verdicts, verdicts), st.integers(0, 10_000))


@st.composite
def shares(draw: st.DrawFn) -> tuple[int, int]:
    n = draw(st.integers(1, 10**6))
    return draw(st.integers(0, n)), n


@given(shares())
def test_the_interval_holds_the_share_and_stays_between_none_and_all(case: tuple[int, int]) -> None:
    share = wilson(*case)

    assert share.value is not None
    assert share.low is not None
    assert share.high is not None
    assert 0 <= share.low <= share.value <= share.high <= 1
    assert share.low < share.high


@given(shares())
def test_what_is_wrong_is_as_uncertain_as_what_is_right(case: tuple[int, int]) -> None:
    right, n = case
    one, other = wilson(right, n), wilson(n - right, n)

    assert one.low == pytest.approx(1 - (other.high or 0), abs=1e-12)
    assert one.high == pytest.approx(1 - (other.low or 0), abs=1e-12)


@given(shares(), st.integers(2, 50))
def test_more_cases_of_the_same_share_tell_more(case: tuple[int, int], times: int) -> None:
    right, n = case
    few, many = wilson(right, n), wilson(right * times, n * times)

    assert (many.high or 0) - (many.low or 0) < (few.high or 0) - (few.low or 0)


def test_wilson_agrees_with_published_figures() -> None:
    # R's prop.test(81, 263, correct = FALSE), as in Newcombe, Statistics in Medicine 17 (1998).
    share = wilson(81, 263)
    assert (round(share.low or 0, 4), round(share.high or 0, 4)) == (0.2553, 0.3662)
    # The same paper: 0 of 20.
    assert wilson(0, 20).low == 0
    assert round(wilson(0, 20).high or 0, 4) == 0.1611


def test_of_nothing_nothing_is_told() -> None:
    assert wilson(0, 0).value is None
    assert kappa({}).kappa is None
    assert kappa({("correct", "correct"): 0}).kappa is None


@given(tables)
def test_kappa_lies_between_its_bounds_and_does_not_ask_who_came_first(
    table: dict[tuple[str, str], int],
) -> None:
    told = kappa(table)
    turned = kappa({(second, first): count for (first, second), count in table.items()})

    assert told.kappa == turned.kappa
    if told.kappa is not None:
        assert -1 - 1e-12 <= told.kappa <= 1
        assert told.observed is not None
        assert told.kappa <= told.observed + 1e-12
        assert math.isclose(told.kappa, 1) == (told.observed == 1)


@given(tables, st.integers(1, 100))
def test_kappa_is_of_shares_and_not_of_numbers(
    table: dict[tuple[str, str], int], times: int
) -> None:
    more = kappa({pair: count * times for pair, count in table.items()})
    told = kappa(table)

    assert more.pairs == told.pairs * times
    assert (more.kappa is None) == (told.kappa is None)
    assert more.kappa == pytest.approx(told.kappa)


def test_kappa_agrees_with_a_published_figure() -> None:
    # The worked example on Wikipedia's page of Cohen's kappa: 50 applications, kappa 0.4.
    table = {
        ("yes", "yes"): 20,
        ("yes", "no"): 5,
        ("no", "yes"): 10,
        ("no", "no"): 15,
    }
    assert kappa(table).kappa == pytest.approx(0.4)


def test_two_who_always_say_the_same_one_thing_tell_nothing() -> None:
    told = kappa({("correct", "correct"): 9})

    assert (told.observed, told.kappa) == (1, None)


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=200), st.sampled_from([0.5, 0.95]))
def test_a_percentile_of_classes_is_right_to_five_per_cent(
    latencies: list[float], share: float
) -> None:
    classes: dict[str, float] = {}
    for one in latencies:
        classes[latency_class(one)] = classes.get(latency_class(one), 0) + 1
    exact = sorted(latencies)[max(0, math.ceil(share * len(latencies) - 1e-9) - 1)]

    assert percentile(classes, share) == pytest.approx(exact, rel=0.05)


def test_no_latency_is_no_percentile() -> None:
    assert percentile({}, 0.5) is None
