from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.journal.export import export_goldens
from bot.journal.review import Comment, GoldenKind, Judgement, Reviews, Verdict
from corpus.errors import JournalError, UnknownTurnError
from retrieval.evaluation import GoldenQuestion, Run, load_golden, summarise
from retrieval.evaluation.golden import GoldenSet
from retrieval.evaluation.scoring import score_error

Ask = Callable[..., str]
CITED = {
    "number": 1, "document_id": "copper-brief", "title": "Copper", "kind": "article",
    "issuer": "x", "section": "s", "published": "2025-01-01", "status": "in-force",
    "url": None, "quote": "copper pays 50 percent", "start": 0, "end": 22,
}  # fmt: skip
CLAIMS = [
    {"text": "Copper pays 50 percent [1].", "citations": [1]},
    {"text": "It has since 1 August 2025 [1].", "citations": [1]},
]


@pytest.fixture(autouse=True)
def no_lots(lots: Callable[..., None]) -> None:
    """Nothing is sampled or doubled unless a test says so."""


def _judge(reviews: Reviews, turn: str, verdict: Verdict, **given: object) -> None:
    judgement = Judgement.model_validate({"verdict": verdict, "version": 0, **given})
    reviews.judge(turn, judgement, reviewer="ann")


def _copper(ask: Ask, **given: object) -> str:
    return ask("What of copper?", citations=[CITED], claims=CLAIMS, user_id=3, **given)


def test_a_correct_answer_becomes_a_golden_question_with_its_facts_and_day(
    ask: Ask, reviews: Reviews
) -> None:
    history = [{"question": "And steel?", "answer": "It pays."}]
    turn = _copper(ask, language="ja", history=history)
    _judge(reviews, turn, Verdict.CORRECT, tags=("metals",))

    record = reviews.promote(turn, None, kind=GoldenKind.GOLDEN, reviewer="ann")

    golden = record.golden
    assert golden is not None
    assert golden.question == "What of copper?"
    assert golden.as_of == date(2025, 11, 1)
    assert [earlier.question for earlier in golden.history] == ["And steel?"]
    assert (golden.answerable, golden.documents) == (True, ("copper-brief",))
    assert {group[0] for group in golden.must_include} >= {"50 percent", "1 August 2025"}
    assert golden.must_not_include == ()
    assert golden.tags == ("journal", "metals", "japanese", "follow-up")
    assert (record.turn_id, record.reviewer, record.kind) == (turn, "ann", GoldenKind.GOLDEN)
    assert reviews.detail(turn, reviewer="bob").goldens == (record,)


def test_a_rejected_answer_becomes_a_regression_test_in_one_action(
    ask: Ask, reviews: Reviews
) -> None:
    turn = _copper(ask)
    with pytest.raises(JournalError, match="only a rejected answer"):
        reviews.promote(turn, None, kind=GoldenKind.REGRESSION, reviewer="ann")
    _judge(
        reviews,
        turn,
        Verdict.WRONG,
        correction="Refined copper pays nothing before 2027.",
        comments=(Comment(text="refined is exempt", anchor="claim", position=1),),
        relevance={2: 2},
    )

    record = reviews.promote(turn, None, kind=GoldenKind.REGRESSION, reviewer="ann")

    golden = record.golden
    assert golden is not None
    assert golden.must_not_include == ("Copper pays 50 percent.",)
    assert golden.must_include == (("2027",),)
    assert golden.documents == ("section-232-autos",)
    assert "regression" in golden.tags


@pytest.mark.parametrize(
    ("verdict", "outcome", "answerable", "advice"),
    [
        (Verdict.SHOULD_HAVE_REFUSED, "answered", False, False),
        (Verdict.REFUSED_WRONGLY, "not_in_corpus", True, False),
        (Verdict.REFUSED_WRONGLY, "declined", True, False),
        (Verdict.CORRECT, "not_in_corpus", False, False),
        (Verdict.CORRECT, "declined", False, True),
    ],
)
def test_whether_it_can_be_answered_follows_from_the_verdict(
    ask: Ask, reviews: Reviews, *, verdict: Verdict, outcome: str, answerable: bool, advice: bool
) -> None:
    turn = ask("What of copper?", outcome=outcome)
    _judge(reviews, turn, verdict)

    golden = reviews.propose_golden(turn, kind=GoldenKind.GOLDEN, reviewer="ann")

    assert golden.answerable is answerable
    assert bool(golden.documents) is answerable
    assert ("advice" in golden.tags) is advice


def test_what_a_reviewer_writes_is_kept_and_the_one_before_goes_out_of_use(
    ask: Ask, reviews: Reviews
) -> None:
    turn = _copper(ask)
    reviews.promote(turn, None, kind=GoldenKind.GOLDEN, reviewer="ann")
    own = GoldenQuestion(
        id="whatever", question="Copper?", answerable=True, documents=("copper-brief",)
    )

    second = reviews.promote(turn, own, kind=GoldenKind.GOLDEN, reviewer="bob")

    assert [one.question for one in reviews.golden_questions()] == ["Copper?"]
    assert [one.retired_at is None for one in reviews.goldens(retired=True)] == [True, False]
    reviews.retire_golden(second.id, reviewer="bob")
    reviews.retire_golden(second.id, reviewer="bob")
    assert reviews.golden_questions() == ()
    assert len(reviews.events(kind="golden-retired")) == 1
    with pytest.raises(UnknownTurnError, match="no golden question"):
        reviews.retire_golden("nowhere", reviewer="bob")


def test_the_export_is_a_file_that_the_evaluation_reads(
    ask: Ask, reviews: Reviews, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        reviews.promote(_copper(ask), None, kind=GoldenKind.GOLDEN, reviewer="ann")
    file = tmp_path / "golden.jsonl"

    assert export_goldens(reviews.journal.vault(), file, actor="ann") == 2
    assert load_golden(file).questions == tuple(reviews.golden_questions())
    assert export_goldens(reviews.journal.vault(), None, actor="ann") == 2
    printed = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["question"] for line in printed] == ["What of copper?"] * 2


def test_runs_are_compared_on_the_questions_that_both_have(reviews: Reviews, ask: Ask) -> None:
    ask()
    first, second = _run(a=False, b=True), _run(a=True, b=True, c=False)

    alone = reviews.record_run(first, actor="ann")
    after = reviews.record_run(second, actor="ann")

    assert (alone.questions, alone.right, alone.before) == (2, 1, None)
    assert (after.questions, after.right) == (3, 2)
    assert (after.common, after.before, after.now) == (2, 0.5, 1.0)
    assert [run.right for run in reviews.runs()] == [2, 1]


def _run(**right: bool) -> Run:
    questions = tuple(
        GoldenQuestion(id=name, question="Q?", answerable=False) for name in sorted(right)
    )
    scores = []
    for question in questions:
        score = score_error(question, "no")
        if right[question.id]:
            score = score.model_copy(update={"error": None, "outcome": score.expected})
        scores.append(score)
    return summarise(
        GoldenSet(name="journal", questions=questions),
        scores,
        started=datetime(2026, 3, 4, tzinfo=UTC),
        as_of=date(2026, 3, 4),
        corpus_fingerprint="f00d",
    )
