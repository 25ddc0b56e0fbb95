"""Divide a long message into several that Telegram takes, each with its own whole markup."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

from bot.telegram.markup import escape, utf16_length
from corpus import sentence_spans

LONGEST_MESSAGE = 4096
"""UTF-16 units. Telegram counts after parsing; markup is counted here too, to stay well inside."""

_JOINERS = {"\u200d", "\ufe0e", "\ufe0f"}
_LOOK_AHEAD = 80
_SKIN_TONES = range(0x1F3FB, 0x1F400)


@dataclass(frozen=True, slots=True)
class Run:
    """Text under the same open tags, outermost first; each tag as it was written."""

    text: str
    tags: tuple[str, ...]


_PIECE = re.compile(r"<(?P<end>/?)(?P<tag>[a-zA-Z][\w-]*)(?P<rest>[^<>]*)>|(?P<text>[^<]+|<)")
"""A tag, or text up to the next; the library's own reader takes several times as long."""


def parse_html(markup: str) -> tuple[Run, ...]:
    """A message's text, run by run, with the tags each run stands under."""
    runs: list[Run] = []
    names: list[str] = []
    written: list[str] = []
    for piece in _PIECE.finditer(markup):
        text, tag = piece["text"], piece["tag"]
        if text is not None:
            runs.append(Run(html.unescape(text), tuple(written)))
        elif not piece["end"]:
            names.append(tag.lower())
            written.append(piece[0])
        elif tag.lower() in names:
            place = len(names) - 1 - names[::-1].index(tag.lower())
            del names[place:], written[place:]
    return tuple(runs)


def to_html(runs: tuple[Run, ...]) -> str:
    """The message again: tags are opened where a run needs them and all are closed at the end."""
    written: list[str] = []
    open_tags: tuple[str, ...] = ()
    for run in (*runs, Run("", ())):
        shared = 0
        while shared < min(len(open_tags), len(run.tags)) and open_tags[shared] == run.tags[shared]:
            shared += 1
        written.extend(_closing(tag) for tag in reversed(open_tags[shared:]))
        written.extend(run.tags[shared:])
        written.append(escape(run.text))
        open_tags = run.tags
    return "".join(written)


def visible_text(markup: str) -> str:
    """What a reader sees of a message, without markup."""
    return "".join(run.text for run in parse_html(markup))


def split_html(markup: str, limit: int = LONGEST_MESSAGE) -> list[str]:
    """Divide a message into parts of at most `limit` UTF-16 units, markup included.

    Parts end at paragraphs. A paragraph that is too long for one message is divided at lines,
    then sentences, then words, and only then between characters. Blank space at a division goes;
    nothing else does. A message without visible text has no parts.
    """
    runs = parse_html(markup)
    text = "".join(run.text for run in runs)
    parts: list[str] = []
    start = _skip_blanks(text, 0)
    while start < len(text):
        end = _reach(runs, start, len(text), limit)
        if end < len(text):
            end = _division(text, runs, start, end, limit)
        stop = start + len(text[start:end].rstrip())
        parts.append(to_html(_slice(runs, start, stop)))
        start = _skip_blanks(text, end)
    return parts


def _closing(tag: str) -> str:
    return f"</{re.split(r'[ >]', tag[1:], maxsplit=1)[0]}>"


def _skip_blanks(text: str, start: int) -> int:
    return len(text) - len(text[start:].lstrip())


def _slice(runs: tuple[Run, ...], start: int, end: int) -> tuple[Run, ...]:
    kept: list[Run] = []
    offset = 0
    for run in runs:
        piece = run.text[max(start - offset, 0) : max(end - offset, 0)]
        if piece:
            kept.append(Run(piece, run.tags))
        offset += len(run.text)
    return tuple(kept)


def _reach(runs: tuple[Run, ...], start: int, stop: int, limit: int) -> int:
    """The furthest end, up to `stop`, at which the part still fits; at least one character."""
    low, high = start + 1, min(stop, start + limit)
    if high == stop and utf16_length(to_html(_slice(runs, start, stop))) <= limit:
        return stop  # as most messages do
    while low < high:
        middle = (low + high + 1) // 2
        if utf16_length(to_html(_slice(runs, start, middle))) <= limit:
            low = middle
        else:
            high = middle - 1
    return low


def _division(text: str, runs: tuple[Run, ...], start: int, end: int, limit: int) -> int:
    """Where a part that may go up to `end` had best stop."""
    paragraph = text.rfind("\n\n", start + 1, end + 2)
    if paragraph > start:
        following = _skip_blanks(text, paragraph)
        close = text.find("\n\n", following)
        close = len(text) if close < 0 else close
        if _reach(runs, following, close, limit) >= close:
            return paragraph
    floor = max(paragraph, start)
    line = text.rfind("\n", floor + 1, end + 1)
    # The last sentence of a window is cut off somewhere: look past the end, and leave it out.
    *whole, _ = sentence_spans(text, floor, min(len(text), end + _LOOK_AHEAD))
    sentence = max((stop for _, stop in whole if stop <= end), default=-1)
    for place in (line, sentence, paragraph):
        if place > start:
            return place
    word = max(text.rfind(blank, start + 1, end + 1) for blank in " \t\n")
    return word if word > start else _between_characters(text, start, end)


def _between_characters(text: str, start: int, end: int) -> int:
    """`end`, or a little before it, so that no accent or joined emoji is torn off its base."""
    place = end
    while place > start + 1 and (_continues(text[place]) or text[place - 1] == "\u200d"):
        place -= 1
    return place if place > start + 1 else end


def _continues(character: str) -> bool:
    return (
        character in _JOINERS
        or ord(character) in _SKIN_TONES
        or unicodedata.category(character) in {"Mn", "Me"}
    )
