"""A result in words: what stands below the picture, and what follows it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.allocation import AllocationWords, ResultView
from bot.telegram.markup import bold, code, escape, folded, italic, utf16_length
from bot.telegram.split import split_html
from bot.words import Words

LONGEST_CAPTION = 1024
"""UTF-16 units that Telegram takes below a picture."""


class Told(NamedTuple):
    """HTML: below the picture, and in messages of its own after it."""

    caption: str
    parts: list[str]


def told_result(
    view: ResultView, frame: AllocationWords, words: Words, kept: str | None = None
) -> Told:
    """A result with a mix: as much as fits below the picture, the rest after it.

    Args:
        view: the result in the reader's language.
        frame: the rules' words of that language.
        words: the chat's words of that language.
        kept: the id under which the journal keeps it; None: it does not.
    """
    heads, told = frame.headings, words.allocate
    rows = "\n".join(
        escape(told.row.format(name=row.name, range=row.range, weight=row.weight))
        for row in view.rows
    )
    blocks = [
        f"{bold(view.title)}\n{escape(view.subtitle)}",
        rows,
        _block(heads.worst, view.worst),
        _block(heads.cost, [view.cost] if view.cost else []),
        _block(heads.warnings, view.warnings),
        _block(heads.drift, view.drift),
        _about(view, frame, words, kept),
    ]
    return fitted([block for block in blocks if block])


def told_education(
    view: ResultView, frame: AllocationWords, words: Words, kept: str | None = None
) -> list[str]:
    """A result without a mix: why there is none."""
    blocks = [
        f"{bold(view.title)}\n{escape(view.subtitle)}",
        "\n\n".join(escape(warning) for warning in view.warnings),
        _about(view, frame, words, kept),
    ]
    return split_html("\n\n".join(blocks))


def fitted(blocks: Sequence[str]) -> Told:
    """Blocks of HTML, as many as fit a caption in it and the others after it, in order."""
    caption = ""
    for number, block in enumerate(blocks):
        longer = f"{caption}\n\n{block}" if caption else block
        if utf16_length(longer) > LONGEST_CAPTION:
            return Told(caption, split_html("\n\n".join(blocks[number:])))
        caption = longer
    return Told(caption, [])


def told_id(kept: str, words: Words) -> str:
    """The id by which the result is found in the journal, as HTML that a tap copies."""
    return escape(words.allocate.kept).format(id=code(kept))


def _about(view: ResultView, frame: AllocationWords, words: Words, kept: str | None) -> str:
    lines = [bold(frame.headings.disclosures)]
    lines += [f"• {escape(line)}" for line in view.disclosures]
    lines.append(italic(view.version))
    if kept is not None:
        lines.append(told_id(kept, words))
    return folded("\n".join(lines))


def _block(heading: str, lines: Iterable[str]) -> str:
    lines = [escape(line) for line in lines]
    return "\n".join([bold(heading), *lines]) if lines else ""
