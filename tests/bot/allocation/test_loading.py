"""The rule file and the list of funds: what is wrong is told with its line at load."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.allocation import load_rules
from bot.allocation.loading import RULES_FILE, UNIVERSE_FILE
from bot.allocation.sleeves import THEMES
from bot.allocation.words import load_allocation_words
from corpus.errors import RulesError

RULES = RULES_FILE.read_text(encoding="utf-8")
UNIVERSE = UNIVERSE_FILE.read_text(encoding="utf-8")


def complaint(tmp_path: Path, old: str, new: str, *, text: str = RULES) -> tuple[str, str]:
    """What loading a changed file says, and the line that it points to."""
    assert text.count(old) >= 1
    path = tmp_path / "changed.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    files = (path, UNIVERSE_FILE) if text is RULES else (RULES_FILE, path)
    with pytest.raises(RulesError) as told:
        load_rules(*files)
    message = str(told.value)
    assert "\n" not in message
    assert message.startswith(f"{path}:")
    number = message.removeprefix(f"{path}:").split(":")[0]
    lines = path.read_text(encoding="utf-8").splitlines()
    return message, lines[int(number) - 1] if number.isdigit() else ""


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("3: {EQ: 60, BOND: 37", "3: {EQ: 61, BOND: 37", "adds up to 101, not 100"),
        ("split: {MIN: 15", "split: {MIN: 14", "adds up to 99, not 100"),
        ("  neutral: 60", "  neutrall: 60", "unknown key"),
        ("version:", "versoin:", "unknown key"),
        ("  4: {EQ: 75, BOND: 22", "  4: {EQ: 55, BOND: 42", "less EQ than level 3"),
        ("id: theme-cap,", "id: theme-kap,", "Input should be"),
        ("tilts: {MIN: +moderate}", "tilts: {MIN: moderate}", "should match pattern"),
        ("tilts: {MIN: +moderate}", "tilts: {EQ: +moderate}", "Input should be"),
        ("in-force: 1,", "in-farce: 1,", "Input should be"),
        ("cap: {1: 0, 2: 5", "cap: {2: 5", "give the levels 1 to 5"),
        ("- {months: 12, factor: 1}", "- {months: 36, factor: 1}", "put the shorter ones first"),
        ("    quote: 'On", "    qoute: 'On", "unknown key"),
    ],
)
def test_a_mistake_in_the_rules_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    message, line = complaint(tmp_path, old, new)
    assert reason in message
    touched = new.strip().split(":")[0].split("{")[0].strip(" -")
    assert touched in line or reason in {"put the shorter ones first", "give the levels 1 to 5"}


def test_a_key_given_twice_is_refused(tmp_path: Path) -> None:
    message, _ = complaint(tmp_path, "step: 3,", "step: 3, step: 4,")
    assert "'step' is given twice" in message


def test_a_signal_given_twice_is_refused(tmp_path: Path) -> None:
    message, _ = complaint(
        tmp_path,
        "document: price-floors-critical-minerals",
        "document: us-project-vault-2026",
    )
    assert "'us-project-vault-2026' is given twice" in message


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("- ticker: VTI\n", "- ticker: VT\n", "VT is given twice"),
        ("expense_ratio_pct: 0.06", "expense_ratio_pct: -1", "greater than or equal to 0"),
        ("  sleeve: EQ\n", "  sleeve: EQUITY\n", "Input should be"),
        ("china-exposure-low", "china-exposure-none\n  - china-exposure-high", "more than one"),
    ],
)
def test_a_mistake_in_the_list_of_funds_is_told(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    message, _ = complaint(tmp_path, old, new, text=UNIVERSE)
    assert reason in message


def test_a_file_that_is_no_mapping_or_not_there_is_told(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    with pytest.raises(RulesError, match="cannot be read"):
        load_rules(path)
    path.write_text("- nothing\n", encoding="utf-8")
    with pytest.raises(RulesError, match="not a mapping"):
        load_rules(path)


def test_the_hash_changes_with_a_rule_and_not_with_the_ends_of_lines(tmp_path: Path) -> None:
    crlf, other = tmp_path / "crlf.yaml", tmp_path / "other.yaml"
    crlf.write_text(RULES.replace("\n", "\r\n"), encoding="utf-8", newline="")
    other.write_text(RULES.replace("fund_cap: 5", "fund_cap: 4"), encoding="utf-8")
    assert load_rules(crlf).digest == load_rules().digest != load_rules(other).digest


def test_every_figure_names_a_source_or_is_marked_as_our_assumption() -> None:
    rules = load_rules().rules
    assert all(rule.assumption or "http" in rule.source for rule in rules.rules)
    assert all(shock.source for shock in rules.shocks)
    for fund in load_rules().universe.funds:
        assert fund.source_url.startswith("http")


def test_no_theme_can_fall_below_zero_by_the_packaged_tilts() -> None:
    rules = load_rules().rules
    for theme in THEMES:
        down = sum(
            rules.tilts.sizes["strong" if text.endswith("strong") else "moderate"]
            for signal in rules.signals
            for key, text in signal.tilts.items()
            if key is theme and text.startswith("-")
        )
        assert rules.themes.neutral * rules.themes.split.of(theme) / 100 > down


def test_words_are_missed_by_name() -> None:
    words = load_allocation_words("ja")
    with pytest.raises(RulesError, match=r"ja\.yaml: signals: no words for 'new'; add them"):
        words.require(["new"], [])
