"""Every rule does something that is checked: without it, a check fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.allocation.loading import RULES_FILE
from corpus import Library
from tests.bot.allocation.deletions import breaks, delete_rule, rule_ids


def test_the_rules_as_they_are_break_nothing(library: Library) -> None:
    assert list(breaks(RULES_FILE, library)) == []


@pytest.mark.parametrize("name", rule_ids())
def test_deleting_a_rule_breaks_a_check(name: str, library: Library, tmp_path: Path) -> None:
    assert list(breaks(delete_rule(name, tmp_path), library))
