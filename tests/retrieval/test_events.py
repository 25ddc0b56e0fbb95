from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from corpus import Library
from retrieval.data import read_words
from retrieval.events import date_before, load_events
from tests.documents import write_document

RULING = date(2026, 2, 20)
DAY = timedelta(days=1)


def test_each_event_takes_its_day_from_its_document(library: Library) -> None:
    events = load_events(library)
    entries = read_words("events.yaml")
    assert [e.day for e in events] == [
        getattr(library.get(entry["document"]), entry["day"]) for entry in entries
    ]
    assert all(isinstance(event.day, date) for event in events)


def test_an_event_whose_document_is_not_held_is_none(small_corpus: Path) -> None:
    assert load_events(Library.load(small_corpus)) == ()


def test_the_day_of_an_event_follows_its_document(tmp_path: Path) -> None:
    write_document(tmp_path, "scotus-learning-resources-2026", published="2024-05-06")
    (event,) = load_events(Library.load(tmp_path))
    assert event.day == date(2024, 5, 6)


@pytest.mark.parametrize(
    "text",
    [
        "what did cars pay before the ruling?",
        "what did cars pay before the decision",
        "Prior to the Supreme Court's judgment, who paid?",
        "until the scotus ruling what was due",
        "what was due AHEAD OF THE RULING",
        "up to the court ruling, what was the rate",
        "before   the judgement",
    ],
)
def test_a_question_of_before_an_event_speaks_of_the_day_before_it(
    library: Library, text: str
) -> None:
    assert library.get("scotus-learning-resources-2026").published == RULING
    assert date_before(text, load_events(library)) == RULING - DAY


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("what was due before liberation day", "ieepa-reciprocal-eo-14257"),
        ("before the Busan summit what did China pay", "us-china-truce-2025"),
        ("what did cars pay before the Japan deal", "us-japan-framework-2025"),
        ("before the Hague summit", "nato-hague-5-percent-pledge-2025"),
    ],
)
def test_events_are_told_apart(library: Library, text: str, document: str) -> None:
    assert date_before(text, load_events(library)) == library.get(document).published - DAY


@pytest.mark.parametrize(
    "text",
    [
        "what did the ruling say?",
        "what changed after the ruling?",
        "what applies since liberation day",
        "before the rulings committee met",
        "before lunch, what about the ruling",
        "",
    ],
)
def test_an_event_that_is_merely_named_dates_no_question(library: Library, text: str) -> None:
    assert date_before(text, load_events(library)) is None


def test_without_events_no_question_is_dated_by_one() -> None:
    assert date_before("before the ruling", ()) is None
