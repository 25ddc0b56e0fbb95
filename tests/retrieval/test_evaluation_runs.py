"""Stored runs and floors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from corpus import Library
from corpus.errors import LodestoneError, RetrievalError, StorageError, UsageError
from retrieval.answer import Answer, Outcome, Question
from retrieval.evaluation import (
    PLAIN_STACK,
    BrokenFloor,
    Floors,
    GoldenQuestion,
    GoldenSet,
    Run,
    ask_all,
    broken_floors,
    last_run,
    latest_check,
    load_floors,
    save_run,
    summarise,
)

BUNDLED_FLOORS = Path(__file__).parents[1] / "golden" / "floors.yaml"
START = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
GOLDEN = GoldenSet(
    name="two.jsonl",
    questions=(
        GoldenQuestion(id="a", question="Soup?", answerable=False, tags=("far",)),
        GoldenQuestion(id="b", question="Tea?", answerable=False, tags=("near",)),
    ),
)


def refuse(question: Question) -> Answer:
    return Answer(
        question_id=question.id,
        question=question.question,
        as_of=date(2026, 11, 22),
        language="en",
        outcome=Outcome.NOT_IN_CORPUS,
        text="That is not in the corpus.",
        composer="extractive",
        corpus_fingerprint="0" * 16,
    )


def answer_soup(question: Question) -> Answer:
    if question.id == "a":
        return refuse(question).model_copy(update={"outcome": Outcome.ANSWERED})
    return refuse(question)


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.load()


def a_run(
    library: Library,
    ask: Callable[[Question], Answer] = refuse,
    started: datetime = START,
    system: str = "lodestone",
) -> Run:
    ticks = count()
    scores = list(ask_all(GOLDEN, ask, library, lambda: next(ticks) / 1000))
    return summarise(
        GOLDEN,
        scores,
        system=system,
        started=started,
        as_of=latest_check(library),
        corpus_fingerprint=library.fingerprint,
    )


def test_a_run_measures_time_by_the_clock_it_is_given(library: Library) -> None:
    run = a_run(library)
    assert [score.latency_ms for score in run.scores] == pytest.approx([1, 1])
    assert run.figures["refusal_recall"] == 1
    assert run.as_of == date(2026, 11, 22)


def test_a_question_that_fails_is_wrong_and_the_others_go_on(library: Library) -> None:
    def ask(question: Question) -> Answer:
        if question.id == "a":
            raise RetrievalError("the index is gone: run lodestone index")
        return refuse(question)

    run = a_run(library, ask)
    assert run.scores[0].error == "the index is gone: run lodestone index"
    assert run.figures["right"] == 1 / 2


def test_a_defect_is_not_taken_for_a_wrong_answer(library: Library) -> None:
    def ask(question: Question) -> Answer:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        a_run(library, ask)


def test_the_newest_run_of_the_same_questions_and_system_is_found(
    library: Library, tmp_path: Path
) -> None:
    folder = tmp_path / "evaluations"
    assert last_run(folder, GOLDEN.digest) is None
    later = a_run(library, answer_soup, START + timedelta(seconds=1))
    save_run(later, folder)
    save_run(a_run(library), folder)
    peer = a_run(library, started=START + timedelta(days=1), system=PLAIN_STACK)
    save_run(peer, folder)
    assert last_run(folder, GOLDEN.digest) == later
    assert last_run(folder, GOLDEN.digest, PLAIN_STACK) == peer
    assert last_run(folder, "0" * 64) is None


def test_a_damaged_run_is_passed_over(library: Library, tmp_path: Path) -> None:
    good = a_run(library)
    save_run(good, tmp_path)
    broken = save_run(a_run(library, started=START + timedelta(hours=1)), tmp_path)
    broken.write_text(broken.read_text(encoding="utf-8")[:100], encoding="utf-8")
    assert last_run(tmp_path, GOLDEN.digest) == good


def test_storing_leaves_one_whole_file_and_nothing_else(library: Library, tmp_path: Path) -> None:
    path = save_run(a_run(library), tmp_path)
    assert list(tmp_path.iterdir()) == [path]
    assert Run.model_validate_json(path.read_text(encoding="utf-8")) == a_run(library)


def test_a_folder_that_cannot_be_written_is_named_with_the_remedy(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "home").write_text("a file in the way", encoding="utf-8")
    with pytest.raises(StorageError, match="--no-save"):
        save_run(a_run(library), tmp_path / "home")


def test_a_broken_floor_is_named_with_its_tag(library: Library) -> None:
    run = a_run(library, answer_soup)
    floors = Floors(
        overall={"refusal_recall": 0.5, "outcome_right": 0.9},
        tags={"near": {"outcome_right": 1}, "far": {"outcome_right": 1}, "none": {"right": 1}},
    )
    assert broken_floors(run, floors) == (
        BrokenFloor(figure="outcome_right", tag=None, value=0.5, floor=0.9),
        BrokenFloor(figure="outcome_right", tag="far", value=0, floor=1),
    )


def test_words_and_times_have_ceilings(library: Library) -> None:
    run = a_run(library)
    assert broken_floors(run, Floors(overall={"latency_p50_ms": 2})) == ()
    assert len(broken_floors(run, Floors(overall={"latency_p50_ms": 0.5}))) == 1


def test_a_figure_with_nothing_to_measure_breaks_no_floor(library: Library) -> None:
    assert broken_floors(a_run(library), Floors(overall={"facts_right": 1})) == ()


def test_a_floor_may_be_written_as_a_count(tmp_path: Path) -> None:
    path = tmp_path / "floors.yaml"
    path.write_text("tags: {temporal: {facts_right: 14/15}}", encoding="utf-8")
    assert load_floors(path).tags["temporal"]["facts_right"] == pytest.approx(14 / 15)


def test_the_bundled_floors_can_be_read_and_are_met_by_no_silent_system(library: Library) -> None:
    floors = load_floors(BUNDLED_FLOORS)
    assert floors.overall["quotes_exact"] == 1
    assert [b.figure for b in broken_floors(a_run(library, answer_soup), floors)] == [
        "refusal_recall",
        "claims_cited",
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("overall: {facts: 0.9}", "no figure 'facts'"),
        ("tags: {typo: {facts: 0.9}}", "no figure 'facts'"),
        ("floors: {}", "floors"),
        ("overall: {facts_right: high}", "facts_right"),
        ("overall: {facts_right: 1/0}", "facts_right"),
        ("overall: {facts_right: true}", "facts_right"),
        ("overall: [", "line 1: not YAML"),
        ("- 1", "dictionary"),
    ],
)
def test_a_floors_file_that_cannot_be_meant_is_refused_in_one_line(
    text: str, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "floors.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=reason) as caught:
        load_floors(path)
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, LodestoneError)


def test_a_floors_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.yaml: cannot be read"):
        load_floors(tmp_path / "none.yaml")
