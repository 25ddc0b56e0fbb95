"""What the buttons below a result open: why, what would change it, stress, costs, funds. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bot.allocation import AllocationWords, ResultView
from bot.telegram.markup import bold, escape, folded, italic
from bot.telegram.split import split_html
from bot.words import Words

WHY, CHANGE, STRESS, COST, FUNDS, COMPARE = "why", "change", "stress", "cost", "funds", "compare"


def section(name: str, view: ResultView, frame: AllocationWords, words: Words) -> list[str]:
    """One section; empty where it has nothing to show.

    Args:
        name: one of WHY, CHANGE, STRESS, COST and FUNDS.
        view: the result in the reader's language.
        frame: the rules' words of that language.
        words: the chat's words of that language.

    Raises:
        KeyError: there is no such section.
    """
    blocks = [block for block in _SECTIONS[name](view, frame, words) if block]
    if not blocks:
        return []
    return split_html("\n\n".join([*blocks, italic(words.allocate.footer)]))


def _why(view: ResultView, frame: AllocationWords, words: Words) -> list[str]:
    if not view.fired:
        return [escape(warning) for warning in view.warnings]
    rules = [bold(frame.headings.fired)]
    for rule in view.fired:
        lines = [bold(rule.title), *map(escape, filter(None, ("; ".join(rule.lines), rule.reason)))]
        lines += [italic(rule.quote)] if rule.quote else []
        lines += [escape(text) for text in (rule.source, rule.counter) if text]
        rules.append("\n".join(lines))
    rested = [escape(f"{rule.title}: {'; '.join(rule.lines)}") for rule in view.not_fired]
    if rested:
        heading = bold(words.allocate.not_fired.format(count=len(rested)))
        rules.append(folded("\n".join([heading, *rested])))
    return rules


def _change(view: ResultView, frame: AllocationWords, words: Words) -> list[str]:
    del words
    return [_listed(frame.headings.change, view.changes)]


def _stress(view: ResultView, frame: AllocationWords, words: Words) -> list[str]:
    del words
    heads = frame.headings
    return [_listed(heads.worst, view.worst), _listed(heads.stress, view.stress)]


def _cost(view: ResultView, frame: AllocationWords, words: Words) -> list[str]:
    del words
    return [_listed(frame.headings.cost, [view.cost] if view.cost else [])]


def _funds(view: ResultView, frame: AllocationWords, words: Words) -> list[str]:
    del words
    heads = frame.headings
    return [_listed(heads.funds, view.funds), _listed(heads.screened_out, view.screened_out)]


_SECTIONS: Mapping[str, Callable[[ResultView, AllocationWords, Words], list[str]]] = {
    WHY: _why,
    CHANGE: _change,
    STRESS: _stress,
    COST: _cost,
    FUNDS: _funds,
}


def _listed(heading: str, lines: Iterable[str]) -> str:
    lines = [f"• {escape(line)}" for line in lines]
    return "\n".join([bold(heading), *lines]) if lines else ""
