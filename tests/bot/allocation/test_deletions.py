"""Every rule does something that is checked: without it, a check fails."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.allocation import Allocator, load_rules
from bot.allocation.loading import RULES_FILE
from corpus import Library, Status
from tests.bot.allocation.cases import library_with, profile
from tests.bot.allocation.deletions import HIGH, breaks, delete_rule, rule_ids
from tests.bot.allocation.invariants import allocate
from tests.bot.allocation.oracle import SIGNALS


def test_the_rules_as_they_are_break_nothing(library: Library) -> None:
    assert list(breaks(RULES_FILE, library)) == []


@pytest.mark.parametrize("name", rule_ids())
def test_deleting_a_rule_breaks_a_check(name: str, library: Library, tmp_path: Path) -> None:
    assert list(breaks(delete_rule(name, tmp_path), library))


@pytest.mark.parametrize("name", list(SIGNALS))
def test_deleting_a_signal_moves_a_weight_or_takes_a_notice_away(
    name: str, library: Library, tmp_path: Path
) -> None:
    """On some day since its document's publication, for the boldest profile.

    A document that rests in the corpus as it is, as the suspended controls do, is put in force.
    """
    fewer = load_rules(delete_rule(name, tmp_path))
    if SIGNALS[name]:
        library = library_with({name: {"status": Status.IN_FORCE}})
    with_it, without = Allocator.load(library), Allocator.load(library, rule_set=fewer)
    published = library.get(name).published
    days = [published, *(date(2026, month, 15) for month in range(2, 12))]
    pairs = [
        tuple(allocate(made_by, profile(**HIGH), day) for made_by in (with_it, without))
        for day in days
        if day >= published
    ]
    moved = any(one.weights() != other.weights() for one, other in pairs)
    assert moved == bool(SIGNALS[name])
    if not SIGNALS[name]:
        assert any(one.warnings != other.warnings for one, other in pairs)
