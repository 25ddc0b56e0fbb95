"""What a terminal shows: ranges first, then weights, then every reason with its source."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from rich.console import Console

from bot.allocation import Allocator, Sleeve, all_cells, compare_days, view_of
from bot.allocation.render import Renderer
from tests.bot.allocation.cases import profile
from tests.bot.allocation.invariants import allocate
from tests.conftest import TODAY

FULL: dict[str, Any] = {
    "amount": 10_000,
    "currency": "USD",
    "holdings": [{"ticker": "VT", "percent": 90}, {"ticker": "GLD", "percent": 10}],
}


def shown(allocator: Allocator, draw: str = "show", *, tty: bool = False, **data: object) -> str:
    file = io.StringIO()
    console = Console(file=file, width=100, force_terminal=tty, highlight=False, emoji=False)
    renderer = Renderer(allocator, console)
    result = allocate(allocator, profile(**data), TODAY)
    if draw == "show":
        renderer.show(result)
    elif draw == "explain":
        renderer.explain(result, Sleeve.MIN)
    elif draw == "table":
        renderer.table(all_cells(allocator.rules))
    elif draw == "rules":
        renderer.rules()
    else:
        days = date(2026, 7, 13), date(2026, 7, 14)
        renderer.difference(compare_days(allocator, allocator.default_profile, *days))
    return file.getvalue()


def test_a_result_shows_its_parts_in_order(allocator: Allocator) -> None:
    text = shown(allocator, **FULL)
    heads = allocator.words.headings
    parts = [
        heads.result.format(day="22 November 2026"),
        "Level 3 (moderate): willingness 3, capacity 3. Horizon: over 10 years.",
        heads.warnings,
        "Range",
        "48.75 to 58.75 %",
        heads.worst,
        "−26.8 %, which is −2,680 USD",
        "Without themes: −26.5 %",
        heads.cost,
        "0.07 % a year, which is 7.00 USD; the themes add 0.02 percentage points.",
        heads.stress,
        heads.fired,
        heads.not_fired,
        heads.change,
        heads.funds,
        "VT  Vanguard Total World Stock ETF: 0.06 % a year; read: 2026-01-31, https://",
        heads.screened_out,
        heads.drift,
        "GLD: 10.0 % held",
        heads.disclosures,
        allocator.rule_set.digest,
    ]
    places = [text.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert places == sorted(places)


def test_ranges_stand_before_exact_weights(allocator: Allocator) -> None:
    (line,) = [x for x in shown(allocator).splitlines() if x.startswith("Critical minerals")]
    assert line.split() == ["Critical", "minerals", "0.75", "to", "2.25", "%", "1.5", "%", "0", "%"]


def test_every_signal_is_shown_with_quote_source_and_counter_argument(
    allocator: Allocator,
) -> None:
    view = view_of(allocate(allocator, profile(), TODAY), allocator)
    told = [*view.fired, *view.not_fired]
    titles = {words.title for words in allocator.words.signals.values()}
    signals = [rule for rule in told if rule.title in titles]
    assert len(signals) == 13
    for rule in signals:
        assert rule.quote
        assert rule.source
        assert "published 202" in rule.source
        assert rule.counter
        assert rule.counter.startswith("But: ")


def test_an_education_outcome_shows_reasons_and_no_figures(allocator: Allocator) -> None:
    text = shown(allocator, emergency_fund=False)
    assert "No mix for 22 November 2026, but the reasons" in text
    assert "no emergency fund" in text
    assert "general information" in text
    for absent in ("Exact weight", "Scenarios", "Yearly cost"):
        assert absent not in text


def test_a_ledger_adds_up_before_the_readers_eyes(allocator: Allocator) -> None:
    text = shown(allocator, "explain")
    assert "+0.63  Neutral themes: " in text
    assert "−0.2  Cap of all themes: " in text
    assert "1.5 %  in all" in text
    assert "“On 4 April 2025, two days after" in text
    assert "(china-rare-earth-controls-april-2025), published 2025-04-04; https://" in text
    assert "Allocation for 22 November 2026. Level 3 (moderate)" in text
    for words in allocator.words.signals.values():
        assert text.count(f"{words.title}: {words.title}") == 0


def test_a_signal_that_moved_weights_tells_its_size_and_that_it_is_assumed(
    allocator: Allocator,
) -> None:
    view = view_of(allocate(allocator, profile(), TODAY), allocator)
    (vault,) = [rule for rule in view.fired if rule.title == "Project Vault"]
    assert vault.lines == ("EQ −0.35", "POL +0.35")
    assert vault.reason == (
        "Announced; +moderate tilt, 10 % of the theme cap of 7 %, × 0.5 for its status × 1 for "
        "its age [A]."
    )
    for rule in view.fired:
        assert "[A]" in (rule.reason or "")
    (level,) = [rule for rule in view.fired if rule.title == "Level"]
    assert level.lines == ()


def test_money_is_shown_as_its_currency_is_counted(allocator: Allocator) -> None:
    yen = shown(allocator, amount=1_000_000, currency="JPY")
    assert "which is 700 JPY;" in yen
    assert "which is 0.07 USD;" in shown(allocator, amount=100, currency="USD")


def test_the_table_shows_every_cell(allocator: Allocator) -> None:
    rows = [x for x in shown(allocator, "table").splitlines() if "−" in x]
    assert len(rows) == 15
    assert rows[-1].split()[-1] == "−39.3"


def test_a_difference_names_signals_and_sleeves(allocator: Allocator) -> None:
    text = shown(allocator, "difference")
    assert "in negotiation → lapsed, unconfirmed; tilts MIN +0.17 → MIN 0" in text
    assert "because of: Section 232 talks on processed minerals" in text


def test_a_notice_that_tilts_nothing_is_not_told_as_a_tilt(allocator: Allocator) -> None:
    file = io.StringIO()
    renderer = Renderer(allocator, Console(file=file, width=100))
    days = date(2026, 2, 10), date(2026, 11, 22)
    renderer.difference(compare_days(allocator, allocator.default_profile, *days))
    text = file.getvalue()
    assert "The emergency tariffs of 2025: in force → struck down; it gives a notice" in text
    assert "– → –" not in text


def test_the_rule_set_shows_sources(allocator: Allocator) -> None:
    text = shown(allocator, "rules")
    assert "[A] Inside the ranges of published robo-adviser ladders." in text
    assert "Vanguard portfolio allocation models" in text
    for rule in allocator.rule_order:
        assert rule in text
    for signal in allocator.signals:
        assert f"({signal.document.id}), published {signal.document.published}; " in text


@pytest.mark.parametrize("draw", ["show", "explain", "table", "rules", "difference"])
def test_colours_are_for_terminals_only(allocator: Allocator, draw: str) -> None:
    assert "\x1b[" not in shown(allocator, draw, **FULL)
    assert "\x1b[" in shown(allocator, draw, tty=True, **FULL)


@pytest.mark.parametrize("draw", ["show", "explain", "table", "rules", "difference"])
def test_everything_can_be_shown_in_japanese(allocator_ja: Allocator, draw: str) -> None:
    text = shown(allocator_ja, draw, **FULL)
    assert "{" not in text
    assert allocator_ja.words.headings.disclosures in text or draw == "rules"
