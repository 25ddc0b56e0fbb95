from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from retrieval.compose.candidates import CONSIDERED, Candidate, candidate_at, candidates_from
from retrieval.compose.measuring import Measured, measure
from retrieval.currency import Tense
from retrieval.engine import Holdings
from retrieval.features import what_it_asks
from retrieval.query import make_query
from retrieval.understanding import Part
from tests.conftest import TODAY


def measured(holdings: Holdings, text: str, day: date = TODAY) -> Measured:
    query = make_query(text)
    part = Part(query=query, asks=what_it_asks(text))
    found = holdings.search.search(query, 10)
    return measure(part, found, holdings.reader, day, is_dated=False)


def candidates(holdings: Holdings, text: str, day: date = TODAY) -> list[Candidate]:
    return candidates_from(measured(holdings, text, day), holdings.reader, day)


@pytest.mark.parametrize("text", ["what do buses pay", "zeppelins", "copper in 2025"])
def test_every_sentence_of_a_small_corpus_is_a_candidate_once_best_first(
    small: Holdings, text: str
) -> None:
    found = candidates(small, text)
    assert sorted(c.reading.position for c in found) == list(range(6))
    assert all(one.score >= other.score for one, other in pairwise(found))


def test_of_a_large_corpus_only_the_best_measured_sentences_are_considered(
    holdings: Holdings,
) -> None:
    text = "What tariff do Japanese cars pay in the US?"
    looked_at = measured(holdings, text)
    found = candidates(holdings, text)
    assert len(found) == CONSIDERED < len(looked_at.positions)
    assert len({c.reading.position for c in found}) == CONSIDERED
    rest = set(looked_at.positions.tolist()) - {c.reading.position for c in found}
    scores = dict(zip(looked_at.positions.tolist(), looked_at.scores.tolist(), strict=True))
    assert max(scores[position] for position in rest) <= found[-1].score


def test_a_candidate_is_its_sentence_with_the_score_it_was_given(holdings: Holdings) -> None:
    looked_at = measured(holdings, "What is the expense ratio of REMX?")
    scores = dict(zip(looked_at.positions.tolist(), looked_at.scores.tolist(), strict=True))
    for found in candidates(holdings, "What is the expense ratio of REMX?"):
        assert found.score == scores[found.reading.position]
        start, end = found.reading.start, found.reading.end
        assert found.text == found.document.body[start:end]


def test_a_candidates_tense_is_that_of_the_day_asked_for(small: Holdings) -> None:
    tenses = {}
    for day in (date(2025, 7, 1), date(2025, 9, 1)):
        (copper,) = [c for c in candidates(small, "copper", day) if "August 2025" in c.text]
        tenses[day.month] = copper.tense
    assert tenses == {7: Tense.FUTURE, 9: Tense.HOLDS}


def test_a_single_sentence_can_be_put_forward_by_its_position(small: Holdings) -> None:
    found = candidate_at(2, 1.5, small.reader, TODAY)
    assert (found.text, found.score) == ("Steel pays 25%.", 1.5)
    assert (found.tense, found.recency) == (Tense.UNDATED, 0)
