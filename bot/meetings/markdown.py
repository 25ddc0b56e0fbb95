"""The minutes as Markdown (CommonMark): what people wrote stands as they wrote it. Pure."""

from __future__ import annotations

import re

from bot.meetings.records import Entry, Minutes
from bot.meetings.telling import (
    SourceLine,
    all_sources,
    facts_of,
    notices_of,
    open_points,
    paragraphs_of,
    sources_of,
    summary_of,
    title_of,
)
from bot.words import Words

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
_AT_LINE_START = re.compile(r"(?m)^(\s*)(?:([-+=])|(\d+)([.)]))(?=\s|$|[-=])")
_MARK = re.compile(r"\\\[(\d{1,3})\\\](?![(:\\])")
_LINK_BREAKERS = re.compile(r"[\s<>()\\]")


def minutes_markdown(minutes: Minutes, words: Words) -> str:
    """The minutes, ready to be written to a file."""
    frame = words.minutes
    title = title_of(minutes.meeting, words)
    blocks = [f"# {_line(frame.heading.format(title=title))}"]
    blocks.append("\n".join(f"- {_line(fact)}" for fact in facts_of(minutes, words)))
    if not minutes.entries:
        blocks.append(_line(frame.nothing_asked))
    for entry in minutes.entries:
        blocks += _entry(entry, minutes, words)
    if minutes.entries:
        blocks.append(f"## {_line(frame.open_points)}")
        points = [
            f"- {_line(frame.question.format(number=e.number, question=e.question))} ({_line(why)})"
            for e, why in open_points(minutes, words)
        ]
        blocks.append("\n".join(points) or _line(frame.no_open_points))
    if sources := all_sources(minutes.entries, words):
        blocks.append(f"## {_line(frame.all_sources)}")
        blocks.append("\n".join(f"- {_source(source)}" for source in sources))
    blocks.append(f"*{_line(frame.made)}*")
    return "\n\n".join(blocks) + "\n"


def escaped(text: str) -> str:
    r"""Text that renders as just this text; marks such as `[1]` stay readable as they are.

    Example:
        >>> print(escaped("*15%* [1]"))
        \*15%\* [1]
    """
    safe = _SPECIAL.sub(r"\\\1", text)
    safe = _AT_LINE_START.sub(_unlisted, safe)
    return _MARK.sub(r"[\1]", safe)


def _unlisted(match: re.Match[str]) -> str:
    blank, sign, number, stop = match.groups()
    return f"{blank}\\{sign}" if sign else f"{blank}{number}\\{stop}"


def _line(text: str) -> str:
    return escaped(" ".join(text.split()))


def _entry(entry: Entry, minutes: Minutes, words: Words) -> list[str]:
    frame = words.minutes
    if entry.withdrawn:
        told = frame.question.format(number=entry.number, question=frame.withdrawn)
        return [f"## {_heading(told)}"]
    question = frame.question.format(number=entry.number, question=entry.question)
    blocks = [f"## {_heading(question)}", f"*{_line(summary_of(entry, minutes, words))}*"]
    if entry.answer is None:
        return [*blocks, _line(frame.failed.format(reason=entry.error or "-"))]
    blocks += [_paragraph(part) for part in paragraphs_of(entry.answer)]
    blocks += [
        f"> **{_line(label)}:** {_line(text)}" for label, text in notices_of(entry.answer, words)
    ]
    if sources := sources_of(entry.answer, words):
        blocks.append(f"**{_line(frame.sources)}**")
        blocks.append("\n".join(f"- {source.marks} {_source(source)}" for source in sources))
    return blocks


def _heading(text: str) -> str:
    """A heading is one line; its own number is no list's."""
    return _line(text)


def _paragraph(text: str) -> str:
    """A paragraph; its line breaks stay."""
    return "  \n".join(escaped(line.strip()) for line in text.split("\n"))


def _source(source: SourceLine) -> str:
    title = _line(source.title)
    if source.url and not _LINK_BREAKERS.search(source.url):
        title = f"[{title}]({source.url})"
    return f"{title} · {_line(source.facts)}"
