"""Every rule does something that is checked: without it, a check fails."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.allocation import Allocator, load_rules
from bot.allocation.loading import RULES_FILE
from corpus import Library
from tests.bot.allocation.cases import profile
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
    name: str, allocator: Allocator, library: Library, tmp_path: Path
) -> None:
    """On some day between its document's publication and now, for the boldest profile."""
    without = Allocator.load(library, rule_set=load_rules(delete_rule(name, tmp_path)))
    published = next(s.document.published for s in allocator.signals if s.id == name)
    days = [published, *(date(2026, month, 15) for month in range(2, 12))]
    pairs = [(allocate(allocator, profile(**HIGH), d), allocate(without, profile(**HIGH), d))
             for d in days if d >= published]  # fmt: skip
    if SIGNALS[name]:
        assert any(one.weights() != other.weights() for one, other in pairs)
    else:
        assert all(one.weights() == other.weights() for one, other in pairs)
        assert any(one.warnings != other.warnings for one, other in pairs)
