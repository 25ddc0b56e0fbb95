"""The sentences of a document by the days they name."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from corpus import Document, sentence_spans
from retrieval.compose.draft import Span
from retrieval.dates import find_dates


def sentence_about(document: Document, day: date) -> Span:
    """The sentence that names the day, else the document's first."""
    return sentence_naming(document, day) or Span(document, "", *sentences_of(document)[0])


def sentence_naming(document: Document, day: date) -> Span | None:
    """The first sentence that names the day."""
    found = _dated(document.id, document.digest, document.body).get(day)
    return Span(document, "", *found) if found else None


def sentences_of(document: Document) -> tuple[tuple[int, int], ...]:
    """Spans of the document's sentences, in order; headings and list marks are left out."""
    return _spans_of(document.id, document.digest, document.body)


@lru_cache(maxsize=512)
def _spans_of(document_id: str, digest: str, body: str) -> tuple[tuple[int, int], ...]:
    del document_id, digest
    spans: list[tuple[int, int]] = []
    position = 0
    for line in body.splitlines(keepends=True):
        mark = re.match(r"\s*(?:[-*+]\s+|>\s*|\d+[.)]\s+)?", line)
        begin = position + (mark.end() if mark else 0)
        if not line.lstrip().startswith("#"):
            spans += sentence_spans(body, begin, position + len(line.rstrip()))
        position += len(line)
    return tuple(spans) or ((0, len(body.rstrip())),)


@lru_cache(maxsize=512)
def _dated(document_id: str, digest: str, body: str) -> dict[date, tuple[int, int]]:
    """Day -> the first sentence that names it."""
    found: dict[date, tuple[int, int]] = {}
    for start, end in _spans_of(document_id, digest, body):
        for mention in find_dates(body[start:end]):
            for day in (mention.first, mention.last):
                found.setdefault(day, (start, end))
    return found
