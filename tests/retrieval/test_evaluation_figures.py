"""Figures over many scores, each worked out by hand on a few."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answer import Outcome
from retrieval.evaluation import FIGURES, Score, compute, percentile
from retrieval.evaluation.figures import compute_by_tag

ANSWERED, ABSENT, DECLINED = Outcome.ANSWERED, Outcome.NOT_IN_CORPUS, Outcome.DECLINED


def right(**changes: Any) -> Score:  # noqa: ANN401 - any field of a score
    """An answerable question, answered."""
    fields = {"id": "q", "answerable": True, "expected": ANSWERED, "outcome": ANSWERED}
    return Score.model_validate(fields | changes)


def unanswerable(outcome: Outcome, **changes: Any) -> Score:  # noqa: ANN401 - as above
    return right(answerable=False, expected=ABSENT, outcome=outcome, **changes)


def test_recall_and_reciprocal_rank_are_over_answerable_questions() -> None:
    ranks = [1, 2, 5, None]
    figures = compute([*(right(rank=rank) for rank in ranks), unanswerable(ABSENT)])
    assert figures["recall_at_1"] == 1 / 4
    assert figures["recall_at_5"] == 3 / 4
    assert figures["mrr"] == pytest.approx((1 + 1 / 2 + 1 / 5) / 4)


def test_refusal_precision_and_recall_count_declining_as_refusing() -> None:
    scores = [
        right(),
        right(outcome=ABSENT),
        unanswerable(ABSENT),
        unanswerable(DECLINED),
        unanswerable(ANSWERED),
    ]
    figures = compute(scores)
    assert figures["refusal_precision"] == 2 / 3
    assert figures["refusal_recall"] == 2 / 3
    assert figures["outcome_right"] == 2 / 5


def test_facts_are_over_answerable_questions_and_right_over_all() -> None:
    scores = [right(), right(missing=("x",)), right(forbidden=("y",)), unanswerable(ABSENT)]
    figures = compute(scores)
    assert figures["facts_right"] == 1 / 3
    assert figures["right"] == 2 / 4


def test_an_error_is_wrong_and_no_refusal() -> None:
    figures = compute([right(outcome=None, error="gone"), unanswerable(ABSENT)])
    assert (figures["right"], figures["facts_right"], figures["outcome_right"]) == (0.5, 0, 0.5)
    assert figures["refusal_precision"] == 1


def test_citations_and_claims_are_counted_over_all_answers_together() -> None:
    scores = [
        right(citations=4, cited_right=1, quotes_inexact=(2,), claims=3, ungrounded=("5%",)),
        right(citations=1, cited_right=1, claims=1, claims_uncited=1),
        unanswerable(ANSWERED, citations=5, claims=6),
    ]
    figures = compute(scores)
    assert figures["cited_documents_right"] == 2 / 5
    assert figures["quotes_exact"] == 9 / 10
    assert figures["numbers_grounded"] == 9 / 10
    assert figures["claims_cited"] == 9 / 10


def test_words_are_those_of_answers_and_a_refusal_does_not_flatter_them() -> None:
    scores = [right(words=n, longest_quote=n // 4) for n in (100, 120, 200)]
    figures = compute([*scores, unanswerable(ABSENT, words=3, longest_quote=90)])
    assert figures["words_median"] == 120
    assert figures["words_p95"] == 200
    assert figures["longest_quote_words"] == 90


def test_nothing_to_measure_is_none_and_not_zero() -> None:
    assert set(compute([]).values()) == {None}
    only_found = Score(id="q", answerable=True, expected=ANSWERED, rank=1)
    figures = compute([only_found])
    assert figures["recall_at_1"] == 1
    assert figures["right"] is None
    assert figures["quotes_exact"] is None


def test_a_tag_is_measured_on_its_own_questions() -> None:
    scores = [right(tags=("a", "b")), right(tags=("b",), missing=("x",))]
    by_tag = compute_by_tag(scores)
    assert [by_tag[tag]["facts_right"] for tag in ("a", "b")] == [1, 1 / 2]


@pytest.mark.parametrize(
    ("count", "share", "value"), [(100, 0.95, 95), (96, 0.95, 92), (20, 0.95, 19), (1, 0.5, 1)]
)
def test_a_percentile_is_the_nearest_rank(count: int, share: float, value: int) -> None:
    assert percentile(range(1, count + 1), share) == value


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_a_value_that_enough_values_do_not_exceed(
    values: list[float], share: float
) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-6


outcomes = st.sampled_from(Outcome)
scores = st.builds(
    lambda answerable, expected, outcome, rank, citations, claims, words: Score(
        id="q",
        answerable=answerable,
        expected=ANSWERED if answerable else expected,
        outcome=outcome,
        rank=rank if answerable else None,
        citations=citations,
        cited_right=citations // 2,
        claims=claims,
        claims_uncited=claims // 3,
        words=words,
    ),
    st.booleans(),
    st.sampled_from([ABSENT, DECLINED]),
    outcomes,
    st.none() | st.integers(1, 5),
    st.integers(0, 9),
    st.integers(0, 9),
    st.integers(0, 300),
)


@given(st.lists(scores))
def test_shares_lie_between_nought_and_one_and_ranks_agree(made: list[Score]) -> None:
    figures = compute(made)
    for key, value in figures.items():
        if value is not None and FIGURES[key].unit in {"share", "ratio"}:
            assert 0 <= value <= 1
    first, five, mrr = (figures[key] for key in ("recall_at_1", "recall_at_5", "mrr"))
    if first is not None and five is not None and mrr is not None:
        assert first - 1e-9 <= mrr <= five + 1e-9


@given(st.lists(scores), st.randoms())
def test_the_order_of_the_questions_changes_no_figure(made: list[Score], random: Any) -> None:  # noqa: ANN401 - hypothesis hands over a random.Random of its own
    shuffled = random.sample(made, len(made))
    assert compute(shuffled) == pytest.approx(compute(made), nan_ok=True)
