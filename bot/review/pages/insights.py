"""Insights: how good the answers are, what is missing, what is out of date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import Response

from bot.journal.review import Period
from bot.review.charts import LineChart, Point, line_chart, share
from bot.review.desk import DeskHere
from bot.review.guard import Viewer
from bot.review.words import PageWords

router = APIRouter()


@router.get("/insights")
def show_insights(
    request: Request, desk: DeskHere, signed: Viewer, since: str = "", until: str = ""
) -> Response:
    """Everything at a glance, between two days."""
    words = desk.words(request)
    problem, first, last = None, None, None
    try:
        first = date.fromisoformat(since) if since else None
        last = date.fromisoformat(until) if until else None
    except ValueError:
        problem = words("insights.no_day")
    found = desk.reviews.insights(first, last)
    desk.note_reading(signed, "insights")
    accuracy, refusals, latency = _charts(found.periods, words)
    return desk.page(
        request,
        "insights.html",
        status=400 if problem else 200,
        all=found,
        accuracy=accuracy,
        refusals=refusals,
        latency=latency,
        length=share,
        since=first or "",
        until=last or "",
        problem=problem,
    )


def _charts(periods: Sequence[Period], words: PageWords) -> tuple[LineChart, LineChart, LineChart]:
    def chart(values: list[Point], top: float, shown: str) -> LineChart:
        return line_chart(values, top=top, shown=shown)

    accuracy = [
        Point(
            label=f"{one.first:%m-%d}",
            value=_percent(one.accuracy.value),
            low=_percent(one.accuracy.low),
            high=_percent(one.accuracy.high),
            told=words(
                "insights.point",
                day=words.day(one.first),
                value=f"{_percent(one.accuracy.value) or 0:.0f}",
                n=one.accuracy.n,
            ),
        )
        for one in periods
    ]
    refusals = [
        Point(
            label=f"{one.first:%m-%d}",
            value=share(one.refused, one.turns) if one.turns else None,
            told=words(
                "insights.point",
                day=words.day(one.first),
                value=f"{share(one.refused, one.turns):.0f}",
                n=one.turns,
            ),
        )
        for one in periods
    ]
    latency = [
        Point(
            label=f"{one.first:%m-%d}",
            value=one.p50_ms,
            low=one.p50_ms,
            high=one.p95_ms,
            told=f"{words.day(one.first)}: {one.p50_ms or 0:.0f} ms, p95 {one.p95_ms or 0:.0f} ms",
        )
        for one in periods
    ]
    highest = max((one.p95_ms or 0 for one in periods), default=0) or 1
    return (
        chart(accuracy, 100, "{:.0f} %"),
        chart(refusals, 100, "{:.0f} %"),
        chart(latency, highest * 1.1, "{:.0f} ms"),
    )


def _percent(value: float | None) -> float | None:
    return None if value is None else 100 * value
