"""The sources of an answer: short below it, where most of a screen is precious, or in full."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.telegram.markup import escape, italic, linked
from bot.titles import cut, shortened_title, without_brackets
from bot.words import Words
from corpus import Kind, Status
from retrieval.answer import Answer, Citation
from retrieval.compose.draft import plain

LONGEST_ISSUER = 60

_INSTRUMENTS = frozenset({Kind.POLICY_BRIEF, Kind.OFFICIAL_TEXT})
"""Kinds that tell of a measure. Of an article or a fund nobody would say that it is in force."""


def brief_sources(answer: Answer, words: Words) -> list[str]:
    """Each document of an answer on a few lines, for below the answer's text.

    A quote that the text already tells word for word is not told again, only where it stands.
    """
    return [_brief(cited, answer.text, words) for cited in _by_document(answer.citations)]


def full_sources(answer: Answer, words: Words) -> list[str]:
    """Each document of an answer with nothing cut and every quote."""
    return [
        "\n".join([*_head(cited, words), *(_quote(citation, words) for citation in cited)])
        for cited in _by_document(answer.citations)
    ]


def source_marks(numbers: Iterable[int]) -> str:
    """The numbers as they stand in the text: `[1][2]`."""
    return "".join(f"[{number}]" for number in numbers)


def _shortened_issuer(issuer: str) -> str:
    """An issuer's name; one that is too long, without its bracketed explanations."""
    if len(issuer) <= LONGEST_ISSUER:
        return issuer
    return cut(without_brackets(issuer), LONGEST_ISSUER)


def _by_document(citations: Sequence[Citation]) -> list[list[Citation]]:
    """The citations of each document, in the order in which documents are first cited."""
    documents: dict[str, list[Citation]] = {}
    for citation in citations:
        documents.setdefault(citation.document_id, []).append(citation)
    return list(documents.values())


def _brief(cited: Sequence[Citation], text: str, words: Words) -> str:
    told = [citation for citation in cited if plain(citation.quote) in text]
    sections = dict.fromkeys(citation.section for citation in told if citation.section)
    lines = _head(cited, words, brief=True)
    if sections:
        place = words.answer.separator.join(sections)
        lines.append(italic(words.answer.word_for_word.format(sections=place)))
    return "\n".join([*lines, *(_quote(c, words) for c in cited if c not in told)])


def _head(cited: Sequence[Citation], words: Words, *, brief: bool = False) -> list[str]:
    """The document, linked, and what it is, honestly named: issuer, date, standing, kind."""
    first = cited[0]
    facts = [
        _shortened_issuer(first.issuer) if brief else first.issuer,
        words.answer.published.format(date=words.day(first.published)),
    ]
    if first.kind in _INSTRUMENTS or first.status is not Status.IN_FORCE:
        facts.append(words.statuses[first.status])
    facts.append(words.kinds[first.kind])
    title = shortened_title(first.title) if brief else first.title
    marks = source_marks(citation.number for citation in cited)
    return [
        f"{marks} <b>{linked(title, first.url)}</b>",
        escape(words.answer.separator.join(facts)),
    ]


def _quote(citation: Citation, words: Words) -> str:
    quote = escape(words.answer.quote.format(quote=plain(citation.quote)))
    place = f" {italic(citation.section)}" if citation.section else ""
    return f"{source_marks([citation.number])}{place} {quote}"
