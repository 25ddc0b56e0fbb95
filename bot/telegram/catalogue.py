"""The collection at a glance, and what a search of its titles finds. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from bot.telegram.markup import bold, code, escape, linked
from bot.telegram.split import split_html
from bot.words import Words
from corpus import Document, Library

MOST_LISTED = 12
"""Documents a search lists; the rest are counted."""


def render_library(library: Library, words: Words) -> list[str]:
    """How many documents there are, of what kind, on what, when they were checked."""
    frame = words.library
    first = min(document.checked for document in library)
    last = max(document.checked for document in library)
    checked = (
        frame.checked_once.format(date=words.day(last))
        if first == last
        else frame.checked_between.format(first=words.day(first), last=words.day(last))
    )
    size = frame.documents.format(count=len(library)) + words.answer.separator + checked
    topics = Counter(topic for document in library for topic in document.topics)
    kinds = Counter(words.kinds[document.kind] for document in library)
    fingerprint = escape(frame.fingerprint).replace("{fingerprint}", code(library.fingerprint))
    return split_html(
        "\n\n".join(
            [
                f"{bold(frame.heading)}\n{escape(size)}",
                _counts(frame.topics, topics, words),
                _counts(frame.kinds, kinds, words),
                fingerprint,
                escape(frame.search_hint),
            ]
        )
    )


def render_search(library: Library, wanted: str, words: Words) -> list[str]:
    """The documents whose title, issuer, id or topics hold every word of `wanted`."""
    frame = words.library
    found = [document for document in library if _holds(document, wanted)]
    if not found:
        return split_html(escape(frame.found_none.format(words=wanted)))
    found.sort(key=lambda document: (document.published, document.id), reverse=True)
    blocks = [bold(frame.found.format(words=wanted, count=len(found)))]
    blocks += [_entry(document, words) for document in found[:MOST_LISTED]]
    if len(found) > MOST_LISTED:
        blocks.append(escape(frame.found_more.format(count=len(found) - MOST_LISTED)))
    return split_html("\n\n".join(blocks))


def _counts(heading: str, counts: Counter[str], words: Words) -> str:
    lines = (words.library.count.format(name=name, count=n) for name, n in counts.most_common())
    return "\n".join([bold(heading), *(escape(line) for line in lines)])


def _holds(document: Document, wanted: str) -> bool:
    parts: Iterable[str] = (document.title, document.issuer, document.id, *document.topics)
    text = " ".join(parts).casefold()
    return all(word in text for word in wanted.casefold().split())


def _entry(document: Document, words: Words) -> str:
    facts = (
        words.answer.published.format(date=words.day(document.published)),
        words.statuses[document.status],
        words.kinds[document.kind],
    )
    line = escape(words.answer.separator.join(facts))
    return f"<b>{linked(document.title, document.url)}</b>\n{line}"
