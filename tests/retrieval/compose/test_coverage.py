from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.compose.coverage import Coverage, cover
from retrieval.engine import Holdings
from retrieval.query import Query, make_query


def at(holdings: Holdings, words: str) -> int:
    count = len(holdings.index.manifest.sentences)
    return next(i for i in range(count) if words in holdings.reader.read(i).text)


def covered(holdings: Holdings, text: str, context: str = "") -> Coverage:
    return cover(Query(text=text, original=text, context=context), holdings.index)


def test_a_sentence_that_holds_every_word_covers_the_question_wholly(small: Holdings) -> None:
    found = covered(small, "Does British steel pay less?")
    whole = at(small, "British steel")
    assert found.coverage[whole] == pytest.approx(1)
    assert found.own[whole] == pytest.approx(1)
    assert (found.terms[:, whole] == 1).all()


def test_a_sentence_that_holds_no_word_covers_nothing(small: Holdings) -> None:
    found = covered(small, "British steel")
    assert found.coverage[at(small, "Buses pay")] == 0
    assert not found.terms[:, at(small, "Buses pay")].any()


def test_what_stands_beside_a_sentence_in_its_passage_counts_half(small: Holdings) -> None:
    found = covered(small, "scrap")
    assert found.coverage[at(small, "Scrap pays")] == pytest.approx(1)
    beside = at(small, "Copper pays")
    assert found.coverage[beside] == pytest.approx(0.5)
    assert found.own[beside] == 0


def test_a_rare_word_weighs_more_than_a_common_one(small: Holdings) -> None:
    found = covered(small, "buses pay")
    assert found.coverage[at(small, "Buses pay")] > found.coverage[at(small, "Trucks pay")] > 0
    pay, buses = sorted(found.rarity)
    assert buses > pay > 0


def test_a_synonym_covers_half_a_word_and_is_not_the_askers_own(small: Holdings) -> None:
    """ "Lorries" is what some say for trucks."""
    query = make_query("lorries")
    assert "truck" in query.synonyms_of(query.terms[0])
    found = cover(query, small.index)
    trucks = at(small, "Trucks pay")
    assert found.terms[0, trucks] == 0.5
    assert found.own[trucks] == 0
    assert 0 < found.coverage[trucks] < 1


def test_words_of_the_earlier_question_are_counted_apart(small: Holdings) -> None:
    found = covered(small, "and the rate?", context="what do buses get")
    assert found.context[at(small, "Buses pay")] > 0
    assert found.own[at(small, "Buses pay")] == 0
    assert not covered(small, "and the rate?").context.any()


def test_a_word_asked_again_counts_as_the_questions_own(small: Holdings) -> None:
    found = covered(small, "buses", context="buses")
    assert not found.context.any()
    assert found.own[at(small, "Buses pay")] == pytest.approx(1)


@pytest.mark.parametrize("text", ["", "is it so", "??"])
def test_a_question_without_a_word_that_counts_is_covered_by_nothing(
    small: Holdings, text: str
) -> None:
    found = covered(small, text)
    assert found.terms.shape == (0, len(small.index.sentence_passage))
    assert not found.coverage.any()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["copper", "pays", "lorry", "trucks", "what", "zeppelin", "日本"])),
    st.lists(st.sampled_from(["steel", "buses", "and", "duty"])),
)
def test_coverage_is_a_share_that_more_than_the_own_words_can_only_raise(
    small: Holdings, words: list[str], before: list[str]
) -> None:
    found = covered(small, " ".join(words), " ".join(before))
    for share in (found.terms, found.coverage, found.own, found.context):
        assert np.isfinite(share).all()
        assert share.min(initial=0) >= 0
        assert share.max(initial=0) <= 1 + 1e-6
    assert (found.own <= found.coverage + 1e-6).all()
    assert found.terms.shape[0] == len(found.rarity)
