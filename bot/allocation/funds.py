"""Which funds implement a sleeve for a profile, which are screened out and why, what they cost."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from bot.allocation.figures import to_hundredth
from bot.allocation.profile import Profile
from bot.allocation.rules import Rules
from bot.allocation.sleeves import THEMES, WHOLE, Horizon, Implementation, Sleeve
from bot.allocation.universe import SHORT_DATED, China, Fund, Universe

GLOBAL = "global"
URANIUM = "uranium"


class Screen(StrEnum):
    """Why a fund is screened out; the first that applies is given."""

    TICKER = "ticker"
    SLEEVE = "sleeve"
    EXPOSURE = "exposure"
    NOT_GLOBAL = "not-global"
    NOT_SHORT_DATED = "not-short-dated"
    CHINA_MINERALS = "china-minerals"
    CHINA = "china"


class ScreenedOut(NamedTuple):
    """A fund that is out, why, and the theme its exposure names where that is the reason."""

    fund: Fund
    screen: Screen
    theme: Sleeve | None = None


class SleeveFunds(NamedTuple):
    """The funds of a sleeve: those that pass, in order, and those that do not."""

    passing: tuple[Fund, ...]
    screened_out: tuple[ScreenedOut, ...]

    @property
    def chosen(self) -> Fund | None:
        """The first that passes and whose cost is known."""
        return next((f for f in self.passing if f.expense_ratio_pct is not None), None)

    def listed(self, implementation: Implementation) -> tuple[Fund, ...]:
        """What is shown: all that pass, or the one that carries the sleeve's weight."""
        if implementation is Implementation.SLEEVES:
            return self.passing
        return (self.chosen,) if self.chosen else ()

    def only_uranium(self, minerals: Collection[str]) -> bool:
        """True where funds pass and each is about uranium and no other of the `minerals`."""
        named = [set(minerals).intersection(fund.exposures) for fund in self.passing]
        return bool(named) and all(of_fund == {URANIUM} for of_fund in named)


def screen_funds(profile: Profile, universe: Universe, rules: Rules) -> dict[Sleeve, SleeveFunds]:
    """Put every sleeve's funds through the screens."""
    found = {}
    for sleeve, funds in universe.by_sleeve.items():
        verdicts = [(fund, _screen(fund, sleeve, profile, rules)) for fund in funds]
        found[sleeve] = SleeveFunds(
            passing=tuple(fund for fund, out in verdicts if out is None),
            screened_out=tuple(out for _, out in verdicts if out is not None),
        )
    return found


def _screen(fund: Fund, sleeve: Sleeve, profile: Profile, rules: Rules) -> ScreenedOut | None:
    if fund.ticker in profile.excluded_tickers:
        return ScreenedOut(fund, Screen.TICKER)
    if sleeve in profile.excluded_themes:
        return ScreenedOut(fund, Screen.SLEEVE)
    for theme in THEMES:
        if theme in profile.excluded_themes and not rules.naming(theme).isdisjoint(fund.exposures):
            return ScreenedOut(fund, Screen.EXPOSURE, theme)
    screen = _screen_of_sleeve(fund, sleeve, profile)
    return ScreenedOut(fund, screen) if screen else None


def _screen_of_sleeve(fund: Fund, sleeve: Sleeve, profile: Profile) -> Screen | None:
    if sleeve is Sleeve.EQ and fund.domicile_focus != GLOBAL:
        return Screen.NOT_GLOBAL
    short = profile.horizon is Horizon.UNDER_3Y
    if sleeve is Sleeve.BOND and short and SHORT_DATED not in fund.exposures:
        return Screen.NOT_SHORT_DATED
    if sleeve is Sleeve.MIN and fund.china not in {China.NONE, China.LOW}:
        return Screen.CHINA_MINERALS
    if sleeve in THEMES and profile.avoids_china and fund.china is not China.NONE:
        return Screen.CHINA
    return None


def sleeve_fee(
    sleeve: Sleeve, funds: SleeveFunds, universe: Universe, implementation: Implementation
) -> Decimal:
    """Yearly cost of a sleeve in percent: its first listed fund's, else the lowest known.

    A sleeve whose costs are all unknown counts 0.
    """
    listed = funds.listed(implementation)
    if listed and listed[0].expense_ratio_pct is not None:
        return listed[0].expense_ratio_pct
    known = (f.expense_ratio_pct for f in universe.by_sleeve[sleeve])
    return min((fee for fee in known if fee is not None), default=Decimal(0))


def costs(
    weights: Mapping[Sleeve, int],
    funds: Mapping[Sleeve, SleeveFunds],
    universe: Universe,
    implementation: Implementation,
) -> tuple[Decimal, Decimal]:
    """Yearly cost of the mix, and what the themes cost beyond EQ; percent, two decimals."""
    fees = {s: sleeve_fee(s, funds[s], universe, implementation) for s in Sleeve}
    total = sum((weights[s] * fees[s] for s in Sleeve), Decimal(0))
    extra = sum((weights[s] * (fees[s] - fees[Sleeve.EQ]) for s in THEMES), Decimal(0))
    return to_hundredth(total / WHOLE), to_hundredth(extra / WHOLE)
