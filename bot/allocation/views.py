"""A result in words, part by part: what a terminal prints and a chat may send, in one language."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from bot.allocation.cautions import shown
from bot.allocation.coming import Turn, coming_changes
from bot.allocation.engine import Allocator
from bot.allocation.figures import percent, signed
from bot.allocation.phrases import (
    drift_lines,
    fund_text,
    money_text,
    reason_text,
    rule_title,
    with_sign,
)
from bot.allocation.result import Allocation, LedgerLine
from bot.allocation.sleeves import Sleeve
from bot.words import words_for

_MOST_CHANGES = 8
"""So many coming dates are told; later ones are far away and will have company by then."""


class Row(BaseModel):
    """A sleeve in the overview: its range first, then its exact weight."""

    model_config = ConfigDict(frozen=True)

    sleeve: Sleeve
    name: str
    range: str
    weight: str
    without_themes: str


class FiredRule(BaseModel):
    """A rule that wrote ledger lines, and its reason.

    A signal's has also its quote, its source and its counter-argument. A rule that decided
    something without moving any weight has no `lines`.
    """

    model_config = ConfigDict(frozen=True)

    title: str
    lines: tuple[str, ...]
    reason: str | None = None
    quote: str | None = None
    source: str | None = None
    counter: str | None = None


class ResultView(BaseModel):
    """Everything a result shows, in the order in which it is shown."""

    model_config = ConfigDict(frozen=True)

    title: str
    subtitle: str
    warnings: tuple[str, ...]
    rows: tuple[Row, ...]
    worst: tuple[str, ...]
    cost: str | None
    stress: tuple[str, ...]
    fired: tuple[FiredRule, ...]
    not_fired: tuple[FiredRule, ...]
    changes: tuple[str, ...]
    funds: tuple[str, ...]
    screened_out: tuple[str, ...]
    drift: tuple[str, ...]
    disclosures: tuple[str, ...]
    version: str


def view_of(result: Allocation, allocator: Allocator) -> ResultView:
    """Put a result into the allocator's language. The result must be one of its own."""
    words = allocator.words
    day = words_for(words.language).day(result.as_of)
    made = result.outcome == "allocation"
    heading = words.headings.result if made else words.headings.education
    return ResultView(
        title=heading.format(day=day),
        subtitle=_subtitle(result, allocator),
        warnings=result.warnings,
        rows=_rows(result, allocator),
        worst=_worst(result, allocator) if made else (),
        cost=_cost(result, allocator) if made else None,
        stress=_stress(result, allocator),
        fired=_fired(result, allocator) if made else (),
        not_fired=_not_fired(result, allocator) if made else (),
        changes=_changes(result, allocator),
        funds=_funds(result, allocator),
        screened_out=tuple(
            words.lines.screened.format(ticker=out.ticker, reason=out.reason)
            for line in result.sleeves
            for out in line.screened_out
            if line.weight_bp
        ),
        drift=drift_lines(result.drift, allocator) if result.drift else (),
        disclosures=result.disclosures,
        version=words.lines.version.format(
            version=result.rules_version,
            hash=result.rules_hash,
            fingerprint=result.corpus_fingerprint,
        ),
    )


def _subtitle(result: Allocation, allocator: Allocator) -> str:
    words = allocator.words
    if result.level is None:
        return words.horizons[result.profile.horizon]
    return words.lines.level.format(
        level=result.level,
        name=words.levels[result.level],
        willingness=result.profile.willingness,
        capacity=result.capacity_level,
        horizon=words.horizons[result.profile.horizon],
    )


def _rows(result: Allocation, allocator: Allocator) -> tuple[Row, ...]:
    words = allocator.words
    without = {weight.sleeve: weight.weight_bp for weight in result.without_themes}
    return tuple(
        Row(
            sleeve=line.sleeve,
            name=words.sleeves[line.sleeve],
            range=_range(line.range_bp, allocator),
            weight=words.lines.weight.format(weight=percent(line.weight_bp)),
            without_themes=words.lines.weight.format(weight=percent(without[line.sleeve])),
        )
        for line in result.sleeves
    )


def _range(bounds: tuple[int, int], allocator: Allocator) -> str:
    lines, (low, high) = allocator.words.lines, bounds
    if not high:
        return lines.weight.format(weight=percent(0))
    return lines.range.format(low=percent(low), high=percent(high))


def _worst(result: Allocation, allocator: Allocator) -> tuple[str, ...]:
    lines, pct = allocator.words.lines, result.worst_year_pct or Decimal(0)
    first = lines.worst.format(pct=shown(pct))
    if result.profile.amount is not None:
        first = lines.worst_money.format(pct=shown(pct), money=money_text(result, pct))
    without = allocator.worst_without_themes(result.profile.horizon, result.level or 1)
    return first, lines.worst_without.format(pct=shown(without))


def _cost(result: Allocation, allocator: Allocator) -> str:
    lines, cost = allocator.words.lines, result.cost_pct or Decimal(0)
    extra = Decimal(0) if result.theme_extra_cost_pct is None else result.theme_extra_cost_pct
    if result.profile.amount is None:
        return lines.cost.format(cost=cost, extra=shown(extra))
    return lines.cost_money.format(cost=cost, extra=shown(extra), money=money_text(result, cost))


def _stress(result: Allocation, allocator: Allocator) -> tuple[str, ...]:
    lines = allocator.words.lines
    return tuple(
        (lines.stress_mixed if shock.historical else lines.stress).format(
            scenario=line.scenario, change=with_sign(line.change_pct)
        )
        for line, shock in zip(result.stress, allocator.rules.shocks, strict=False)
    )


def _fired(result: Allocation, allocator: Allocator) -> tuple[FiredRule, ...]:
    """Every rule that wrote a line, in the order of the steps, with EQ's line and reason first."""
    lines = allocator.words.lines
    found: dict[str, list[tuple[Sleeve, LedgerLine]]] = {}
    for sleeve in sorted(result.sleeves, key=lambda line: line.sleeve is not Sleeve.EQ):
        for line in sleeve.ledger:
            found.setdefault(line.rule, []).append((sleeve.sleeve, line))
    signals = {signal.id: signal for signal in allocator.signals}
    fired = []
    for rule in allocator.rule_order:
        if rule not in found:
            continue
        signal, entries = signals.get(rule), found[rule]
        # A signal's size is told where the theme has it; EQ only gives what it takes.
        told = next((line for s, line in entries if signal and s is not Sleeve.EQ), entries[0][1])
        fired.append(
            FiredRule(
                title=rule_title(rule, allocator),
                lines=tuple(f"{s.value} {signed(line.bp)}" for s, line in entries if line.bp),
                reason=_sentence(reason_text(told, allocator)),
                quote=lines.quote.format(quote=signal.rule.quote) if signal else None,
                source=_source(rule, result, allocator) if signal else None,
                counter=_counter(rule, allocator) if signal else None,
            )
        )
    return tuple(fired)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _not_fired(result: Allocation, allocator: Allocator) -> tuple[FiredRule, ...]:
    lines = allocator.words.lines
    signals = {signal.id: signal for signal in allocator.signals}
    found = []
    for line in result.rules_not_fired:
        signal = signals.get(line.rule)
        found.append(
            FiredRule(
                title=rule_title(line.rule, allocator),
                lines=(line.why,),
                quote=lines.quote.format(quote=signal.rule.quote) if signal else None,
                source=_source(line.rule, result, allocator) if signal else None,
                counter=_counter(line.rule, allocator) if signal else None,
            )
        )
    return tuple(found)


def _counter(rule: str, allocator: Allocator) -> str:
    words = allocator.words
    return words.lines.counter.format(counter=words.signals[rule].counter)


def _source(rule: str, result: Allocation, allocator: Allocator) -> str:
    words = allocator.words
    document = next(s.document for s in allocator.signals if s.id == rule)
    state = next(line.state for line in result.signals if line.id == rule)
    return words.lines.source.format(
        title=document.title,
        kind=words_for(words.language).kinds[document.kind],
        address=document.url or words.lines.no_address,
        published=document.published,
        state=words.states[state],
        day=result.as_of,
    )


def _changes(result: Allocation, allocator: Allocator) -> tuple[str, ...]:
    words, lines = allocator.words, allocator.words.lines
    found = []
    coming_soon = coming_changes(allocator.signals, result.as_of, allocator.rules.tilts)
    for coming in coming_soon[:_MOST_CHANGES]:
        title = words.signals[coming.signal].title
        if coming.turn is Turn.AGE:
            found.append(lines.change_age.format(day=coming.day, title=title))
        else:
            found.append(
                lines.change_date.format(
                    day=coming.day, title=title, state=words.states[coming.state]
                )
            )
    at_rest = [line for line in result.signals if line.tilts_bp and not any(line.tilts_bp.values())]
    found += [
        lines.change_state.format(
            title=words.signals[line.id].title, state=words.states[line.state]
        )
        for line in at_rest
    ]
    return (*found, lines.change_profile)


def _funds(result: Allocation, allocator: Allocator) -> tuple[str, ...]:
    by_ticker = allocator.universe.by_ticker
    return tuple(
        fund_text(by_ticker[fund.ticker], allocator)
        for line in result.sleeves
        if line.weight_bp
        for fund in line.funds
    )
