"""The sentences of a document by the days they name."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from corpus import Document, sentence_spans, split_passages
from retrieval.compose.draft import Span
from retrieval.dates import find_dates


def sentence_about(document: Document, day: date) -> Span:
    """The sentence that names the day, else the document's first."""
    return sentence_naming(document, day) or Span(document, "", *sentences_of(document)[0])


def sentence_naming(document: Document, day: date) -> Span | None:
    """The first sentence that names the day."""
    found = _dated(document).get(day)
    return Span(document, "", *found) if found else None


@lru_cache(maxsize=512)
def sentences_of(document: Document) -> tuple[tuple[int, int], ...]:
    """Spans of the document's sentences, in order; headings and list marks are left out."""
    # Nothing is measured, so no line is cut: these are the sentences of the index.
    spans = [
        span
        for passage in split_passages(document, measure=lambda _: 0)
        for line in passage.lines
        for span in sentence_spans(document.body, line.start, line.end)
    ]
    return tuple(spans) or ((0, len(document.body.rstrip())),)


@lru_cache(maxsize=512)
def _dated(document: Document) -> dict[date, tuple[int, int]]:
    """Day -> the first sentence that names it."""
    found: dict[date, tuple[int, int]] = {}
    for start, end in sentences_of(document):
        for mention in find_dates(document.body[start:end]):
            for day in (mention.first, mention.last):
                found.setdefault(day, (start, end))
    return found
