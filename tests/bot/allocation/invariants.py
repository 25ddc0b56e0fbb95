"""What must hold of one result, whatever the profile, the day and the state of the signals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.allocation import Allocation, Allocator
from tests.bot.allocation import oracle


def run(allocator: Allocator, data: Mapping[str, Any], day: date) -> dict[str, Any]:
    """An allocation as its JSON."""
    import json

    result: dict[str, Any] = json.loads(allocate(allocator, data, day).to_json())
    return result


def allocate(allocator: Allocator, data: Mapping[str, Any], day: date) -> Allocation:
    return allocator.allocate(allocator.parse(data), day, lambda: "id")


def states_of(allocator: Allocator, result: Mapping[str, Any]) -> dict[str, tuple[str, date]]:
    published = {s.id: s.document.published for s in allocator.signals}
    return {s["id"]: (s["state"], published[s["id"]]) for s in result["signals"]}


def check(allocator: Allocator, data: Mapping[str, Any], day: date) -> None:
    """Hold one result to the specification."""
    result = run(allocator, data, day)
    assert result["profile"] == data
    assert [s["id"] for s in result["signals"]] == list(oracle.SIGNALS)
    check_quotes(allocator, result)
    check_rules(allocator, result)
    assert result["capacity_level"] == oracle.capacity(dict(data))
    if oracle.is_education(dict(data)):
        check_education(result, data)
    else:
        check_mix(allocator, result, dict(data), day)


def check_education(result: dict[str, Any], data: Mapping[str, Any]) -> None:
    assert result["outcome"] == "education"
    assert result["level"] is None
    assert result["sleeves"] == []
    warned = " ".join(result["warnings"])
    assert ("no emergency fund" in warned) == (not data["emergency_fund"])
    assert ("costly debt" in warned) == data["costly_debt"]
    assert ("does not cover level 1" in warned) == (result["capacity_level"] == 0)
    assert all(set(s["tilts_bp"].values()) <= {0} for s in result["signals"])


def check_mix(
    allocator: Allocator, result: dict[str, Any], data: dict[str, Any], day: date
) -> None:
    assert result["outcome"] == "allocation"
    assert result["level"] == oracle.level(data)
    sleeves = {s["sleeve"]: s for s in result["sleeves"]}
    assert list(sleeves) == list(oracle.ORDER)
    mix = {name: s["weight_bp"] for name, s in sleeves.items()}
    bare = frozenset(
        theme
        for theme in oracle.THEMES
        if all(f["expense_ratio_pct"] is None for f in sleeves[theme]["funds"])
    )
    states = states_of(allocator, result)
    assert mix == oracle.weights(data, day, states, without_fund=bare)
    assert sum(mix.values()) == 10_000
    for sleeve in sleeves.values():
        assert sleeve["weight_bp"] == sum(line["bp"] for line in sleeve["ledger"])
    eq, bond, cash = oracle.BASE[data["horizon"]][result["level"] - 1]
    assert (mix["BOND"], mix["CASH"]) == (bond * 100, cash * 100)
    assert [w["weight_bp"] for w in result["without_themes"][:3]] == [
        p * 100 for p in (cash, bond, eq)
    ]
    check_caps(mix, data)
    check_tilts(result, data, day, states)
    lapsed = {
        theme
        for signal, tilts in oracle.SIGNALS.items()
        if states[signal][0] == "lapsed-unconfirmed"
        for theme in tilts
    }
    for name, sleeve in sleeves.items():
        wanted = oracle.range_of(name, mix[name], lapsed=name in lapsed)
        assert sleeve["range_bp"] == wanted
    changes = oracle.changes(mix, data["horizon"])
    assert {s["scenario"]: s["change_pct"] for s in result["stress"]} == changes
    assert result["worst_year_pct"] == min(changes["1931-type year"], changes["2022-type year"])
    past = -result["worst_year_pct"] - data["tolerable_loss_pct"]
    assert past <= 1
    assert any("passes the tolerable loss" in w for w in result["warnings"]) == (past > 0)


def check_caps(mix: dict[str, int], data: dict[str, Any]) -> None:
    cap = oracle.theme_cap(data)
    assert sum(mix[theme] for theme in oracle.THEMES) <= cap
    for theme in oracle.THEMES:
        assert 0 <= mix[theme] <= cap * oracle.OWN_CAP[theme] // 100
        assert mix[theme] == 0 or (mix[theme] >= 50 and mix[theme] % 25 == 0)
        if data.get("implementation") == "funds":
            assert mix[theme] <= 500


def check_tilts(
    result: dict[str, Any],
    data: dict[str, Any],
    day: date,
    states: dict[str, tuple[str, date]],
) -> None:
    """Each signal's tilts, and exactly one ledger line for each that is not zero."""
    cap = oracle.theme_cap(data)
    ledgers = {s["sleeve"]: s["ledger"] for s in result["sleeves"]}
    for signal in result["signals"]:
        name = signal["id"]
        wanted = {
            theme: oracle.tilt(percent, cap, *states[name], day)
            for theme, percent in oracle.SIGNALS[name].items()
        }
        assert signal["tilts_bp"] == wanted
        for theme in oracle.THEMES:
            lines = [line["bp"] for line in ledgers[theme] if line["rule"] == name]
            assert lines == ([wanted[theme]] if wanted.get(theme) else [])


def check_quotes(allocator: Allocator, result: dict[str, Any]) -> None:
    bodies = {s.id: s.document.body for s in allocator.signals}
    cited = [line for s in result["sleeves"] for line in s["ledger"] if "quote" in line]
    for part in [*result["signals"], *cited]:
        body = bodies[part["document_id"]]
        assert part["quote"] == body[part["start"] : part["end"]]
        assert part["quote"].strip()
    for signal in result["signals"]:
        assert signal["counter"].strip()


def check_rules(allocator: Allocator, result: dict[str, Any]) -> None:
    """Every rule is in a ledger line or among those that did not fire, and in one of them only."""
    fired = {line["rule"] for s in result["sleeves"] for line in s["ledger"]}
    rest = [line["rule"] for line in result["rules_not_fired"]]
    assert fired.isdisjoint(rest)
    assert sorted([*fired, *rest]) == sorted(allocator.rule_order)
    assert all(line["why"].strip() for line in result["rules_not_fired"])
