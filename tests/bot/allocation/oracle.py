"""The rules once more, written straight from the specification with its tables typed in.

It shares no table and no code with the program: where the two differ, one of them is wrong.
"""

from __future__ import annotations

from datetime import date
from typing import Any

THEMES = ("MIN", "DEF", "TECH", "POL")
ORDER = ("CASH", "BOND", "EQ", *THEMES)

BASE = {  # EQ, BOND, CASH in percent, levels 1 to 5
    "under-3y": ((0, 40, 60), (5, 40, 55), (10, 40, 50), (15, 40, 45), (20, 40, 40)),
    "3-10y": ((20, 70, 10), (35, 57, 8), (50, 45, 5), (65, 30, 5), (75, 20, 5)),
    "over-10y": ((30, 65, 5), (45, 50, 5), (60, 37, 3), (75, 22, 3), (90, 8, 2)),
}
WORST = {
    "under-3y": (-1.1, -2.1, -4.0, -6.2, -8.4),
    "3-10y": (-12.6, -16.1, -22.5, -28.7, -33.0),
    "over-10y": (-14.1, -20.3, -26.7, -32.9, -39.3),
}
THEME_CAP = (0, 500, 700, 1000, 1500)
SHARE = {"MIN": 15, "DEF": 30, "TECH": 25, "POL": 30}
OWN_CAP = {"MIN": 35, "DEF": 40, "TECH": 40, "POL": 40}
SIGNALS = {
    "china-rare-earth-controls-april-2025": {"MIN": 10},
    "china-october-2025-controls-suspension": {"MIN": 20, "DEF": -10, "TECH": -10},
    "china-japan-dual-use-ban-2026": {"MIN": 10},
    "g7-critical-minerals-action-plan-2025": {"POL": 10},
    "g7-critical-minerals-production-alliance-2025": {"POL": 10},
    "us-project-vault-2026": {"POL": 10},
    "us-critical-minerals-ministerial-forge-2026": {"MIN": 10, "POL": 10},
    "s232-critical-minerals-11001": {"MIN": 10},
    "nato-hague-5-percent-pledge-2025": {"DEF": 10},
    "japan-defense-2-percent-fy2026-budget": {"DEF": 10},
    "price-floors-critical-minerals": {"MIN": 10},
    "us-japan-2026-status": {},
    "ieepa-reciprocal-eo-14257": {},
}
QUARTERS = {"in-force": 4, "amended": 4, "announced": 2, "in-negotiation": 1}
"""How much a state counts, in quarters."""

SHOCKS = {  # CASH, BOND, short BOND, EQ, MIN, DEF, TECH, POL, in hundredths of a percent
    "1931-type year": (100, -185, -50, -4310, -6000, -4500, -5000, -4000),
    "2022-type year": (150, -1300, -500, -1800, -3000, 500, -3200, -1000),
    "China re-imposes controls": (0, 50, 20, -600, 1500, -1000, -1500, -300),
    "tariff escalation": (0, 200, 70, -1200, -1800, -600, -2000, -800),
    "theme bust": (0, 100, 40, -1000, -6000, -4500, -4500, -3000),
    "detente": (0, 0, 0, 400, -2500, -2000, 800, 0),
}
FEES = {"CASH": 7, "BOND": 3, "EQ": 6, "MIN": 69, "DEF": 35, "TECH": 35, "POL": 30}
"""Hundredths of a percent of each sleeve's first listed fund, where nothing is excluded."""


def capacity(profile: dict[str, Any]) -> int:
    worst = WORST[profile["horizon"]]
    return sum(1 for figure in worst if -figure <= profile["tolerable_loss_pct"])


def is_education(profile: dict[str, Any]) -> bool:
    return not profile["emergency_fund"] or profile["costly_debt"] or capacity(profile) == 0


def level(profile: dict[str, Any]) -> int:
    return min(int(profile["willingness"]), capacity(profile))


def months_between(published: date, day: date) -> int:
    """Twelve: not more than twelve months old; the same day of the month is still inside."""
    for months in (12, 24):
        year, month = published.year + months // 12, published.month
        leap = published.month == 2 and published.day == 29
        last = date(year, month, 28 if leap and year % 4 else published.day)
        if day <= last:
            return months
    return 99


def tilt(percent: int, cap: int, state: str, published: date, day: date) -> int:
    age = {12: 2, 24: 1, 99: 0}[months_between(published, day)]
    size = abs(percent) * cap * QUARTERS.get(state, 0) * age
    return (size // 800) * (1 if percent > 0 else -1)


def theme_cap(profile: dict[str, Any]) -> int:
    if profile["horizon"] == "under-3y" or not profile["theme_knowledge"]:
        return 0
    return THEME_CAP[level(profile) - 1]


def weights(
    profile: dict[str, Any],
    day: date,
    states: dict[str, tuple[str, date]],
    *,
    without_fund: frozenset[str] = frozenset(),
) -> dict[str, int]:
    """Basis points by sleeve.

    Args:
        profile: as JSON.
        day: the day asked about.
        states: by signal, its state and when its document was published.
        without_fund: themes that no fund implements; they count with `implementation: funds`.
    """
    cap = theme_cap(profile)
    themes = {theme: cap * 60 * SHARE[theme] // 10_000 for theme in THEMES}
    for signal, tilts in SIGNALS.items():
        state, published = states[signal]
        for theme, percent in tilts.items():
            themes[theme] += tilt(percent, cap, state, published, day)
    themes = {t: min(max(bp, 0), cap * OWN_CAP[t] // 100) for t, bp in themes.items()}
    total = sum(themes.values())
    if total > cap:
        themes = {t: bp * cap // total for t, bp in themes.items()}
    for name in profile["exclusions"]:
        themes |= {{"defense": "DEF"}.get(name, name): 0} if name in {*THEMES, "defense"} else {}
    if profile.get("implementation") == "funds":
        themes = {t: 0 if t in without_fund else min(bp, 500) for t, bp in themes.items()}
    themes = {t: bp - bp % 25 for t, bp in themes.items()}
    themes = {t: 0 if bp < 50 else bp for t, bp in themes.items()}
    eq, bond, cash = (100 * p for p in BASE[profile["horizon"]][level(profile) - 1])
    return {"CASH": cash, "BOND": bond, "EQ": eq - sum(themes.values()), **themes}


def changes(mix: dict[str, int], horizon: str) -> dict[str, float]:
    """Each scenario's change in percent, to one decimal, ties away from zero."""
    found = {}
    for name, (cash, bond, short, *rest) in SHOCKS.items():
        row = (cash, short if horizon == "under-3y" else bond, *rest)
        millionths = sum(mix[s] * figure for s, figure in zip(ORDER, row, strict=True))
        tenths = (abs(millionths) + 50_000) // 100_000
        found[name] = (tenths if millionths > 0 else -tenths) / 10
    return found


def range_of(sleeve: str, bp: int, *, lapsed: bool) -> list[int]:
    half = 500
    if sleeve in THEMES:
        half = max(50, bp // 5)
        half = half * 3 // 2 if lapsed else half
        if bp == 0:
            return [0, 0]
    return [max(0, bp - half), min(10_000, bp + half)]
