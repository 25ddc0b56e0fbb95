"""What the pages show of the evaluations: the last share, the change, the line over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request

from bot.journal.review import GoldenRecord
from bot.review.charts import Point, line_chart
from bot.review.desk import Desk

_LOOKED_BACK = 20


class Failure(BaseModel):
    """A question that the last run did not get right."""

    model_config = ConfigDict(frozen=True)

    id: str
    question: str


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
        "failures": _failures(latest.scores, goldens) if latest else (),
        "enhanced": bool(request.headers.get("hx-request")),
    }


def _failures(scores: dict[str, bool], goldens: Sequence[GoldenRecord]) -> tuple[Failure, ...]:
    failed = []
    for record in goldens:
        golden = record.golden
        if golden is not None and not scores.get(golden.id, scores.get(record.id, True)):
            failed.append(Failure(id=record.id, question=golden.question))
    return tuple(failed)
