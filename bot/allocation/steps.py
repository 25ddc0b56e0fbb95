"""Steps 3 to 10 of the pipeline: each writes its lines, and gives what it takes back to EQ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bot.allocation.figures import percent
from bot.allocation.funds import SleeveFunds
from bot.allocation.ledger import Ledger
from bot.allocation.profile import Profile
from bot.allocation.rules import RuleId, Rules
from bot.allocation.signals import Reading
from bot.allocation.sleeves import PERCENT, THEMES, Horizon, Implementation, Sleeve
from bot.allocation.stress import neutral_theme
from bot.allocation.words import AllocationWords


class Case(NamedTuple):
    """What the steps work on. `cap` is what all themes together may have, in basis points."""

    profile: Profile
    rules: Rules
    words: AllocationWords
    level: int
    capacity: int
    cap: int
    readings: Sequence[Reading]
    funds: Mapping[Sleeve, SleeveFunds]


def theme_cap(profile: Profile, rules: Rules, level: int) -> int:
    """Basis points that all themes together may have for this profile."""
    if profile.horizon is Horizon.UNDER_3Y and RuleId.SHORT_HORIZON in rules:
        return 0
    if not profile.theme_knowledge and RuleId.THEME_KNOWLEDGE in rules:
        return 0
    return rules.theme_cap(level)


def take_steps(case: Case) -> Ledger:
    """Build the ledger of a mix.

    Raises:
        AllocationError: the weights are no whole portfolio.
    """
    ledger = Ledger()
    for rule, step in _STEPS:
        if rule is None or rule in case.rules:
            step(case, ledger)
    ledger.require_whole()
    return ledger


def _level(case: Case, ledger: Ledger) -> None:
    reason = case.words.rules[RuleId.LEVEL].reason.format(
        level=case.level, willingness=case.profile.willingness, capacity=case.capacity
    )
    ledger.write(RuleId.LEVEL, Sleeve.EQ, 0, reason)


def _base_mix(case: Case, ledger: Ledger) -> None:
    reason = case.words.rules[RuleId.BASE_MIX].reason.format(
        level=case.level, horizon=case.words.horizons[case.profile.horizon]
    )
    for sleeve, bp in case.rules.base(case.profile.horizon, case.level).items():
        ledger.write(RuleId.BASE_MIX, sleeve, bp, reason)


def _short_horizon(case: Case, ledger: Ledger) -> None:
    if case.profile.horizon is Horizon.UNDER_3Y:
        reason = case.words.rules[RuleId.SHORT_HORIZON].reason
        ledger.write(RuleId.SHORT_HORIZON, Sleeve.EQ, 0, reason)


def _theme_knowledge(case: Case, ledger: Ledger) -> None:
    if not case.profile.theme_knowledge:
        reason = case.words.rules[RuleId.THEME_KNOWLEDGE].reason
        ledger.write(RuleId.THEME_KNOWLEDGE, Sleeve.EQ, 0, reason)


def _neutral_themes(case: Case, ledger: Ledger) -> None:
    rule, themes = RuleId.NEUTRAL_THEMES, case.rules.themes
    amounts = {theme: neutral_theme(case.rules, theme, case.cap) for theme in THEMES}
    reasons = {
        theme: case.words.rules[rule].reason.format(
            share=_plain(themes.split.of(theme)),
            neutral=_plain(themes.neutral),
            cap=percent(case.cap),
        )
        for theme in THEMES
    }
    ledger.move(rule, amounts, reasons, _back(case, rule))


def _tilts(case: Case, ledger: Ledger) -> None:
    for reading in case.readings:
        signal, frame = reading.signal, case.words.signal
        words = case.words.signals[signal.id]
        reasons = {}
        for theme, text in signal.rule.tilts.items():
            strong = text.endswith("strong")
            reasons[Sleeve(theme)] = frame.reason.format(
                title=words.title,
                state=case.words.states[reading.state],
                sign="−" if text.startswith("-") else "+",
                size=frame.strong if strong else frame.moderate,
                share=_plain(case.rules.tilts.sizes["strong" if strong else "moderate"]),
                cap=percent(case.cap),
                status=_plain(reading.status_factor),
                age=_plain(reading.age_factor),
            )
        back = f"{words.title}: {case.words.states[reading.state]} [A]"
        ledger.move(signal.id, reading.tilts, reasons, back, signal)


def _sleeve_caps(case: Case, ledger: Ledger) -> None:
    rule = RuleId.SLEEVE_CAP
    amounts, reasons = {}, {}
    for theme in THEMES:
        cap = int(case.cap * case.rules.themes.sleeve_cap.of(theme) / 100)
        weight = ledger.weight(theme)
        amounts[theme] = min(max(weight, 0), cap) - weight
        reasons[theme] = case.words.rules[rule].reason.format(cap=percent(cap))
    ledger.move(rule, amounts, reasons, _back(case, rule))


def _theme_cap(case: Case, ledger: Ledger) -> None:
    rule = RuleId.THEME_CAP
    weights = {theme: ledger.weight(theme) for theme in THEMES}
    total = sum(weights.values())
    if total <= case.cap:
        return
    amounts = {theme: bp * case.cap // total - bp for theme, bp in weights.items()}
    reason = case.words.rules[rule].reason.format(sum=percent(total), cap=percent(case.cap))
    ledger.move(rule, amounts, dict.fromkeys(THEMES, reason), _back(case, rule))


def _exclusions(case: Case, ledger: Ledger) -> None:
    rule = RuleId.EXCLUSION
    amounts = {t: -ledger.weight(t) for t in THEMES if t in case.profile.excluded_themes}
    reason = case.words.rules[rule].reason
    ledger.move(rule, amounts, dict.fromkeys(THEMES, reason), _back(case, rule))


def _fund_missing(case: Case, ledger: Ledger) -> None:
    rule = RuleId.FUND_MISSING
    if case.profile.implementation is not Implementation.FUNDS:
        return
    amounts = {t: -ledger.weight(t) for t in THEMES if case.funds[t].chosen is None}
    reason = case.words.rules[rule].reason
    ledger.move(rule, amounts, dict.fromkeys(THEMES, reason), _back(case, rule))


def _fund_cap(case: Case, ledger: Ledger) -> None:
    rule, cap = RuleId.FUND_CAP, int(case.rules.themes.fund_cap * PERCENT)
    if case.profile.implementation is not Implementation.FUNDS:
        return
    amounts = {theme: min(0, cap - ledger.weight(theme)) for theme in THEMES}
    reason = case.words.rules[rule].reason.format(cap=percent(cap))
    ledger.move(rule, amounts, dict.fromkeys(THEMES, reason), _back(case, rule))


def _round_down(case: Case, ledger: Ledger) -> None:
    rule, step = RuleId.ROUND_DOWN, case.rules.rounding.step_bp
    amounts = {theme: -(ledger.weight(theme) % step) for theme in THEMES}
    reason = case.words.rules[rule].reason.format(step=percent(step))
    ledger.move(rule, amounts, dict.fromkeys(THEMES, reason), _back(case, rule))


def _small_sleeves(case: Case, ledger: Ledger) -> None:
    rule, smallest = RuleId.SMALL_SLEEVE, case.rules.rounding.smallest_bp
    weights = {theme: ledger.weight(theme) for theme in THEMES}
    amounts = {theme: -bp for theme, bp in weights.items() if bp < smallest}
    reason = case.words.rules[rule].reason.format(smallest=percent(smallest))
    ledger.move(rule, amounts, dict.fromkeys(THEMES, reason), _back(case, rule))


def _back(case: Case, rule: RuleId) -> str:
    words = case.words.rules[rule]
    return words.back or words.reason


def _plain(value: object) -> str:
    """A factor or a share without idle zeros."""
    return f"{float(value):g}"  # type: ignore[arg-type]


_STEPS = (
    (RuleId.LEVEL, _level),
    (RuleId.BASE_MIX, _base_mix),
    (RuleId.SHORT_HORIZON, _short_horizon),
    (RuleId.THEME_KNOWLEDGE, _theme_knowledge),
    (RuleId.NEUTRAL_THEMES, _neutral_themes),
    # Signals are rules of their own, each under its id.
    (None, _tilts),
    (RuleId.SLEEVE_CAP, _sleeve_caps),
    (RuleId.THEME_CAP, _theme_cap),
    (RuleId.EXCLUSION, _exclusions),
    (RuleId.FUND_MISSING, _fund_missing),
    (RuleId.FUND_CAP, _fund_cap),
    (RuleId.ROUND_DOWN, _round_down),
    (RuleId.SMALL_SLEEVE, _small_sleeves),
)
"""Each rule and its step, in order."""
