from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.compose.measuring import FEATURES, SHORTLIST, Measured, load_weights, measure
from retrieval.engine import Holdings
from retrieval.features import what_it_asks
from retrieval.query import Query
from retrieval.understanding import Part
from tests.conftest import TODAY
from tests.documents import write_document
from tests.retrieval.conftest import Open

BODY = """# Copper

- Copper pays 50% from 1 August 2025.
- It is the Toyota of Brazil, as Toyota says.
- The copper mine employs 800 workers.

## Who is affected

- Importers of copper pay it from 1 August 2025 to 31 December 2025.
"""
RATE, NAMES, STAFF, AFFECTED = range(4)


@pytest.fixture
def copper(tmp_path: Path, open_corpus: Open) -> Holdings:
    ended = {"status": "expired", "effective_until": "2025-12-31", "published": "2025-07-30"}
    write_document(tmp_path / "copper", "copper", BODY, title="The measure on copper", **ended)
    write_document(
        tmp_path / "copper", "tale", "# Tale\n\n- Copper paid 9% once.\n", kind="article"
    )
    write_document(
        tmp_path / "copper",
        "times",
        "# Times\n\n- 4 May 2025: copper is looked at.\n",
        kind="timeline",
    )
    return open_corpus(tmp_path / "copper")


class Sheet:
    """What was measured, by the name of the feature."""

    def __init__(self, measured: Measured) -> None:
        self.measured = measured
        self.row = {position: i for i, position in enumerate(measured.positions.tolist())}

    def __call__(self, name: str, position: int) -> float:
        return float(self.measured.features[self.row[position], FEATURES.index(name)])


def sheet(
    holdings: Holdings, query: str | Query, day: date = TODAY, *, is_dated: bool = False
) -> Sheet:
    asked = Query(text=query, original=query) if isinstance(query, str) else query
    part = Part(query=asked, asks=what_it_asks(asked.spoken))
    found = holdings.search.search(asked, 10)
    return Sheet(measure(part, found, holdings.reader, day, is_dated=is_dated))


def at(holdings: Holdings, words: str) -> int:
    count = len(holdings.index.manifest.sentences)
    return next(i for i in range(count) if words in holdings.reader.read(i).text)


def assert_sound(measured: Measured, holdings: Holdings) -> None:
    size = min(SHORTLIST, len(holdings.index.sentence_passage))
    assert measured.positions.tolist() == sorted(set(measured.positions.tolist()))
    assert measured.features.shape == (size, len(FEATURES))
    assert np.isfinite(measured.features).all()
    assert measured.scores.shape == (size,)
    assert measured.terms.shape == (size, len(measured.rarity))
    assert 0 <= measured.terms.min(initial=0) <= measured.terms.max(initial=0) <= 1


def test_each_feature_has_one_name_and_one_finite_weight() -> None:
    assert len(set(FEATURES)) == len(FEATURES) == len(load_weights())
    assert np.isfinite(load_weights()).all()
    assert load_weights().any()


def test_a_sentence_is_ranked_by_the_weighted_sum_of_what_was_measured(copper: Holdings) -> None:
    measured = sheet(copper, "what does copper pay").measured
    expected = (measured.features * load_weights()).sum(axis=1)
    assert np.allclose(measured.scores, expected, atol=1e-4)
    assert len(set(measured.scores.tolist())) > 1


def test_of_a_large_corpus_the_nearest_sentences_are_shortlisted(holdings: Holdings) -> None:
    read = sheet(holdings, "What is the expense ratio of REMX?")
    assert_sound(read.measured, holdings)
    assert len(read.measured.positions) == SHORTLIST
    texts = [holdings.reader.read(p).text for p in read.measured.positions.tolist()]
    assert any("REMX" in text and "%" in text for text in texts)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text(max_size=60), st.text(max_size=30), st.dates(), st.booleans())
def test_any_question_can_be_measured_on_any_day(
    copper: Holdings, text: str, context: str, day: date, is_dated: bool
) -> None:
    query = Query(text=text, original=text, context=context)
    assert_sound(sheet(copper, query, day, is_dated=is_dated).measured, copper)


def test_the_kind_of_thing_asked_for_is_looked_for_in_the_sentence(copper: Holdings) -> None:
    rate = sheet(copper, "what rate does copper pay")
    assert rate("asked_percent", at(copper, "pays 50%")) == 1
    assert rate("other_kind", at(copper, "pays 50%")) == 0
    assert rate("asked_percent", at(copper, "Brazil")) == 0
    assert rate("other_kind", at(copper, "Brazil")) == 1
    anything = sheet(copper, "copper")
    assert anything("other_kind", at(copper, "Brazil")) == 0


def test_a_figure_that_the_question_does_not_name_is_new(copper: Holdings) -> None:
    question = "why is it 50% from 1 August 2025"
    assert sheet(copper, question)("new_figure", at(copper, "pays 50%")) == 0
    assert sheet(copper, "what is it")("new_figure", at(copper, "pays 50%")) == 1
    assert sheet(copper, "what is it")("new_figure", at(copper, "Brazil")) == 0


def test_the_words_of_the_title_and_the_lead_of_a_document_count(copper: Holdings) -> None:
    read = sheet(copper, "copper")
    assert read("title", at(copper, "Brazil")) == pytest.approx(1)
    assert read("title", at(copper, "paid 9%")) == pytest.approx(1)
    assert sheet(copper, "zeppelin")("title", at(copper, "Brazil")) == 0
    assert read("lead", at(copper, "pays 50%")) == 1
    assert read("lead", at(copper, "Importers")) == 0


def test_a_definition_is_looked_for_in_the_lead(copper: Holdings) -> None:
    assert sheet(copper, "what is copper?")("definition_lead", at(copper, "pays 50%")) == 1
    assert sheet(copper, "what is copper?")("definition_lead", at(copper, "Importers")) == 0
    rate = sheet(copper, "which rate does copper pay on Mondays?")
    assert rate("definition_lead", at(copper, "pays 50%")) == 0


def test_the_article_and_timelines_are_known(copper: Holdings) -> None:
    plain = sheet(copper, "what did copper pay")
    told = at(copper, "paid 9%")
    assert (plain("article", told), plain("article_asked", told)) == (1, 0)
    asked = sheet(copper, "what did copper pay in the article")
    assert (asked("article", told), asked("article_asked", told)) == (0, 1)
    assert plain("timeline", at(copper, "4 May 2025")) == 1
    assert plain("article", at(copper, "pays 50%")) == plain("timeline", told) == 0


def test_who_is_affected_is_marked(copper: Holdings) -> None:
    read = sheet(copper, "copper")
    assert read("audience", at(copper, "Importers")) == 1
    assert read("audience", at(copper, "pays 50%")) == 0


@pytest.mark.parametrize(
    ("day", "tense"),
    [
        (date(2025, 7, 31), "future"),
        (date(2025, 8, 1), "holds_today"),
        (date(2025, 12, 31), "holds_today"),
        (date(2026, 1, 1), "past"),
    ],
)
def test_how_a_sentence_stands_on_the_day_asked_for_is_measured(
    copper: Holdings, day: date, tense: str
) -> None:
    read = sheet(copper, "copper", day)
    found = {
        name: read(name, at(copper, "Importers")) for name in ("holds_today", "past", "future")
    }
    assert found == {name: float(name == tense) for name in found}


def test_the_day_counts_otherwise_for_who_named_it(copper: Holdings) -> None:
    day, told = date(2025, 9, 1), at(copper, "Importers")
    named, unnamed = (sheet(copper, "copper", day, is_dated=named) for named in (True, False))
    assert named("dated_holds", told) == named("holds_today", told) == 1
    assert named("dated_recent", told) == named("recent", told) > 0
    assert unnamed("holds_today", told) == 1
    assert unnamed("dated_holds", told) == unnamed("dated_recent", told) == 0


def test_a_measure_that_is_over_or_not_published_yet_is_marked(copper: Holdings) -> None:
    told = at(copper, "pays 50%")
    days = (date(2025, 7, 29), date(2025, 12, 31), date(2026, 1, 1))
    marks = [
        (read("not_published", told), read("measure_over", told))
        for read in (sheet(copper, "copper", day) for day in days)
    ]
    assert marks == [(1, 0), (0, 0), (0, 1)]


def test_the_names_of_the_question_are_looked_for_in_sentence_and_title(
    copper: Holdings,
) -> None:
    assert {"brazil", "toyota"} <= copper.index.names
    read = sheet(copper, "what does Toyota of Brazil say")
    assert (
        read("names_met", at(copper, "Brazil")),
        read("names_missed", at(copper, "Brazil")),
    ) == (
        1,
        0,
    )
    assert read("names_met", at(copper, "Importers")) == 0
    assert read("names_missed", at(copper, "Importers")) == 1
    nameless = sheet(copper, "what does it say")
    assert nameless("names_met", at(copper, "Brazil")) == 0
    assert nameless("names_missed", at(copper, "Importers")) == 0


def test_the_property_asked_for_is_looked_for_in_the_sentence(copper: Holdings) -> None:
    read = sheet(copper, "how many people work in copper")
    told, untold = at(copper, "employs"), at(copper, "pays 50%")
    assert (read("attribute_told", told), read("attribute_untold", told)) == (1, 0)
    assert (read("attribute_told", untold), read("attribute_untold", untold)) == (0, 1)
    none = sheet(copper, "copper")
    assert none("attribute_told", told) == none("attribute_untold", untold) == 0


def test_neighbours_count_only_within_a_passage(copper: Holdings) -> None:
    read = sheet(copper, "Copper pays 50% from 1 August 2025.")
    first, second = at(copper, "pays 50%"), at(copper, "Brazil")
    assert read("before", first) == 0
    assert read("after", first) == pytest.approx(read("similarity", second), abs=1e-5)
    assert read("before", second) == pytest.approx(1, abs=1e-4)
    assert read("before", at(copper, "Importers")) == 0
    assert read("after", max(read.row)) == 0


def test_nearness_is_scaled_from_the_middle_sentence_to_the_nearest(copper: Holdings) -> None:
    read = sheet(copper, "Copper pays 50% from 1 August 2025.")
    assert read("standing_out", at(copper, "pays 50%")) == pytest.approx(1)
    column = read.measured.features[:, FEATURES.index("standing_out")]
    assert float(np.median(column)) == pytest.approx(0, abs=1e-5)


def test_what_is_found_goes_by_shares_to_the_documents(copper: Holdings) -> None:
    read = sheet(copper, "copper")
    shares = {
        copper.reader.read(p).document.id: read("document_share", p)
        for p in read.measured.positions.tolist()
    }
    assert len(shares) == 3
    assert sum(shares.values()) == pytest.approx(1, abs=1e-5)
