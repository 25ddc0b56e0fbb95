"""Single lines of a result in words: a ledger entry, a fund, the drift, an amount of money."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from bot.allocation.cautions import plain, shown
from bot.allocation.coming import Turn
from bot.allocation.difference import SignalChange
from bot.allocation.engine import Allocator
from bot.allocation.figures import exact, signed, to_hundredth
from bot.allocation.result import Allocation, Drift, LedgerLine
from bot.allocation.rules import RuleId
from bot.allocation.sleeves import THEMES, Sleeve
from bot.allocation.universe import Fund

_MUCH_MONEY = 1000
"""From here on an amount is shown without its hundredths."""

_WITHOUT_HUNDREDTHS = frozenset(
    (
        *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"),
        *("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
    )
)
"""Currencies that have no smaller unit, by ISO 4217."""


def ledger_text(line: LedgerLine, allocator: Allocator) -> str:
    """A ledger line: basis points as percentage points, the rule, the reason."""
    return allocator.words.lines.ledger.format(
        bp=signed(line.bp) if line.bp else "±0",
        rule=rule_title(line.rule, allocator),
        reason=reason_text(line, allocator),
    )


def reason_text(line: LedgerLine, allocator: Allocator) -> str:
    """A ledger line's reason, without the rule's name in front of it."""
    return line.reason.removeprefix(f"{rule_title(line.rule, allocator)}: ")


def rule_title(rule: str, allocator: Allocator) -> str:
    """A rule's or a signal's name."""
    words = allocator.words
    if rule in words.signals:
        return words.signals[rule].title
    return words.rules[RuleId(rule)].title


def rule_figures(allocator: Allocator) -> tuple[str, ...]:
    """The figures of the themes and the tilts, as the rule file has them."""
    words, lines = allocator.words, allocator.words.lines
    themes, tilts = allocator.rules.themes, allocator.rules.tilts
    caps = ", ".join(plain(cap) for cap in themes.cap.values())
    states = ", ".join(f"{words.states[k]} × {plain(v)}" for k, v in tilts.states.items())
    ages = ", ".join(
        lines.rules_age.format(months=age.months, factor=plain(age.factor)) for age in tilts.ages
    )
    return (
        lines.rules_themes.format(
            caps=caps, neutral=plain(themes.neutral), fund=plain(themes.fund_cap)
        ),
        *(
            lines.rules_theme.format(
                theme=words.sleeves[theme],
                share=plain(themes.split.of(theme)),
                cap=plain(themes.sleeve_cap.of(theme)),
            )
            for theme in THEMES
        ),
        lines.rules_tilts.format(
            strong=plain(tilts.sizes["strong"]),
            moderate=plain(tilts.sizes["moderate"]),
            states=states,
            ages=ages,
        ),
    )


def drift_lines(drift: Drift, allocator: Allocator) -> tuple[str, ...]:
    """The holdings beside the mix: the total and the advice, then what lies outside its band."""
    words, bands = allocator.words, allocator.rules.drift
    advice = words.advice[drift.advice].format(
        use_new_money=plain(bands.use_new_money), review=plain(bands.review)
    )
    lines = [words.lines.drift_total.format(total=drift.total_pct, advice=advice)]
    for line in drift.lines:
        if not line.held_pct and not line.target_pct:
            continue
        text = words.lines.drift_line.format(
            what=words.sleeves[line.sleeve] if line.sleeve else line.ticker,
            held=line.held_pct,
            target=line.target_pct,
            difference=with_sign(line.difference_pct),
        )
        outside = words.lines.drift_outside.format(line=text)
        lines.append(outside if line.outside_band else text)
    return tuple(lines)


def fund_text(fund: Fund, allocator: Allocator) -> str:
    """A fund with its cost, and when and where that was read."""
    lines = allocator.words.lines
    fee = fund.expense_ratio_pct
    return lines.fund.format(
        sleeve=fund.sleeve or "",
        ticker=fund.ticker,
        name=fund.name,
        fee=lines.fee_unknown if fee is None else lines.fee.format(fee=plain(fee)),
        date=fund.as_of or lines.date_unknown,
        source=fund.source_url,
    )


def money_text(result: Allocation, pct: Decimal) -> str:
    """A percentage of the profile's amount, in its currency where it names one."""
    amount = to_hundredth(exact(result.profile.amount or 0) * pct / 100)
    whole = abs(amount) >= _MUCH_MONEY or result.profile.currency in _WITHOUT_HUNDREDTHS
    text = f"{amount:,.0f}" if whole else f"{amount:,}"
    return f"{text} {result.profile.currency or ''}".strip().replace("-", "−")


def with_sign(value: Decimal) -> str:
    """A percentage with a plus or a proper minus sign."""
    return f"+{value}" if value > 0 else shown(value)


def signal_change_texts(change: SignalChange, allocator: Allocator) -> tuple[str, ...]:
    """What changed of a signal between two days; then each date that did it, and the source."""
    words, lines = allocator.words, allocator.words.lines
    form = lines.diff_same_state if change.before is change.after else lines.diff_signal
    if not change.tilts_before and not change.tilts_after:
        form = lines.diff_notice
    first = form.format(
        title=rule_title(change.id, allocator),
        before=words.states[change.before],
        after=words.states[change.after],
        tilts_before=_tilts(change.tilts_before),
        tilts_after=_tilts(change.tilts_after),
    )
    turns = []
    for turn in change.turns:
        text = lines.diff_age if turn.turn is Turn.AGE else lines.diff_turn
        turns.append(text.format(day=turn.day, state=words.states[turn.state]))
    quote = lines.quote.format(quote=change.quote)
    return first, *turns, quote, source_text(change.id, allocator)


def source_text(signal: str, allocator: Allocator) -> str:
    """The document that a signal rests on: title, id, date, address."""
    lines = allocator.words.lines
    document = next(s.document for s in allocator.signals if s.id == signal)
    return lines.diff_source.format(
        title=document.title,
        id=document.id,
        published=document.published,
        address=document.url or lines.no_address,
    )


def _tilts(tilts: Mapping[Sleeve, int]) -> str:
    return ", ".join(f"{theme.value} {signed(bp) or '0'}" for theme, bp in tilts.items())
