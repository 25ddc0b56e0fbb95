"""An answer as Telegram messages: bottom line, evidence, warnings, sources. Pure functions."""

from __future__ import annotations

import re

from bot.telegram.markup import bold, escape, folded, italic
from bot.telegram.sources import brief_sources, full_sources, shortened_title, source_marks
from bot.telegram.split import split_html
from bot.words import Words
from retrieval.answer import Answer, Outcome

_CLOSING_MARKS = re.compile(r"(?:\s*\[\d+\])+\s*$")
_BLANK_LINES = re.compile(r"\n\s*\n")


def render_answer(answer: Answer, words: Words) -> list[str]:
    """The messages that answer a question, in HTML, each short enough to send.

    The text stands as it was written, openings and headings included, its bottom line in bold.
    An answer that found nothing, or declined, has no bottom line; whatever sources it names still
    stand below.
    """
    told = [*_paragraphs(answer), *_notices(answer, words)]
    below = [*_folded_sources(answer, words), _footer(answer, words)]
    whole = split_html("\n\n".join([*told, *below]))
    if len(whole) == 1:
        return whole
    # What takes two messages is divided where the sources begin, not somewhere among them.
    apart = [*split_html("\n\n".join(told)), *split_html("\n\n".join(below))]
    return apart if len(whole) == len(apart) else whole


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
