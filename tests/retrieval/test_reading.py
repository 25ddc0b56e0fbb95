from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest

from corpus import Library
from retrieval.currency import Tense
from retrieval.engine import Holdings
from retrieval.reading import DAYS_KEPT, Reading, SentenceReader
from tests.conftest import TODAY
from tests.documents import write_document
from tests.retrieval.conftest import Open

BODY = """# Copper

- Copper pays 50% from 1 February 2025.
- Three metals are free: tin, zinc and lead.

## Who is affected

- Importers of copper pay it from 1 February 2025 to 30 June 2025.
- From 1 August 2025 a duty on all metals took its place.
"""
FIRST, LAST = date(2025, 2, 1), date(2025, 7, 31)
DAY = timedelta(days=1)


@pytest.fixture
def copper(tmp_path: Path, open_corpus: Open) -> Holdings:
    """A measure that has run out, whose sentences do not all say so."""
    folder = tmp_path / "corpus"
    write_document(folder, "copper", BODY, status="expired", effective_until=LAST)
    return open_corpus(folder)


def find(holdings: Holdings, words: str) -> Reading:
    count = len(holdings.index.manifest.sentences)
    return next(r for r in map(holdings.reader.read, range(count)) if words in r.text)


def test_a_sentence_is_read_word_for_word_with_its_place(copper: Holdings) -> None:
    read = find(copper, "Copper pays")
    assert read.text == "Copper pays 50% from 1 February 2025."
    assert read.document is copper.library.get("copper")
    assert read.document.body[read.start : read.end] == read.text
    assert read.section == "Copper"
    assert read.figures == {"50%", "1", "2025"}


def test_who_is_affected_and_how_many_things_are_counted_is_seen(copper: Holdings) -> None:
    assert find(copper, "Importers").tells_who_is_affected
    assert not find(copper, "Copper pays").tells_who_is_affected
    assert 3 in find(copper, "Three metals").counts


@pytest.mark.parametrize(
    ("kind", "is_article", "is_timeline"),
    [("article", True, False), ("timeline", False, True), ("policy-brief", False, False)],
)
def test_the_article_and_timelines_are_told_from_other_documents(
    tmp_path: Path, open_corpus: Open, kind: str, is_article: bool, is_timeline: bool
) -> None:
    write_document(tmp_path / "kinds", "one", kind=kind)
    reading = open_corpus(tmp_path / "kinds").reader.read(0)
    assert (reading.is_article, reading.is_timeline) == (is_article, is_timeline)


def test_every_sentence_of_the_packaged_corpus_stands_where_it_is_said_to(
    holdings: Holdings,
) -> None:
    for position in range(len(holdings.index.manifest.sentences)):
        read = holdings.reader.read(position)
        assert read.position == position
        assert read.text == read.document.body[read.start : read.end] == read.text.strip() != ""
        assert holdings.reader.at(read.document.id, read.start) is read


def test_a_sentence_is_found_again_by_where_it_begins(copper: Holdings) -> None:
    read = find(copper, "Importers")
    assert copper.reader.at("copper", read.start) is read
    assert copper.reader.at("copper", read.start + 1) is None
    assert copper.reader.at("steel", read.start) is None


@pytest.mark.parametrize(
    ("day", "tense"),
    [
        (FIRST - DAY, Tense.FUTURE),
        (FIRST, Tense.HOLDS),
        (date(2025, 6, 30), Tense.HOLDS),
        (date(2025, 7, 1), Tense.PAST),
    ],
)
def test_the_first_and_the_last_day_that_a_sentence_names_both_count(
    copper: Holdings, day: date, tense: Tense
) -> None:
    assert copper.reader.on(find(copper, "Importers").position, day).tense is tense


def test_an_open_end_is_closed_by_the_end_of_the_measure(copper: Holdings) -> None:
    at = find(copper, "Copper pays").position
    on_last, after = copper.reader.on(at, LAST), copper.reader.on(at, LAST + DAY)
    assert (on_last.tense, on_last.measure_is_over) == (Tense.HOLDS, False)
    assert (after.tense, after.measure_is_over) == (Tense.PAST, True)


def test_what_took_the_place_of_a_measure_that_is_over_holds(copper: Holdings) -> None:
    at = find(copper, "took its place").position
    assert copper.reader.on(at, LAST).tense is Tense.FUTURE
    assert copper.reader.on(at, LAST + DAY).tense is Tense.HOLDS


def test_a_sentence_without_a_date_is_undated_though_its_measure_is_over(
    copper: Holdings,
) -> None:
    standing = copper.reader.on(find(copper, "Three metals").position, LAST + DAY)
    assert standing.tense is Tense.UNDATED
    assert standing.measure_is_over
    assert standing.recency == 0


def test_what_was_not_published_yet_is_known(copper: Holdings) -> None:
    published = copper.library.get("copper").published
    at = find(copper, "Copper pays").position
    assert copper.reader.on(at, published - DAY).is_not_published
    assert not copper.reader.on(at, published).is_not_published


def test_news_is_fresh_on_its_day_and_grows_old(copper: Holdings) -> None:
    at = find(copper, "Importers").position
    ages = [copper.reader.on(at, date(2025, 6, 30) + i * 90 * DAY).recency for i in range(4)]
    assert ages[0] == 1
    assert ages == sorted(set(ages), reverse=True)
    assert ages[-1] > 0


def test_a_question_for_another_day_does_not_change_how_a_sentence_stands_today(
    copper: Holdings,
) -> None:
    at = find(copper, "Importers").position
    before = copper.reader.on(at, TODAY)
    for i in range(3 * DAYS_KEPT):
        assert copper.reader.on(at, FIRST + i * DAY).tense is Tense.HOLDS
    assert copper.reader.on(at, TODAY) == before


def test_threads_that_share_a_reader_read_the_same(holdings: Holdings, library: Library) -> None:
    days = [TODAY - i * 60 * DAY for i in range(2 * DAYS_KEPT)]
    work = [(position, day) for day in days for position in range(0, 200, 7)]
    shared = SentenceReader(holdings.index, library)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda job: shared.on(*job), work * 2))
    alone = SentenceReader(holdings.index, library)
    assert found == [alone.on(*job) for job in work] * 2
