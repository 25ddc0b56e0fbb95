"""From a profile and a day to an allocation. No solver and no model: rules, in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from uuid import uuid4

from bot.allocation.cautions import gate_warnings, mix_warnings, signal_warnings
from bot.allocation.drift import measure_drift
from bot.allocation.figures import exact, to_tenth
from bot.allocation.funds import SleeveFunds, costs, screen_funds
from bot.allocation.loading import RuleSet, packaged_rules
from bot.allocation.notfired import (
    SIGNALS_STEP,
    rules_not_fired,
    rules_not_fired_without_mix,
)
from bot.allocation.profile import Profile, parse_profile
from bot.allocation.ranges import range_of, widened_sleeves
from bot.allocation.result import (
    Allocation,
    FundLine,
    ScreenedOutLine,
    SignalLine,
    SleeveLine,
    StressLine,
    Weight,
)
from bot.allocation.rules import RuleId, Rules
from bot.allocation.signals import Reading, Signal, bind_signals, read_signals
from bot.allocation.sleeves import Horizon, Implementation, Sleeve
from bot.allocation.steps import Case, take_steps, theme_cap
from bot.allocation.stress import capacity, change, worst_year, worst_year_table
from bot.allocation.universe import Universe
from bot.allocation.words import AllocationWords, load_allocation_words
from bot.words.words import Language
from corpus import Library

_NAMES = {
    "us": "US",
    "nato": "NATO",
    **{name.lower(): name for name in ("Japan", "Europe", "Australia", "Taiwan")},
}


def new_id() -> str:
    """A fresh id for a result; the only thing in it that is not made by the rules."""
    return f"alloc-{uuid4().hex}"


class Allocator:
    """Rules, funds, signals and words, put together once; `allocate` is a pure function of them.

    Example:
        >>> allocator = Allocator.load(Library.load())
        >>> profile = allocator.parse({"horizon": "over-10y", "willingness": 3,
        ...     "tolerable_loss_pct": 30, "emergency_fund": True, "costly_debt": False,
        ...     "theme_knowledge": True, "exclusions": []})
        >>> allocator.allocate(profile, date(2026, 11, 22)).weights()[Sleeve.EQ]
        5375
    """

    def __init__(
        self,
        rule_set: RuleSet,
        signals: tuple[Signal, ...],
        words: AllocationWords,
        fingerprint: str,
    ) -> None:
        self.rule_set = rule_set
        self.signals = signals
        self.words = words
        self.fingerprint = fingerprint

    @classmethod
    def load(
        cls,
        library: Library,
        language: Language = "en",
        rule_set: RuleSet | None = None,
    ) -> Allocator:
        """Bind the rules to a corpus.

        Raises:
            RulesError: the rule file, the list of funds or the words cannot be used, or a signal's
                document or quote is not in the corpus.
        """
        rule_set = rule_set or packaged_rules()
        words = load_allocation_words(language)
        signals = bind_signals(rule_set, library)
        words.require(
            signals=(signal.id for signal in signals),
            scenarios=(shock.id for shock in rule_set.rules.shocks),
        )
        return cls(rule_set, signals, words, library.fingerprint)

    @property
    def rules(self) -> Rules:
        """The rules."""
        return self.rule_set.rules

    @property
    def universe(self) -> Universe:
        """The funds."""
        return self.rule_set.universe

    @cached_property
    def worst_years(self) -> dict[Horizon, dict[int, Decimal]]:
        """The worst modelled year of every cell."""
        return worst_year_table(self.rules)

    @cached_property
    def rule_order(self) -> tuple[str, ...]:
        """Every rule's id in the order of the steps, signals among them."""
        rules = self.rules.rules
        return (
            *(rule.id.value for rule in rules if rule.step < SIGNALS_STEP),
            *(signal.id for signal in self.signals),
            *(rule.id.value for rule in rules if rule.step >= SIGNALS_STEP),
        )

    def worst_without_themes(self, horizon: Horizon, level: int) -> Decimal:
        """The worst modelled year of the base mix alone, in percent."""
        return worst_year(self.rules.base(horizon, level), self.rules, horizon)

    def parse(self, data: object) -> Profile:
        """Read a profile.

        Raises:
            ProfileError: it cannot be used; the message names the key or the ticker.
        """
        return parse_profile(data, self.universe.tickers)

    @cached_property
    def default_profile(self) -> Profile:
        """The profile of the rule file, for questions asked without one."""
        return self.parse(self.rules.default_profile)

    def allocate(
        self, profile: Profile, today: date, make_id: Callable[[], str] = new_id
    ) -> Allocation:
        """Make an allocation for the profile's day, or for today where it names none.

        Raises:
            AllocationError: the rules give no whole portfolio.
        """
        day = profile.as_of or today
        can_bear = capacity(self.worst_years[profile.horizon], exact(profile.tolerable_loss_pct))
        gates = gate_warnings(profile, self.rules, self.worst_years, can_bear, self.words)
        if gates:
            return self._educate(profile, day, can_bear, gates, make_id)
        level = profile.willingness
        if RuleId.LEVEL in self.rules:
            level = min(level, max(can_bear, 1))
        cap = theme_cap(profile, self.rules, level)
        case = Case(
            profile=profile,
            rules=self.rules,
            words=self.words,
            level=level,
            capacity=can_bear,
            cap=cap,
            readings=read_signals(self.signals, day, cap, self.rules.tilts),
            funds=screen_funds(profile, self.universe, self.rules),
        )
        return self._result(case, day, make_id)

    def _result(self, case: Case, day: date, make_id: Callable[[], str]) -> Allocation:
        profile, rules, words = case.profile, self.rules, self.words
        ledger = take_steps(case)
        weights = ledger.weights()
        worst = worst_year(weights, rules, profile.horizon)
        cost, extra = costs(weights, case.funds, self.universe, profile.implementation)
        widened = widened_sleeves(case.readings)
        return Allocation(
            id=make_id(),
            as_of=day,
            profile=profile,
            outcome="allocation",
            level=case.level,
            capacity_level=case.capacity,
            sleeves=tuple(
                SleeveLine(
                    sleeve=sleeve,
                    weight_bp=weights[sleeve],
                    range_bp=range_of(sleeve, weights[sleeve], sleeve in widened, rules.ranges),
                    ledger=ledger.lines(sleeve),
                    funds=_fund_lines(case.funds[sleeve], weights[sleeve], profile),
                    screened_out=_screened_lines(case.funds[sleeve], words),
                )
                for sleeve in Sleeve
            ),
            signals=self._signal_lines(case.readings),
            rules_not_fired=rules_not_fired(case, ledger, day),
            without_themes=_without_themes(rules, profile.horizon, case.level),
            worst_year_pct=worst,
            stress=tuple(
                StressLine(
                    scenario=words.scenarios[shock.id],
                    change_pct=to_tenth(change(weights, shock, profile.horizon)),
                )
                for shock in rules.shocks
            ),
            cost_pct=cost,
            theme_extra_cost_pct=extra,
            drift=measure_drift(profile, weights, self.universe, rules.drift),
            warnings=mix_warnings(case, weights, worst),
            disclosures=words.disclosures,
            **self._stamp(),
        )

    def _educate(
        self,
        profile: Profile,
        day: date,
        can_bear: int,
        gates: Mapping[RuleId, str],
        make_id: Callable[[], str],
    ) -> Allocation:
        readings = read_signals(self.signals, day, 0, self.rules.tilts)
        return Allocation(
            id=make_id(),
            as_of=day,
            profile=profile,
            outcome="education",
            level=None,
            capacity_level=can_bear,
            sleeves=(),
            signals=self._signal_lines(readings),
            rules_not_fired=rules_not_fired_without_mix(self.rules, readings, gates, self.words),
            without_themes=(),
            worst_year_pct=None,
            stress=(),
            cost_pct=None,
            theme_extra_cost_pct=None,
            warnings=(*gates.values(), *signal_warnings(readings, self.words)),
            disclosures=self.words.disclosures,
            **self._stamp(),
        )

    def _signal_lines(self, readings: Sequence[Reading]) -> tuple[SignalLine, ...]:
        return tuple(
            SignalLine(
                id=reading.signal.id,
                state=reading.state,
                tilts_bp=dict(reading.tilts),
                document_id=reading.signal.document.id,
                quote=reading.signal.rule.quote,
                start=reading.signal.start,
                end=reading.signal.end,
                counter=self.words.signals[reading.signal.id].counter,
            )
            for reading in readings
        )

    def _stamp(self) -> dict[str, str]:
        return {
            "rules_version": self.rules.version,
            "rules_hash": self.rule_set.digest,
            "corpus_fingerprint": self.fingerprint,
        }


def _fund_lines(funds: SleeveFunds, weight: int, profile: Profile) -> tuple[FundLine, ...]:
    carries = profile.implementation is Implementation.FUNDS
    return tuple(
        FundLine(
            ticker=fund.ticker,
            name=fund.name,
            expense_ratio_pct=fund.expense_ratio_pct,
            weight_bp=weight if carries else None,
        )
        for fund in funds.listed(profile.implementation)
    )


def _screened_lines(funds: SleeveFunds, words: AllocationWords) -> tuple[ScreenedOutLine, ...]:
    return tuple(
        ScreenedOutLine(
            ticker=out.fund.ticker,
            reason=words.screens[out.screen].format(
                theme=(out.theme or out.fund.sleeve or ""),
                focus=_as_name(out.fund.domicile_focus),
                china=out.fund.china.value,
            ),
        )
        for out in funds.screened_out
    )


def _as_name(focus: str) -> str:
    """A region as it is written in a sentence: `us` as US, `japan` as Japan."""
    return " ".join(_NAMES.get(word, word) for word in focus.split())


def _without_themes(rules: Rules, horizon: Horizon, level: int) -> tuple[Weight, ...]:
    weights = {**dict.fromkeys(Sleeve, 0), **rules.base(horizon, level)}
    return tuple(Weight(sleeve=sleeve, weight_bp=weights[sleeve]) for sleeve in Sleeve)
