"""A timeline as a picture for a phone: a bar a measure, above it what it is and how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from bot.glyphs import drawable, picture_fonts
from bot.lettering import fitting
from bot.pictures import LIGHT, WIDTH, Look, paint
from bot.timeline.layout import heading_lines, span_of, ticks_of
from bot.timeline.rows import Row, Timeline
from bot.timeline.telling import period, state_words
from bot.titles import shortened_title
from bot.words import Words
from retrieval.currency import State

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW = 112
"""Pixels down for one measure: its title, its facts, its bar."""

MARGIN = 40
BAR = 0.22
"""Of a row's height."""

_ROOM = WIDTH - 2 * MARGIN
_MIDDLE = 0.72
_TITLE_PT, _FACTS_PT = 8.5, 6.8
_NOTE, _TOP, _ABOVE_ROWS = 34, 92, 44
_AXIS, _LEGEND_LINE = 110, 36
LONGEST_TITLE = 68
"""Characters of a title, about as many as there is room for."""

_FAINT = 0.35
"""How strongly a bar is drawn beyond the day: nobody knows what comes."""


class Manner(StrEnum):
    """How a bar is drawn. Colour never tells it alone: a pattern and the row's words do too."""

    RUNNING = "running"
    PAUSED = "paused"
    UNSURE = "unsure"
    COMING = "coming"
    OVER = "over"


_MANNERS: Mapping[State, Manner] = MappingProxyType(
    {
        State.IN_FORCE: Manner.RUNNING,
        State.AMENDED: Manner.RUNNING,
        State.SUSPENDED: Manner.PAUSED,
        State.LAPSED_UNCONFIRMED: Manner.UNSURE,
        State.NOT_YET: Manner.COMING,
        State.ANNOUNCED: Manner.COMING,
        State.IN_NEGOTIATION: Manner.COMING,
        State.SUPERSEDED: Manner.OVER,
        State.STRUCK_DOWN: Manner.OVER,
        State.EXPIRED: Manner.OVER,
    }
)

_SERIES = {
    Manner.RUNNING: 0,
    Manner.PAUSED: 1,
    Manner.COMING: 2,
    Manner.UNSURE: 3,
    Manner.OVER: 6,
}
_HATCH = {Manner.PAUSED: "////", Manner.UNSURE: "....", Manner.COMING: ""}


def timeline_picture(timeline: Timeline, words: Words, look: Look = LIGHT) -> bytes:
    """The timeline as a PNG, as high as it has rows.

    Raises:
        ValueError: there are no rows to draw.
        StorageError: the font for pictures is not installed.
    """
    if not timeline.rows:
        raise ValueError("a timeline without rows has no picture")
    lines = heading_lines(timeline, words)
    entries = len({_MANNERS[row.state] for row in timeline.rows}) + 1
    below = _AXIS + _LEGEND_LINE * ((entries + 1) // 2)
    rows = ROW * len(timeline.rows)
    height = _TOP + _NOTE * (len(lines) - 1) + _ABOVE_ROWS + rows + below

    def draw(figure: Figure) -> None:
        figure.set_layout_engine("none")
        chart = _Chart(figure, timeline, words, look)
        chart.heading(lines, height)
        box = (MARGIN / WIDTH, below / height, 1 - 2 * MARGIN / WIDTH, rows / height)
        chart.rows(figure.add_axes(box))
        chart.legend(24 / height)

    return paint(draw, look=look, language=words.language, height=height)


class _Chart:
    """The figure of one timeline."""

    def __init__(self, figure: Figure, timeline: Timeline, words: Words, look: Look) -> None:
        self._figure = figure
        self._timeline = timeline
        self._words = words
        self._look = look
        self._span = span_of(timeline)

    def heading(self, lines: Sequence[str], height: int) -> None:
        """What the picture is of, then what must be known to read it."""
        title, *others = lines
        # What people typed may hold anything.
        title = fitting(self._figure, drawable(title, picture_fonts()), _ROOM, size=12)
        look = self._look
        places = [36, *(_TOP + _NOTE * number for number in range(len(others)))]
        for line, top in zip([title, *others], places, strict=True):
            first = top == places[0]
            self._figure.text(
                MARGIN / WIDTH,
                1 - top / height,
                line,
                size=12 if first else 7.5,
                color=look.text if first else look.muted,
                va="top",
                parse_math=False,
            )

    def rows(self, axes: Axes) -> None:
        """A bar a measure, over an axis of days, and the day itself as a line through all."""
        span, look = self._span, self._look
        axes.set_xlim(span.left, span.right)
        axes.set_ylim(len(self._timeline.rows), 0)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        ticks = ticks_of(span, self._words)
        axes.set_xticks([_number(day) for day, _ in ticks], [label for _, label in ticks])
        axes.tick_params(axis="x", labelsize=7, length=0)
        axes.grid(axis="x")
        for number, row in enumerate(self._timeline.rows):
            self._bar(axes, number + _MIDDLE, row)
            self._telling(axes, number, row)
        day = _number(self._timeline.day)
        axes.axvline(day, color=look.text, linewidth=1.1)
        # The words stand on the side where there is room.
        late = day > (span.left + span.right) / 2
        axes.annotate(
            self._words.day(self._timeline.day),
            (day, 0),
            xytext=(-4 if late else 4, 3),
            textcoords="offset points",
            ha="right" if late else "left",
            va="bottom",
            size=7,
        )

    def _bar(self, axes: Axes, middle: float, row: Row) -> None:
        span, look, manner = self._span, self._look, _MANNERS[row.state]
        colour = look.series[_SERIES[manner]]
        left = max(_number(row.first), span.left)
        right = min(_number(row.last + timedelta(days=1)) if row.last else span.right, span.right)
        day = min(max(_number(self._timeline.day), left), right)
        for start, end, strength in ((left, day, 1.0), (day, right, _FAINT)):
            if end > start:
                dress = _dress(manner, look)
                axes.barh(middle, end - start, left=start, height=BAR, alpha=strength, **dress)
        if not row.first_is_known:
            axes.annotate(
                "?",
                (left, middle),
                xytext=(-3, 0),
                textcoords="offset points",
                ha="right",
                va="center",
                size=_TITLE_PT,
                color=look.muted,
            )
        elif _number(row.first) < span.left:
            _arrow(axes, span.left, middle, marker="<", colour=colour)
        if row.last is None or _number(row.last) > span.right:
            _arrow(axes, span.right, middle, marker=">", colour=colour)
        if row.next_date and span.left <= _number(row.next_date) <= span.right:
            axes.plot([_number(row.next_date)], [middle], zorder=4, **_diamond(look))

    def _telling(self, axes: Axes, number: int, row: Row) -> None:
        words, look = self._words, self._look
        title = shortened_title(row.title, LONGEST_TITLE)
        facts = words.answer.separator.join(self._facts(row))
        backing = {"facecolor": look.background, "edgecolor": "none", "pad": 0.6, "alpha": 0.85}
        for text, place, size, colour in (
            (title, 0.14, _TITLE_PT, look.text),
            (facts, 0.44, _FACTS_PT, look.muted),
        ):
            axes.text(
                0.0,
                number + place,
                fitting(self._figure, text, _ROOM, size=size),
                transform=axes.get_yaxis_transform(),
                size=size,
                color=colour,
                va="center",
                bbox=backing,
                parse_math=False,
                zorder=5,
            )

    def _facts(self, row: Row) -> list[str]:
        words = self._words
        facts = [state_words(row, words), period(row, words)]
        if row.next_date:
            ahead = row.next_date >= self._timeline.day
            frame = words.timeline.next if ahead else words.timeline.due
            facts.append(frame.format(date=words.short_day(row.next_date)))
        return facts

    def legend(self, bottom: float) -> None:
        """What the patterns that occur mean."""
        from matplotlib.lines import Line2D
        from matplotlib.patches import Patch

        words, look, rows = self._words.timeline, self._look, self._timeline.rows
        used = {_MANNERS[row.state] for row in rows}
        handles: list[Patch | Line2D] = [
            Patch(label=getattr(words, manner.value), **_dress(manner, look))
            for manner in Manner
            if manner in used
        ]
        if any(row.next_date for row in rows):
            handles.append(Line2D([], [], linestyle="", label=words.milestone, **_diamond(look)))
        self._figure.legend(
            handles=handles,
            loc="lower left",
            bbox_to_anchor=((MARGIN - 8) / WIDTH, bottom),
            fontsize=7,
            ncols=2,
            borderpad=0,
        )


def _dress(manner: Manner, look: Look) -> dict[str, Any]:
    colour = look.series[_SERIES[manner]]
    if manner in _HATCH:
        return {
            "facecolor": look.background,
            "edgecolor": colour,
            "hatch": _HATCH[manner],
            "linewidth": 1.3,
        }
    return {"facecolor": colour, "edgecolor": colour, "linewidth": 0}


def _diamond(look: Look) -> dict[str, Any]:
    return {
        "marker": "D",
        "markersize": 4.6,
        "color": look.background,
        "markeredgecolor": look.text,
        "markeredgewidth": 1,
    }


def _arrow(axes: Axes, place: float, middle: float, *, marker: str, colour: str) -> None:
    """It goes on beyond the edge."""
    axes.plot([place], [middle], marker=marker, markersize=6, color=colour, clip_on=False, zorder=4)


def _number(day: date) -> float:
    return float(day.toordinal())
