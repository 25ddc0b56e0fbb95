"""Charts as geometry, drawn by the templates as SVG; each stands beside a table of its figures."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

WIDTH, HEIGHT = 360.0, 170.0
"""The drawing's own units: about a phone's pixels, so that its letters stay readable there."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 52.0, 10.0, 12.0, 24.0
_MOST_LABELS = 4


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Point(_Model):
    """A figure to be drawn. `low` and `high`: the interval it lies in; null: nothing measured."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    told: str = ""


class Dot(_Model):
    """A point where it is drawn; `told` is said of it."""

    x: float
    y: float
    told: str


class Tick(_Model):
    """A place on an axis and what is written there."""

    at: float
    text: str


class LineChart(_Model):
    """A line with its band of uncertainty, ready to be drawn."""

    width: float = WIDTH
    height: float = HEIGHT
    left: float = _LEFT
    right: float = WIDTH - _RIGHT
    bottom: float = HEIGHT - _BOTTOM
    line: str
    band: str
    dots: tuple[Dot, ...]
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]


def line_chart(points: Sequence[Point], *, top: float, shown: str = "{:.0f}") -> LineChart:
    """Lay out points from left to right; the scale runs from 0 to `top`.

    Args:
        points: in order; those without a value leave a gap.
        top: the highest value of the scale, above 0.
        shown: how the scale's values are written.
    """
    wide, high = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM

    def x(place: int) -> float:
        return round(_LEFT + wide * (place + 0.5) / len(points), 1)

    def y(value: float) -> float:
        return round(_TOP + high * (1 - min(max(value / top, 0.0), 1.0)), 1)

    there = [(i, point, point.value) for i, point in enumerate(points) if point.value is not None]
    upper = [f"{x(i)},{y(p.high if p.high is not None else v)}" for i, p, v in there]
    lower = [f"{x(i)},{y(p.low if p.low is not None else v)}" for i, p, v in there]
    every = max(1, -(-len(points) // _MOST_LABELS))
    return LineChart(
        line=" ".join(f"{x(i)},{y(value)}" for i, _, value in there),
        band=" ".join([*upper, *reversed(lower)]) if len(there) > 1 else "",
        dots=tuple(Dot(x=x(i), y=y(value), told=point.told) for i, point, value in there),
        rows=tuple(
            Tick(at=y(top * part), text=shown.format(top * part)) for part in (0.0, 0.5, 1.0)
        ),
        columns=tuple(
            Tick(at=x(i), text=point.label) for i, point in enumerate(points) if i % every == 0
        ),
    )


def share(part: float, whole: float) -> float:
    """A bar's length, from 0 to 100."""
    return round(100 * part / whole, 1) if whole else 0.0
