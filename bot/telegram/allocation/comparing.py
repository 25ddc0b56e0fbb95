"""The same profile at another level, beside the result. Pure."""

from __future__ import annotations

from bot.allocation import Allocation, Allocator, view_of
from bot.allocation.phrases import with_sign
from bot.telegram.markup import bold, escape, italic
from bot.telegram.split import split_html
from bot.words import Words


def other_levels(result: Allocation) -> list[int]:
    """Levels that the tolerable loss covers, without the result's own."""
    return [n for n in range(1, result.capacity_level + 1) if n != result.level]


def at_level(result: Allocation, level: int, allocator: Allocator) -> Allocation:
    """The same answers with another willingness, for the same day."""
    profile = result.profile.model_copy(update={"willingness": level})
    return allocator.allocate(profile, result.as_of)


def told_comparison(
    first: Allocation, second: Allocation, allocator: Allocator, words: Words
) -> list[str]:
    """Two results of one profile, line by line."""
    frame, told = allocator.words, words.allocate
    one, other = view_of(first, allocator), view_of(second, allocator)
    heading = told.compare_heading.format(
        first=first.level,
        first_name=frame.levels[first.level or 1],
        second=second.level,
        second_name=frame.levels[second.level or 1],
    )
    pairs = [
        (row.name, f"{row.range} ({row.weight})", f"{beside.range} ({beside.weight})")
        for row, beside in zip(one.rows, other.rows, strict=True)
    ]
    pairs.append((frame.headings.worst, one.worst[0], other.worst[0]))
    pairs.append((frame.headings.cost, f"{first.cost_pct} %", f"{second.cost_pct} %"))
    pairs += [
        (before.scenario, f"{with_sign(before.change_pct)} %", f"{with_sign(after.change_pct)} %")
        for before, after in zip(first.stress, second.stress, strict=True)
    ]
    lines = [
        escape(told.compare_line.format(name=name, first=mine, second=theirs))
        for name, mine, theirs in pairs
    ]
    same = [escape(told.compare_same)] if first.weights() == second.weights() else []
    blocks = [bold(heading), "\n".join(lines), *same, italic(told.footer)]
    return split_html("\n\n".join(blocks))
