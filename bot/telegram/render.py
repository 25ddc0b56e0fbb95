"""An answer as Telegram messages: bottom line, evidence, warnings, sources. Pure functions."""

from __future__ import annotations

import re

from bot.telegram.markup import bold, escape, folded, italic
from bot.telegram.sources import brief_sources, full_sources, source_marks
from bot.telegram.split import split_html
from bot.titles import shortened_title
from bot.words import Words
from retrieval.answer import Answer, Outcome

_CLOSING_MARKS = re.compile(r"(?:\s*\[\d+\])+\s*$")
_BLANK_LINES = re.compile(r"\n\s*\n")


BRIEF, FULL = "brief", "full"
"""How much an answer tells, beside the usual."""

_BRIEF_PARAGRAPHS = 2


def render_answer(
    answer: Answer, words: Words, detail: str | None = None, *, notice: str | None = None
) -> list[str]:
    """The messages that answer a question, in HTML, each short enough to send.

    The text stands as it was written, openings and headings included, its bottom line in bold.
    An answer that found nothing, or declined, has no bottom line; whatever sources it names still
    stand below.

    Args:
        answer: what is told.
        words: the frame around it.
        detail: `brief`: the first paragraphs up to the bottom line, all warnings, all sources;
            `full`: every quote, unfolded; anything else: the usual.
        notice: what someone is told with their first answer.
    """
    paragraphs = _paragraphs(answer)
    if is_shortened(answer, detail):
        paragraphs = paragraphs[:_BRIEF_PARAGRAPHS]
    told = [*paragraphs, *_notices(answer, words)]
    sources = _folded_sources(answer, words)
    if detail == FULL and answer.citations:
        first, *others = full_sources(answer, words)
        sources = [f"{bold(words.answer.sources)}\n{first}", *others]
    below = [*sources, *([italic(notice)] if notice else []), _footer(answer, words)]
    whole = split_html("\n\n".join([*told, *below]))
    if len(whole) == 1:
        return whole
    # What takes two messages is divided where the sources begin, not somewhere among them.
    apart = [*split_html("\n\n".join(told)), *split_html("\n\n".join(below))]
    return apart if len(whole) == len(apart) else whole


def is_shortened(answer: Answer, detail: str | None) -> bool:
    """Whether there is more of an answer than is told at this detail."""
    return detail == BRIEF and len(_paragraphs(answer)) > _BRIEF_PARAGRAPHS


def render_sources(answer: Answer, words: Words) -> list[str]:
    """The sources of an answer in full, unfolded."""
    heading = f"{bold(words.library.last_heading)}\n{italic(answer.question)}"
    listed = full_sources(answer, words)
    return split_html("\n\n".join([heading, *listed, escape(words.library.all_hint)]))


def _paragraphs(answer: Answer) -> list[str]:
    """The text's paragraphs; of the one with the first claim, that claim in bold."""
    paragraphs = [part.strip() for part in _BLANK_LINES.split(answer.text) if part.strip()]
    if answer.outcome is not Outcome.ANSWERED or not answer.claims:
        return [escape(paragraph) for paragraph in paragraphs]
    lead = _CLOSING_MARKS.sub("", answer.claims[0].text)
    place = next((i for i, paragraph in enumerate(paragraphs) if lead in paragraph), None)
    return [
        _with_bold(paragraph, lead) if i == place else escape(paragraph)
        for i, paragraph in enumerate(paragraphs)
    ]


def _with_bold(paragraph: str, lead: str) -> str:
    before, _, after = paragraph.partition(lead)
    return f"{escape(before)}{bold(lead)}{escape(after)}"


def _notices(answer: Answer, words: Words) -> list[str]:
    """Each warning with its sign, label and sources; long titles as short as they stand below."""
    titles = sorted({citation.title for citation in answer.citations}, key=len, reverse=True)
    told: list[str] = []
    for notice in answer.notices:
        frame, text = words.notices[notice.kind], _CLOSING_MARKS.sub("", notice.text)
        for title in titles:
            text = text.replace(title, shortened_title(title))
        marks = f" {source_marks(notice.citations)}" if notice.citations else ""
        told.append(f"{escape(frame.sign)} {bold(frame.label)}: {escape(text)}{marks}")
    return told


def _folded_sources(answer: Answer, words: Words) -> list[str]:
    """The sources in one block that opens with a tap; none where nothing is cited."""
    if not answer.citations:
        return []
    first, *others = brief_sources(answer, words)
    # No blank line after the heading: folded, only the first lines are seen.
    return [folded("\n\n".join([f"{bold(words.answer.sources)}\n{first}", *others]))]


def _footer(answer: Answer, words: Words) -> str:
    date = words.answer.as_of.format(date=words.day(answer.as_of))
    return f"{italic(date)}\n{italic(words.answer.footer)}"
