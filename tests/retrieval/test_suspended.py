"""A measure that is suspended is told to be, from the day its document says so."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from corpus import Document, Library
from retrieval.answer import NoticeKind
from retrieval.compose.draft import DraftClaim, DraftNotice, Span
from retrieval.notices import notices_for

SUSPENDED = {
    "china-october-2025-controls-suspension": date(2025, 11, 7),
    "bis-affiliates-50-percent-rule": date(2025, 11, 10),
}


def told(document: Document, library: Library, as_of: date) -> list[DraftNotice]:
    claim = DraftClaim(text="x", spans=(Span(document, "", 0, 20),))
    notices = notices_for([claim], library, as_of, "en")
    return [n for n in notices if n.kind is NoticeKind.SUPERSEDED]


@pytest.mark.parametrize("name", SUSPENDED)
def test_a_suspended_measure_is_told_from_the_day_it_was_suspended(
    library: Library, name: str
) -> None:
    document, since = library.get(name), SUSPENDED[name]
    (notice,) = told(document, library, since)
    assert notice.document is document
    assert "was suspended (" in notice.text
    assert str(since.year) in notice.text
    (span,) = notice.spans
    assert "susp" in document.body[span.start : span.end].lower()


@pytest.mark.parametrize("name", SUSPENDED)
def test_before_that_day_nothing_is_told_of_it(library: Library, name: str) -> None:
    assert told(library.get(name), library, SUSPENDED[name] - timedelta(days=1)) == []


def test_every_suspended_document_of_the_corpus_says_since_when(library: Library) -> None:
    assert {d.id for d in library if d.status.value == "suspended"} == set(SUSPENDED)
