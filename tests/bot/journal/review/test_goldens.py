from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.journal import Journal
from bot.journal.export import export_goldens
from bot.journal.review import Comment, GoldenKind, Judgement, Reviews, Verdict
from bot.journal.review.schema import GoldenRow
from bot.journal.verify import verify
from corpus.errors import ConflictError, JournalError, UnknownTurnError
from retrieval.answer import Answer, Question
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


def test_a_correct_answer_becomes_a_golden_question_with_its_facts(
    ask: Ask, reviews: Reviews
) -> None:
    history = [{"question": "And steel?", "answer": "It pays."}]
    turn = _copper(ask, language="ja", history=history)
    _judge(reviews, turn, Verdict.CORRECT, tags=("metals",))

    record = reviews.promote(turn, None, kind=GoldenKind.GOLDEN, reviewer="ann")

    golden = record.golden
    assert golden is not None
    assert golden.question == "What of copper?"
    assert golden.as_of is None, "nobody gave a date"
    assert [earlier.question for earlier in golden.history] == ["And steel?"]
    assert (golden.answerable, golden.documents) == (True, ("copper-brief",))
    assert {group[0] for group in golden.must_include} >= {"50 percent", "1 August 2025"}
    assert golden.must_not_include == ()
    assert golden.tags == ("journal", "metals", "japanese", "follow-up")
    assert (record.turn_id, record.reviewer, record.kind) == (turn, "ann", GoldenKind.GOLDEN)
    assert reviews.detail(turn, reviewer="bob").goldens == (record,)


def test_a_date_that_was_asked_for_goes_with_the_question(
    journal: Journal, answered: Callable[..., Answer], reviews: Reviews
) -> None:
    question = Question(question="What of copper?", as_of=date(2025, 11, 1))
    answer = answered(question_id=question.id)
    journal.record(question, answer, channel="telegram", user_id=3)

    golden = reviews.propose_golden(answer.id, kind=GoldenKind.GOLDEN, reviewer="ann")

    assert golden.as_of == date(2025, 11, 1)


def test_facts_are_those_of_the_first_claims_and_not_of_the_background(
    ask: Ask, reviews: Reviews
) -> None:
    background = {"text": "Before that it paid 25% [1].", "citations": [1]}
    turn = ask("What of copper?", citations=[CITED], claims=[*CLAIMS, background])
    _judge(reviews, turn, Verdict.CORRECT)

    golden = reviews.propose_golden(turn, kind=GoldenKind.GOLDEN, reviewer="ann")

    assert {group[0] for group in golden.must_include} == {"50 percent", "1 August 2025"}


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
    assert [one.version for one in reviews.goldens(retired=True)] == [2]
    assert second.id == f"golden-{turn}"
    reviews.retire_golden(second.id, reviewer="bob")
    reviews.retire_golden(second.id, reviewer="bob")
    assert reviews.golden_questions() == ()
    assert len(reviews.events(kind="golden-retired")) == 1
    with pytest.raises(UnknownTurnError, match="no golden question"):
        reviews.retire_golden("nowhere", reviewer="bob")


def test_an_edit_keeps_the_id_and_what_was_before(ask: Ask, reviews: Reviews) -> None:
    turn = _copper(ask)
    first = reviews.promote(turn, None, kind=GoldenKind.GOLDEN, reviewer="ann")
    assert first.golden is not None
    edited = first.golden.model_copy(update={"question": "Copper today?"})

    second = reviews.promote(turn, edited, kind=GoldenKind.GOLDEN, reviewer="bob", base=1)

    assert (second.id, second.version) == (first.id, 2)
    assert second.golden is not None
    assert second.golden.id == first.id
    versions = reviews.golden_versions(first.id)
    assert [(one.version, one.reviewer) for one in versions] == [(2, "bob"), (1, "ann")]
    assert [one.golden and one.golden.question for one in versions] == [
        "Copper today?",
        "What of copper?",
    ]
    assert [one.retired_at is None for one in versions] == [True, False]
    with pytest.raises(ConflictError, match="somebody has edited this question"):
        reviews.promote(turn, edited, kind=GoldenKind.GOLDEN, reviewer="ann", base=1)
    assert verify(reviews.journal.vault()).findings == ()


def test_one_that_was_retired_goes_on_where_it_left_off(ask: Ask, reviews: Reviews) -> None:
    turn = _copper(ask)
    first = reviews.promote(turn, None, kind=GoldenKind.GOLDEN, reviewer="ann")
    reviews.retire_golden(first.id, reviewer="ann")
    assert reviews.golden_questions() == ()

    again = reviews.promote(turn, None, kind=GoldenKind.GOLDEN, reviewer="ann")

    assert (again.id, again.version) == (first.id, 2)
    assert [one.id for one in reviews.golden_questions()] == [first.id]


def test_an_edited_question_is_compared_with_its_run_before(ask: Ask, reviews: Reviews) -> None:
    turn = _copper(ask)
    golden_id = reviews.promote(turn, None, kind=GoldenKind.GOLDEN, reviewer="ann").id
    reviews.record_run(_run(**{golden_id: False}), actor="ann")
    reviews.promote(turn, None, kind=GoldenKind.GOLDEN, reviewer="ann")
    (question,) = reviews.golden_questions()

    after = reviews.record_run(_run(**{question.id: True}), actor="ann")

    assert (after.common, after.before, after.now) == (1, 0, 1)


def test_one_kept_before_there_were_versions_is_the_first_of_its_own(
    ask: Ask, reviews: Reviews
) -> None:
    turn = _copper(ask)
    made = reviews.promote(turn, None, kind=GoldenKind.GOLDEN, reviewer="ann")
    with reviews.journal.vault().writing() as work:
        # As an older version named its rows; what is sealed is bound to that name.
        text = made.golden.model_dump_json() if made.golden else ""
        key_id = work.session.scalar(select(GoldenRow.key_id)) or ""
        old = f"golden-{turn}-1"
        work.session.execute(
            update(GoldenRow).values(id=old, sealed=work.seal(key_id, text, f"golden {old}"))
        )

    second = reviews.promote(turn, None, kind=GoldenKind.GOLDEN, reviewer="bob")

    assert (second.id, second.version) == (old, 2)
    assert [one.version for one in reviews.golden_versions(old)] == [2, 1]
    assert [one.id for one in reviews.golden_questions()] == [old]


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
