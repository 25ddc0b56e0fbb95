from __future__ import annotations

import numpy as np
import pytest

from retrieval.advice import load_model, wants_advice
from retrieval.answer import Outcome
from retrieval.engine import Holdings
from retrieval.query import Query, make_query
from tests.questions import Asker


def asked(holdings: Holdings, query: Query) -> bool:
    found = holdings.search.search(query, 1)
    return wants_advice(query, found.vector, holdings.index.manifest.model)


@pytest.mark.parametrize(
    "text",
    [
        "thoughts on loading up on uranium before the deadline",
        "would u sleep well with REMX in your account",
        "which of these two funds would you pick for my kid",
    ],
)
def test_requests_for_advice_are_told_in_words_that_no_pattern_has(
    holdings: Holdings, text: str
) -> None:
    assert asked(holdings, make_query(text))


@pytest.mark.parametrize(
    "text",
    ["what does REMX charge", "what tariff do Japanese cars pay", "when does the truce run out"],
)
def test_questions_of_fact_are_no_requests_for_advice(holdings: Holdings, text: str) -> None:
    assert not asked(holdings, make_query(text))


def test_of_a_follow_up_a_translation_or_another_models_vector_it_does_not_judge() -> None:
    model = load_model()
    vector = model.weights / np.linalg.norm(model.weights)
    assert model.probability(vector) > model.threshold
    query = make_query("thoughts on uranium")
    assert wants_advice(query, vector, model.embedding)
    assert not wants_advice(query, vector, "another model")
    leaning = Query(text=query.text, original=query.original, context="what is URA")
    assert not wants_advice(leaning, vector, model.embedding)
    assert not wants_advice(make_query("ウランはどう思う"), vector, model.embedding)


def test_advice_is_declined_with_facts_and_the_way_to_the_rules(ask: Asker) -> None:
    answer = ask("thoughts on loading up on uranium before the deadline")
    assert answer.outcome is Outcome.DECLINED
    assert "/allocate" in answer.text
