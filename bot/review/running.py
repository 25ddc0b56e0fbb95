"""What the pages show of the evaluations: the last share, the change, the line over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request

from bot.journal.review import GoldenRecord, RunRecord
from bot.journal.review.runs import why_not
from bot.review.charts import Point, line_chart
from bot.review.desk import Desk
from bot.review.words import PageWords
from retrieval.evaluation import GoldenQuestion

_LOOKED_BACK = 20


class Failure(BaseModel):
    """A question that the last run did not get right, and why not."""

    model_config = ConfigDict(frozen=True)

    id: str
    question: str
    why: tuple[str, ...] = ()


def run_values(desk: Desk, request: Request, goldens: Sequence[GoldenRecord]) -> dict[str, Any]:
    """What `part_run.html` is filled with."""
    runs = desk.reviews.runs(_LOOKED_BACK)
    state = desk.evaluator.state
    words = desk.words(request)
    latest = runs[0] if runs else None
    change = None
    if latest is not None and latest.now is not None and latest.before is not None:
        change = 100 * (latest.now - latest.before)
    points = [
        Point(
            label=f"{run.at:%m-%d}",
            value=100 * run.right / run.questions if run.questions else None,
            told=f"{words.time(run.at)}: {run.right} / {run.questions}",
        )
        for run in reversed(runs)
    ]
    return {
        "runs": runs,
        "latest": latest,
        "change": change,
        "running": state if state.running else None,
        "trouble": state.trouble,
        "drawing": line_chart(points, top=100, shown="{:.0f} %") if points else None,
        "goldens_there": bool(goldens),
        "failures": _failures(latest, goldens, words) if latest else (),
        "enhanced": bool(request.headers.get("hx-request")),
    }


def tried(desk: Desk, request: Request, golden: GoldenQuestion) -> dict[str, Any]:
    """One question asked now: what `golden_edit.html` shows of it."""
    score, text = desk.evaluator.try_one(golden)
    words = desk.words(request)
    why = () if score.right else why_not(score, golden)
    return {"right": score.right, "why": [_told(one, golden, words) for one in why], "text": text}


def _failures(
    latest: RunRecord, goldens: Sequence[GoldenRecord], words: PageWords
) -> tuple[Failure, ...]:
    failed = []
    for record in goldens:
        golden = record.golden
        if golden is not None and not latest.scores.get(golden.id, True):
            # Of one that was edited since, the places are of its facts before.
            same = record.at <= latest.at
            why = latest.why.get(golden.id, ())
            told = [_told(one, golden if same else None, words) for one in why]
            failed.append(
                Failure(id=record.id, question=golden.question, why=tuple(dict.fromkeys(told)))
            )
    return tuple(failed)


def _told(why: str, golden: GoldenQuestion | None, words: PageWords) -> str:
    kind, _, rest = why.partition(":")
    if kind == "outcome":
        return words("run.why_outcome", outcome=words.label("outcome", rest))
    if kind in {"missing", "forbidden"}:
        text = _text(kind, int(rest), golden)
        return words(f"run.why_{kind}", text=text) if text else words(f"run.why_{kind}_some")
    return words.label("run", f"why_{kind}")


def _text(kind: str, place: int, golden: GoldenQuestion | None) -> str | None:
    if golden is None or place < 1:
        return None
    listed = (
        [" | ".join(group) for group in golden.must_include]
        if kind == "missing"
        else list(golden.must_not_include)
    )
    return listed[place - 1] if place <= len(listed) else None
