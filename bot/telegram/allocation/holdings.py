"""Holdings beside the mix, in words: drift, concentration, and what lies outside the plan. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bot.allocation import Allocation, Allocator, Holding, ResultView, months_after
from bot.allocation.figures import exact, to_tenth
from bot.telegram.allocation.results import told_id
from bot.telegram.markup import bold, escape, italic
from bot.telegram.split import split_html
from bot.words import Words

_TOP = 3
"""Of so many largest positions the joint share is told."""


def told_portfolio(  # noqa: PLR0917 - one comparison in words
    result: Allocation,
    view: ResultView,
    allocator: Allocator,
    words: Words,
    answered: date,
    kept: str | None = None,
) -> list[str]:
    """The comparison.

    Args:
        result: made for a profile with the holdings.
        view: the same in words.
        allocator: the rules, in the language of `words`.
        words: the chat's.
        answered: when the profile's questions were answered.
        kept: the id under which the journal keeps it; None: it does not.
    """
    told, heads = words.portfolio, allocator.words.headings
    until = months_after(answered, allocator.rules.answers_expire_after_months)
    day = words.day(result.as_of)
    blocks = [
        f"{bold(told.heading.format(date=day))}\n"
        + escape(told.profile_of.format(answered=words.day(answered), expires=words.day(until)))
    ]
    if result.drift is None:
        # The answers lead to no mix, and so there is nothing to drift from.
        blocks += [escape(warning) for warning in view.warnings]
    else:
        blocks.append("\n".join([bold(heads.drift), *map(escape, view.drift)]))
    blocks.append(f"{bold(told.concentration)}\n{escape(_concentration(result, words))}")
    if result.drift is not None:
        outside = "\n".join(escape(line) for line in _outside(result, allocator, words))
        blocks.append(f"{bold(told.outside)}\n{outside}")
    foot = [italic(words.allocate.footer)]
    if kept is not None:
        foot.append(told_id(kept, words))
    blocks.append("\n".join(foot))
    return split_html("\n\n".join(blocks))


def shares(holdings: Sequence[Holding]) -> list[tuple[str, Decimal]]:
    """Each position's percent of all of them, the largest first."""
    sizes = [
        (h.ticker, exact(h.percent if h.percent is not None else h.amount or 0)) for h in holdings
    ]
    total = sum((size for _, size in sizes), Decimal(0))
    found = [(ticker, size * 100 / total) for ticker, size in sizes if size]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _concentration(result: Allocation, words: Words) -> str:
    told, positions = words.portfolio, shares(result.profile.holdings or ())
    if len(positions) == 1:
        return told.one_position.format(ticker=positions[0][0])
    top = positions[:_TOP]
    return told.positions.format(
        count=len(positions),
        ticker=top[0][0],
        largest=to_tenth(top[0][1]),
        top=len(top),
        share=to_tenth(sum((share for _, share in top), Decimal(0))),
    )


def _outside(result: Allocation, allocator: Allocator, words: Words) -> list[str]:
    """Funds that no sleeve has a place for, and sleeves that are held though the mix has none."""
    told, names = words.portfolio, allocator.words.sleeves
    lines = [
        told.outside_line.format(
            what=names[line.sleeve] if line.sleeve else line.ticker, held=line.held_pct
        )
        for line in (result.drift.lines if result.drift else ())
        if line.held_pct and not line.target_pct
    ]
    return lines or [told.outside_none]
