"""Which rules put nothing in a ledger, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from bot.allocation.figures import exact
from bot.allocation.ledger import Ledger
from bot.allocation.result import NotFired
from bot.allocation.rules import RuleId, Rules
from bot.allocation.signals import Reading
from bot.allocation.steps import Case
from bot.allocation.words import AllocationWords

SIGNALS_STEP = 5
"""Rules of earlier steps are listed before the signals, the others after them."""


def rules_not_fired(case: Case, ledger: Ledger, day: date) -> tuple[NotFired, ...]:
    """Every rule that wrote no line, in the order of the steps."""
    tolerable = f"{exact(case.profile.tolerable_loss_pct).normalize():f}"

    def why(rule: RuleId) -> str:
        return case.words.rules[rule].not_fired.format(tolerable=tolerable)

    def why_signal(reading: Reading) -> str:
        return _why_no_tilt(reading, case.cap, day, case.words)

    return tuple(
        NotFired(rule=rule, why=reason)
        for rule, reason in _in_order(case.rules, case.readings, why, why_signal)
        if not ledger.fired(rule)
    )


def rules_not_fired_without_mix(
    rules: Rules, readings: Sequence[Reading], gates: Mapping[RuleId, str], words: AllocationWords
) -> tuple[NotFired, ...]:
    """All rules: without a mix there is no ledger, so the gate that stopped it is here as well."""

    def why(rule: RuleId) -> str:
        return words.rules[rule].reason if rule in gates else words.signal.no_mix

    def why_signal(reading: Reading) -> str:
        return words.signal.no_mix

    return tuple(
        NotFired(rule=rule, why=reason)
        for rule, reason in _in_order(rules, readings, why, why_signal)
    )


def _in_order(
    rules: Rules,
    readings: Sequence[Reading],
    why: Callable[[RuleId], str],
    why_signal: Callable[[Reading], str],
) -> Iterator[tuple[str, str]]:
    for rule in rules.rules:
        if rule.step < SIGNALS_STEP:
            yield rule.id, why(rule.id)
    for reading in readings:
        yield reading.signal.id, why_signal(reading)
    for rule in rules.rules:
        if rule.step >= SIGNALS_STEP:
            yield rule.id, why(rule.id)


def _why_no_tilt(reading: Reading, cap: int, day: date, words: AllocationWords) -> str:
    frame = words.signal
    if not reading.tilts:
        return frame.notice_only
    if not cap:
        return frame.no_cap
    if not reading.status_factor:
        return frame.state_counts_nothing.format(date=day, state=words.states[reading.state])
    if not reading.age_factor:
        return frame.too_old.format(published=reading.signal.document.published, date=day)
    return frame.rounds_to_nothing
