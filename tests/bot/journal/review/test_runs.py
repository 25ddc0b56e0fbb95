from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from bot.journal.review import GoldenKind, Reviews
from bot.journal.review.runs import why_not
from retrieval.answer import Outcome
from retrieval.evaluation import GoldenQuestion, summarise
from retrieval.evaluation.golden import GoldenSet
from retrieval.evaluation.scoring import Score

GOLDEN = GoldenQuestion(
    id="g",
    question="What of copper?",
    answerable=True,
    documents=("copper-brief",),
    must_include=(("50%", "50 percent"), ("1 August 2025",)),
    must_not_include=("nothing",),
)
RIGHT: dict[str, object] = {
    "id": "g",
    "answerable": True,
    "expected": Outcome.ANSWERED,
    "outcome": Outcome.ANSWERED,
    "rank": 1,
    "citations": 1,
    "cited_right": 1,
}


@pytest.mark.parametrize(
    ("scored", "why"),
    [
        ({}, []),
        ({"error": "the model is away", "outcome": None}, ["error"]),
        (
            {"outcome": Outcome.NOT_IN_CORPUS, "missing": ("50%",), "citations": 0},
            ["outcome:not_in_corpus"],
        ),
        ({"missing": ("1 August 2025",)}, ["missing:2"]),
        ({"missing": ("50%", "1 August 2025")}, ["missing:1", "missing:2"]),
        ({"forbidden": ("nothing",)}, ["forbidden:1"]),
        ({"missing": ("of another version",)}, ["missing:0"]),
        ({"rank": None, "cited_right": 0}, ["not-found"]),
        ({"cited_right": 0}, ["not-cited"]),
    ],
)
def test_why_an_answer_is_not_right_is_told_without_its_words(
    scored: dict[str, object], why: list[str]
) -> None:
    assert why_not(Score.model_validate(RIGHT | scored), GOLDEN) == why


def test_a_run_keeps_why_each_question_went_wrong(
    ask: Callable[..., str], reviews: Reviews
) -> None:
    made = [
        reviews.promote(ask(), GOLDEN, kind=GoldenKind.GOLDEN, reviewer="ann").id for _ in range(2)
    ]
    scores = [
        Score.model_validate(RIGHT | {"id": made[0]}),
        Score.model_validate(RIGHT | {"id": made[1], "missing": ("1 August 2025",)}),
    ]
    run = summarise(
        GoldenSet(name="journal", questions=tuple(reviews.golden_questions())),
        scores,
        started=datetime(2026, 3, 4, tzinfo=UTC),
        as_of=date(2026, 3, 4),
        corpus_fingerprint="f00d",
    )

    record = reviews.record_run(run, actor="ann")

    assert (record.questions, record.right) == (2, 1)
    assert record.scores == {made[0]: True, made[1]: False}
    assert record.why == {made[1]: ("missing:2",)}
