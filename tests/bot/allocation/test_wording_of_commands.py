"""What `lodestone allocate` prints, on either stream and by every way in: nothing forbidden."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.allocation import Allocator, Sleeve
from bot.cli import app
from tests.bot.allocation.test_wording import FORBIDDEN_EN, FORBIDDEN_JA, without_names
from tests.bot.commands.test_allocate import write
from tests.bot.conftest import Lodestone

HOLDINGS = [{"ticker": "VT", "percent": 60}, {"ticker": "GLD", "percent": 40}]
PROFILES: tuple[dict[str, Any], ...] = (
    {},
    {"amount": 1_000_000, "currency": "JPY", "country": "JP", "holdings": HOLDINGS},
    {"willingness": 5, "tolerable_loss_pct": 50, "implementation": "funds"},
    {"exclusions": ["defense", "china-exposure", "VT"], "horizon": "3-10y"},
    {"emergency_fund": False, "costly_debt": True, "tolerable_loss_pct": 1},
)
WRONG = (
    {"willingness": 9},
    {"horizon": "soon"},
    {"exclusions": ["VTT"]},
    {"amount": -5},
    {"currency": "yen"},
    {"country": "Japan"},
    {"holdings": [{"ticker": "VT", "percent": 60}]},
    {"holdings": [{"ticker": "VT", "amount": -1}]},
    {"surprise": 1},
)
ANSWERS = (
    *("maybe", "3", "", "yes", "back", "yes", "no", "5", "1", "3", "3", "300", "30", "yes"),
    *("XYZ", "none", "Japan", "JP", "1,234", "10000 USD"),
    *("VTT 60", "VT -60", "VT 60, REMX 10, cash 30%"),
)
"""Answers to the questionnaire: wrong ones, Back, and two that contradict each other."""


def check(said: str, language: str, allocator: Allocator) -> None:
    text = without_names(said, allocator)
    patterns = [FORBIDDEN_EN, FORBIDDEN_JA] if language == "ja" else [FORBIDDEN_EN]
    for pattern in patterns:
        found = pattern.search(text)
        assert found is None, text[max(0, found.start() - 80) : found.end() + 80]


@pytest.fixture(params=["en", "ja"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def said(lodestone: Lodestone, *arguments: str, status: int = 0) -> str:
    ran = lodestone("allocate", *arguments)
    assert ran.status == status, ran.err
    return ran.out + ran.err


def without_profile(line: str) -> str:
    data = json.loads(line)
    data.pop("profile", None)
    return json.dumps(data, ensure_ascii=False)


@pytest.mark.parametrize("changes", PROFILES)
def test_results_ledgers_and_differences(
    lodestone: Lodestone,
    allocator: Allocator,
    tmp_path: Path,
    language: str,
    changes: dict[str, object],
) -> None:
    path = write(tmp_path, **changes)
    ways = ("--profile", path, "--language", language)
    check(said(lodestone, *ways), language, allocator)
    ran = lodestone("allocate", *ways, "--json")
    check(without_profile(ran.out), language, allocator)
    days = ("--from", "2025-11-15", "--to", "2026-11-22")
    for more in ([], ["--json"]):
        check(said(lodestone, "diff", *days, *ways, *more), language, allocator)
        for sleeve in Sleeve:
            if "costly_debt" not in changes:
                check(said(lodestone, "explain", sleeve, *ways, *more), language, allocator)
    batch = tmp_path / "profiles.jsonl"
    batch.write_text(Path(path).read_text(encoding="utf-8") + "\nbroken\n", encoding="utf-8")
    for line in said(lodestone, "--batch", str(batch), "--language", language).splitlines():
        check(without_profile(line), language, allocator)


def test_what_is_published_of_the_rules(
    lodestone: Lodestone, allocator: Allocator, language: str
) -> None:
    for view in ("table", "rules", "funds"):
        for more in ([], ["--json"]):
            text = said(lodestone, view, "--language", language, *more)
            check(text, language, allocator)


def test_the_questionnaire_and_what_it_says_to_wrong_answers(
    lodestone: Lodestone,
    allocator: Allocator,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(ANSWERS)))
    text = said(lodestone, "--language", language, "--as-of", "2026-11-22")
    assert re.search(r"11 of 11|11 / 11|11/11", text), text[:500]
    check(text, language, allocator)


@pytest.mark.parametrize("changes", WRONG)
def test_what_is_said_of_a_profile_that_cannot_be_used(
    lodestone: Lodestone, allocator: Allocator, tmp_path: Path, changes: dict[str, object]
) -> None:
    path = write(tmp_path, **changes)
    check(said(lodestone, "--profile", path, status=2).replace(path, ""), "en", allocator)


@pytest.mark.parametrize("command", [[], ["table"], ["explain"], ["rules"], ["diff"], ["funds"]])
def test_the_help(allocator: Allocator, command: list[str]) -> None:
    told = CliRunner().invoke(app, ["allocate", *command, "--help"])
    assert told.exit_code == 0
    check(told.output, "en", allocator)
