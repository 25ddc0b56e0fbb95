"""Rules deleted from a copy of the rule file, one at a time, and the checks that miss them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from bot.allocation import Allocator, load_rules
from bot.allocation.loading import RULES_FILE
from corpus import Library
from corpus.errors import AllocationError
from tests.bot.allocation.cases import profile
from tests.bot.allocation.invariants import check

HIGH = {"willingness": 5, "tolerable_loss_pct": 50}

CASES: tuple[tuple[str, date, dict[str, Any]], ...] = (
    ("the worked example", date(2026, 11, 22), {}),
    ("level 5, minerals above their cap", date(2026, 2, 10), HIGH),
    ("level 5 in funds, one above 5 %", date(2025, 11, 15), {**HIGH, "implementation": "funds"}),
    (
        "in funds without China: no minerals fund",
        date(2026, 11, 22),
        {**HIGH, "implementation": "funds", "exclusions": ["china-exposure"]},
    ),
    ("level 2, small minerals", date(2028, 6, 1), {"willingness": 2}),
    ("technology excluded", date(2026, 11, 22), {"exclusions": ["TECH"]}),
    ("willing beyond capacity", date(2026, 11, 22), {"willingness": 5, "tolerable_loss_pct": 21}),
    ("under 3 years", date(2026, 11, 22), {**HIGH, "horizon": "under-3y"}),
    ("themes not known", date(2026, 11, 22), {"theme_knowledge": False}),
    ("no emergency fund", date(2026, 11, 22), {"emergency_fund": False}),
    ("costly debt", date(2026, 11, 22), {"costly_debt": True}),
    ("nothing tolerable", date(2026, 11, 22), {"tolerable_loss_pct": 0}),
    ("when the October controls are new", date(2025, 10, 10), HIGH),
)


class Caught(NamedTuple):
    """The first case that a rule's deletion breaks, and what was said."""

    case: str
    complaint: str


def rule_ids() -> list[str]:
    """Every rule's id, signals among them."""
    rules = load_rules().rules
    return [*(rule.id.value for rule in rules.rules), *(s.document for s in rules.signals)]


def delete_rule(name: str, folder: Path) -> Path:
    """Write the rule file without one rule or signal."""
    data = yaml.safe_load(RULES_FILE.read_text(encoding="utf-8"))
    data["rules"] = [rule for rule in data["rules"] if rule["id"] != name]
    data["signals"] = [signal for signal in data["signals"] if signal["document"] != name]
    path = folder / "rules.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


def breaks(path: Path, library: Library) -> Iterator[Caught]:
    """The cases that no longer hold by a changed rule file."""
    allocator = Allocator.load(library, rule_set=load_rules(path))
    for name, day, changes in CASES:
        try:
            check(allocator, profile(**changes), day)
        except AssertionError as error:
            yield Caught(name, _broken_check(error))
        except AllocationError as error:
            yield Caught(name, str(error)[:60])


def _broken_check(error: AssertionError) -> str:
    """The line of the check that failed."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    assert trace is not None
    lines = Path(trace.tb_frame.f_code.co_filename).read_text(encoding="utf-8").splitlines()
    return lines[trace.tb_lineno - 1].strip()
