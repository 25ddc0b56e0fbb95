"""What changed between two days, and what would change next."""

from __future__ import annotations

from datetime import date

from hypothesis import given

from bot.allocation import Allocator, compare_days
from bot.allocation.coming import Turn, coming_changes
from tests.bot.allocation.cases import allocator_with, days, profile, share, states
from tests.bot.allocation.invariants import allocate
from tests.conftest import TODAY


def test_two_like_days_differ_in_nothing(allocator: Allocator) -> None:
    found = compare_days(allocator, allocator.default_profile, TODAY, TODAY)
    assert (found.signals, found.sleeves, found.warnings_new, found.warnings_gone) == ((),) * 4


def test_a_signal_that_lapses_is_named_with_the_sleeves_that_it_moves(
    allocator: Allocator,
) -> None:
    data = allocator.parse(profile(willingness=5, tolerable_loss_pct=50))
    found = compare_days(allocator, data, date(2026, 7, 13), date(2026, 7, 14))
    (change,) = found.signals
    assert change.id == "s232-critical-minerals-11001"
    assert (change.before.value, change.after.value) == ("in-negotiation", "lapsed-unconfirmed")
    minerals = next(line for line in found.sleeves if line.sleeve == "MIN")
    assert minerals.signals == (change.id,)
    assert minerals.after_bp <= minerals.before_bp
    width = [hi - lo for lo, hi in (minerals.range_before_bp, minerals.range_after_bp)]
    assert width[1] > width[0]
    assert [w for w in found.warnings_new if w.startswith("Lapsed, unconfirmed: Section 232")]


def test_a_sleeve_that_no_changed_signal_names_moved_through_the_caps(
    allocator: Allocator,
) -> None:
    found = compare_days(allocator, allocator.default_profile, date(2026, 2, 10), TODAY)
    for line in found.sleeves:
        named = {c.id for c in found.signals if line.sleeve in c.tilts_after}
        if line.sleeve != "EQ":
            assert set(line.signals) == named


def test_each_change_names_the_dates_that_did_it_and_its_quote(allocator: Allocator) -> None:
    first = date(2026, 2, 10)
    for days_given in ((first, TODAY), (TODAY, first)):
        found = compare_days(allocator, allocator.default_profile, *days_given)
        assert found.corpus_fingerprint == allocator.fingerprint
        for change in found.signals:
            signal = next(s for s in allocator.signals if s.id == change.id)
            assert change.quote in signal.document.body
            turned = [turn for turn in change.turns if turn.turn is Turn.STATE]
            assert change.turns
            assert all(first < turn.day <= TODAY for turn in change.turns)
            if change.before is not change.after:
                assert turned[-1].state is signal.state(TODAY)
            else:
                assert any(turn.turn is Turn.AGE for turn in change.turns)


@share(0.25)
@given(days, days, states())
def test_no_signal_changes_without_a_date_that_did_it(
    first: date, second: date, changes: dict[str, dict[str, object]]
) -> None:
    allocator = allocator_with(changes)
    data = allocator.parse(profile(willingness=5, tolerable_loss_pct=100))
    for change in compare_days(allocator, data, first, second).signals:
        assert change.turns


def test_the_day_of_the_profile_is_not_looked_at(allocator: Allocator) -> None:
    data = allocator.parse(profile(as_of="2025-01-01"))
    found = compare_days(allocator, data, date(2026, 2, 10), TODAY)
    assert (found.first, found.second) == (date(2026, 2, 10), TODAY)
    assert found.signals


def test_the_next_dates_are_told_in_order(allocator: Allocator) -> None:
    found = coming_changes(allocator.signals, TODAY, allocator.rules.tilts)
    assert [c.day for c in found] == sorted(c.day for c in found)
    assert found[0].day == date(2026, 12, 5)
    assert found[0].signal == "price-floors-critical-minerals"


@share(0.25)
@given(days, states())
def test_no_signals_tilt_changes_before_the_first_date_that_is_told(
    day: date, changes: dict[str, dict[str, object]]
) -> None:
    allocator = allocator_with(changes)
    found = coming_changes(allocator.signals, day, allocator.rules.tilts)
    assert all(c.day > day for c in found)
    until = found[0].day - (date(2025, 1, 2) - date(2025, 1, 1)) if found else date(2040, 1, 1)
    data = profile(willingness=5, tolerable_loss_pct=100)
    before, after = (allocate(allocator, data, d) for d in (day, until))
    assert [s.tilts_bp for s in before.signals] == [s.tilts_bp for s in after.signals]
