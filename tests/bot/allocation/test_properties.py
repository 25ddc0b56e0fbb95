"""The specification's properties. A full run (--hypothesis-profile=full) tries 20,000 examples."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.allocation import THEMES, Allocation, Allocator, Sleeve, packaged_rules
from tests.bot.allocation import oracle
from tests.bot.allocation.cases import (
    allocator_with,
    changed_dates,
    days,
    profiles,
    share,
    states,
)
from tests.bot.allocation.invariants import allocate, check, run

DAY = timedelta(days=1)
HORIZONS = ("under-3y", "3-10y", "over-10y")


def themes(result: Allocation) -> int:
    return sum(result.weights().get(theme, 0) for theme in THEMES)


def risky(result: Allocation) -> int:
    return themes(result) + result.weights().get(Sleeve.EQ, 0)


@share(1)
@given(profiles(), days, states())
def test_every_result_is_what_the_specification_says(
    data: dict[str, Any], day: date, changes: dict[str, Any]
) -> None:
    check(allocator_with(changes), data, day)


@share(0.5)
@given(profiles(with_gates=False), days, states())
def test_the_risky_share_never_falls_with_willingness_or_time(
    data: dict[str, Any], day: date, changes: dict[str, Any]
) -> None:
    allocator = allocator_with(changes)
    data = {**data, "tolerable_loss_pct": 100}
    by_level = [
        risky(allocate(allocator, {**data, "willingness": level}, day)) for level in range(1, 6)
    ]
    assert by_level == sorted(by_level)
    by_horizon = [risky(allocate(allocator, {**data, "horizon": h}, day)) for h in HORIZONS]
    assert by_horizon == sorted(by_horizon)


@share(0.5)
@given(profiles(), days, states(), st.data())
def test_more_caution_never_raises_level_risk_or_themes(
    data: dict[str, Any], day: date, changes: dict[str, Any], draw: st.DataObject
) -> None:
    allocator = allocator_with(changes)
    before = allocate(allocator, data, day)
    cautious = draw.draw(
        st.sampled_from(
            (
                {"willingness": max(1, data["willingness"] - 1)},
                {"tolerable_loss_pct": draw.draw(st.floats(0, data["tolerable_loss_pct"]))},
                {"theme_knowledge": False},
                {"exclusions": [*data["exclusions"], "MIN"]},
                {"exclusions": [*data["exclusions"], "defense"]},
                {"exclusions": [*data["exclusions"], "TECH"]},
                {"exclusions": [*data["exclusions"], "POL"]},
                {"exclusions": [*data["exclusions"], "china-exposure"]},
                {"exclusions": [*data["exclusions"], "XAR"]},
            )
        )
    )
    after = allocate(allocator, {**data, **cautious}, day)
    assert (after.level or 0) <= (before.level or 0)
    assert risky(after) <= risky(before)
    assert themes(after) <= themes(before)


@share(0.25)
@given(profiles(with_gates=False), days, states(), st.randoms(use_true_random=False))
def test_the_order_of_the_signals_does_not_matter(
    data: dict[str, Any], day: date, changes: dict[str, Any], random: Random
) -> None:
    allocator = allocator_with(changes)
    shuffled = list(allocator.signals)
    random.shuffle(shuffled)
    other = Allocator(allocator.rule_set, tuple(shuffled), allocator.words, allocator.fingerprint)
    assert allocate(other, data, day).weights() == allocate(allocator, data, day).weights()


@share(0.25)
@given(profiles(with_gates=False), days, states(), st.sampled_from(oracle.THEMES))
def test_an_exclusion_never_raises_another_theme(
    data: dict[str, Any], day: date, changes: dict[str, Any], theme: str
) -> None:
    allocator = allocator_with(changes)
    before = run(allocator, data, day)
    after = run(allocator, {**data, "exclusions": [*data["exclusions"], theme]}, day)
    for old, new in zip(before["sleeves"][3:], after["sleeves"][3:], strict=True):
        assert new["weight_bp"] <= old["weight_bp"]
        assert new["sleeve"] != theme or new["weight_bp"] == 0


@share(0.25)
@given(
    profiles(with_gates=False),
    days,
    states(),
    changed_dates(),
    st.sampled_from(sorted(oracle.SIGNALS)),
)
def test_a_signal_that_is_over_weighs_as_much_as_none(
    data: dict[str, Any],
    day: date,
    changes: dict[str, Any],
    change: dict[str, Any],
    name: str,
) -> None:
    with_it = allocator_with({**changes, name: change})
    state = next(s for s in with_it.signals if s.id == name).state(day)
    assume(state in {"lapsed-unconfirmed", "expired", "struck-down", "superseded", "suspended"})
    rules = packaged_rules().rules
    kept = tuple(signal for signal in rules.signals if signal.document != name)
    without_it = allocator_with(changes, rules=rules.model_copy(update={"signals": kept}))
    assert allocate(with_it, data, day).weights() == allocate(without_it, data, day).weights()


@share(0.5)
@given(profiles(with_gates=False), states(), st.sampled_from(sorted(oracle.SIGNALS)))
def test_past_a_signals_date_only_its_own_sleeves_change_unless_the_theme_cap_binds(
    data: dict[str, Any], changes: dict[str, Any], name: str
) -> None:
    allocator = allocator_with(changes)
    document = next(s.document for s in allocator.signals if s.id == name)
    dates = [d for d in (document.effective_until, document.next_date) if d]
    assume(dates)
    day = dates[0]
    before, after = run(allocator, data, day), run(allocator, data, day + DAY)
    moved = {
        old["id"]
        for old, new in zip(before["signals"], after["signals"], strict=True)
        if old != new
    }
    assume(moved <= {name})
    fired = {
        line["rule"]
        for result in (before, after)
        for sleeve in result["sleeves"]
        for line in sleeve["ledger"]
    }
    allowed = {"EQ", *oracle.SIGNALS[name]}
    for old, new in zip(before["sleeves"], after["sleeves"], strict=True):
        if old != new and "theme-cap" not in fired:
            assert old["sleeve"] in allowed
    for key in ("level", "capacity_level", "without_themes", "profile", "disclosures"):
        assert before[key] == after[key]


@share(0.25)
@given(profiles(), days, states())
def test_the_same_input_gives_the_same_bytes(
    data: dict[str, Any], day: date, changes: dict[str, Any]
) -> None:
    one, other = allocator_with(changes), allocator_with(changes)
    assert allocate(one, data, day).to_json() == allocate(other, data, day).to_json()
