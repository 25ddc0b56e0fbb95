"""An answer as Telegram messages: bottom line, evidence, warnings, sources. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.telegram.markup import bold, escape, folded, italic, link
from bot.telegram.split import split_html
from bot.words import Words
from retrieval.answer import Answer, Citation, Claim, Notice, Outcome

_CLOSING_MARKS = re.compile(r"(?:\s*\[\d+\])+\s*$")


def render_answer(answer: Answer, words: Words) -> list[str]:
    """The messages that answer a question, in HTML, each short enough to send.

    An answer that found nothing, or declined, is told in its own words; whatever sources it names
    still stand below.
    """
    frame = words.answer
    date = italic(frame.as_of.format(date=words.day(answer.as_of)))
    if answer.outcome is Outcome.ANSWERED and answer.claims:
        first, *others = answer.claims
        blocks = [_claim(first, lead=True), date, *(_claim(claim) for claim in others)]
    else:
        blocks = [escape(answer.text), date]
    blocks += [_notice(notice, words) for notice in answer.notices]
    if answer.citations:
        listed = list_sources(answer.citations, words)
        blocks.append(folded("\n\n".join([bold(frame.sources), *listed])))
    blocks.append(italic(frame.footer))
    return split_html("\n\n".join(blocks))


def render_sources(answer: Answer, words: Words) -> list[str]:
    """The sources of an answer in full, unfolded."""
    listed = list_sources(answer.citations, words)
    heading = f"{bold(words.library.last_heading)}\n{italic(answer.question)}"
    return split_html("\n\n".join([heading, *listed, escape(words.library.all_hint)]))


def list_sources(citations: Sequence[Citation], words: Words) -> list[str]:
    """Each document once, with all quotes from it: in the order in which they are first cited."""
    documents: dict[str, list[Citation]] = {}
    for citation in citations:
        documents.setdefault(citation.document_id, []).append(citation)
    return [_document(cited, words) for cited in documents.values()]


def _document(cited: list[Citation], words: Words) -> str:
    """What the document is, honestly named, how it stands, where to read it, and the words."""
    frame, first = words.answer, cited[0]
    facts = [
        first.issuer,
        frame.published.format(date=words.day(first.published)),
        words.statuses[first.status],
        words.kinds[first.kind],
    ]
    line = escape(frame.separator.join(facts))
    address = link(first.url)
    if address:
        line += escape(frame.separator) + address
    title = f"{_marks(tuple(citation.number for citation in cited))} {bold(first.title)}"
    return "\n".join([title, line, *(_quote(citation, words) for citation in cited)])


def _quote(citation: Citation, words: Words) -> str:
    quote = escape(words.answer.quote.format(quote=citation.quote.strip()))
    place = f" {italic(citation.section)}" if citation.section else ""
    return f"[{citation.number}]{place} {quote}"


def _claim(claim: Claim, *, lead: bool = False) -> str:
    text = _CLOSING_MARKS.sub("", claim.text)
    return f"{bold(text) if lead else escape(text)} {_marks(claim.citations)}"


def _notice(notice: Notice, words: Words) -> str:
    told = words.notices[notice.kind]
    text = _CLOSING_MARKS.sub("", notice.text)
    marks = f" {_marks(notice.citations)}" if notice.citations else ""
    return f"{escape(told.sign)} {bold(told.label)}: {escape(text)}{marks}"


def _marks(numbers: tuple[int, ...]) -> str:
    return "".join(f"[{number}]" for number in numbers)
