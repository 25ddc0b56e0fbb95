"""How an evaluation reads."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from rich.console import Console, RenderableType

from bot.commands.evaluation_report import (
    as_json,
    describe_floor,
    failure_lines,
    figures_table,
    show_value,
    tags_table,
)
from retrieval.answer import Outcome
from retrieval.evaluation import (
    FIGURES,
    PLAIN_STACK,
    BrokenFloor,
    Floors,
    GoldenQuestion,
    GoldenSet,
    Run,
    Score,
    summarise,
)

GOLDEN = GoldenSet(
    name="[bold]two[/].jsonl",
    questions=(
        GoldenQuestion(id="a", question="Cars?", answerable=True, documents=("cars",)),
        GoldenQuestion(id="b", question="Soup?", answerable=False),
    ),
)


def a_score(**changes: Any) -> Score:  # noqa: ANN401 - any field of a score
    fields = {
        "id": "a",
        "tags": ("autos",),
        "answerable": True,
        "expected": Outcome.ANSWERED,
        "outcome": Outcome.ANSWERED,
        "rank": 1,
        "words": 90,
    }
    return Score.model_validate(fields | changes)


def a_run(*scores: Score, system: str = "lodestone") -> Run:
    return summarise(
        GOLDEN,
        scores,
        system=system,
        started=datetime(2026, 11, 22, tzinfo=UTC),
        as_of=date(2026, 11, 22),
        corpus_fingerprint="0123456789abcdef",
    )


def read(renderable: RenderableType) -> str:
    file = io.StringIO()
    Console(file=file, width=80).print(renderable)
    return file.getvalue()


def test_a_value_is_shown_with_its_unit() -> None:
    assert show_value(FIGURES["right"], 0.8854) == "88.5%"
    assert show_value(FIGURES["mrr"], 0.5) == "0.500"
    assert show_value(FIGURES["words_median"], 118.5) == "118"
    assert show_value(FIGURES["latency_p50_ms"], 8.44) == "8.4 ms"
    assert show_value(FIGURES["right"], None) == "–"


def test_the_table_sets_this_run_beside_the_last_the_plain_stack_and_the_floors() -> None:
    run = a_run(a_score(missing=("x",)))
    plain = a_run(Score(id="a", answerable=True, expected=Outcome.ANSWERED), system=PLAIN_STACK)
    floors = Floors(overall={"facts_right": 0.5, "words_median": 130})
    lines = read(figures_table(run, a_run(a_score()), plain, floors)).splitlines()
    found = {line[:36].strip(): line[36:].split() for line in lines}
    assert lines[0].startswith("[bold]two[/].jsonl: 2 questions, 1 answerable, as of 2026-11-22")
    assert found["facts right (answerable)"] == ["!", "0.0%", "100.0%", "100.0%", "≥", "50.0%"]
    assert found["words of an answer, median"] == ["90", "90", "–", "≤", "130"]
    assert found["right document first"] == ["100.0%", "100.0%", "0.0%", "–"]


def test_a_figure_nobody_measured_and_a_run_there_is_not_take_no_room() -> None:
    shown = read(figures_table(a_run(a_score())))
    assert "refusal precision" not in shown
    assert "last run" not in shown
    assert "floor" not in shown


def test_each_tag_has_a_line_with_its_number_of_questions() -> None:
    shown = read(tags_table(a_run(a_score(), a_score(missing=("x",)), a_score(tags=("etf",)))))
    lines = {line.split()[0]: line.split()[1:] for line in shown.splitlines()[1:]}
    assert lines["autos"] == ["2", "50.0%", "50.0%", "100.0%", "–"]
    assert lines["etf"] == ["1", "100.0%", "100.0%", "100.0%", "–"]


def test_a_question_that_went_wrong_is_told_on_one_line_with_all_that_is_wrong() -> None:
    wrong = a_score(
        outcome=Outcome.NOT_IN_CORPUS,
        rank=None,
        missing=("15%",),
        forbidden=("0.01%",),
        citations=2,
        quotes_inexact=(1,),
        ungrounded=("25%", "2019"),
        claims_uncited=1,
    )
    failed = a_score(id="b", outcome=None, error="no index: run lodestone index")
    assert list(failure_lines([a_score(citations=1, cited_right=1), wrong, failed])) == [
        'a [autos]: not_in_corpus, should be answered; lacks "15%"; says "0.01%"; '
        "no right document in the first 5 passages; none of 2 citations is of a right document; "
        "inexact quotes [1]; unsupported numbers 25% | 2019; 1 claims without a citation",
        "b [autos]: no answer: no index: run lodestone index",
    ]


def test_a_broken_floor_says_which_and_by_how_much() -> None:
    broken = BrokenFloor(figure="facts_right", tag="typo", value=0.5, floor=5 / 6)
    assert describe_floor(broken) == (
        "floor broken: typo: facts right (answerable) is 50.0%, floor 83.3% (facts_right)"
    )
    broken = BrokenFloor(figure="words_p95", tag=None, value=220, floor=200)
    assert describe_floor(broken).startswith("ceiling broken: words of an answer, p95 is 220")


def test_the_json_is_one_object_on_one_line_that_a_run_can_be_read_from() -> None:
    run = a_run(a_score())
    broken = [BrokenFloor(figure="right", tag=None, value=0.5, floor=0.9)]
    text = as_json(run, None, a_run(a_score(), system=PLAIN_STACK), broken, Path("var/x.json"))
    assert "\n" not in text
    data = json.loads(text)
    assert data["last_run"] is None
    assert data["plain_stack"]["figures"]["recall_at_1"] == 1
    assert data["broken_floors"][0]["figure"] == "right"
    assert data["stored"] == "var/x.json"
    fields = {key: data[key] for key in Run.model_fields}
    assert Run.model_validate_json(json.dumps(fields)) == run
