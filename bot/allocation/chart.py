"""The picture of a mix: weights with their ranges, beside the same profile without themes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.allocation.figures import percent
from bot.allocation.result import Allocation, SleeveLine
from bot.allocation.sleeves import CLASSES, PERCENT, THEMES, Sleeve
from bot.allocation.words import AllocationWords
from bot.pictures import LIGHT, Look, paint
from bot.words import words_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEIGHT = 1560
_BAR, _OTHER = 0.42, 0.2
"""How thick the bars of the mix and of the mix without themes are."""

_LARGE = 20
"""Above so many percent the axis shows the whole portfolio's scale."""

_FIGURES, _NAMES, _NOTES = 9.5, 9.5, 8.5
"""Points, large enough where the picture is as wide as a phone."""


def draw_allocation(result: Allocation, words: AllocationWords, look: Look = LIGHT) -> bytes:
    """A PNG for a phone.

    Args:
        result: an allocation with a mix; an education outcome has none to draw.
        words: of the language wanted.
        look: light or dark.

    Raises:
        StorageError: the font is not installed.
    """

    def draw(figure: Figure) -> None:
        _draw(figure, result, words, look)

    return paint(draw, look=look, language=words.language, height=HEIGHT)


def _draw(figure: Figure, result: Allocation, words: AllocationWords, look: Look) -> None:
    without = {weight.sleeve: weight.weight_bp for weight in result.without_themes}
    colours = dict(zip(Sleeve, look.series, strict=True))
    title = words.headings.result.format(day=words_for(words.language).day(result.as_of))
    figure.suptitle(title, x=0.02, ha="left", fontsize=14)
    upper, lower = figure.subplots(2, 1, height_ratios=(3, 4))
    for axes, sleeves, heading in (
        (upper, CLASSES, words.lines.chart_classes),
        (lower, THEMES, words.lines.chart_themes),
    ):
        lines = [result.sleeve(sleeve) for sleeve in sleeves]
        _panel(axes, lines, without, colours, words, look)
        axes.set_title(heading, fontsize=11)
    _key(upper, words, look)
    level = words.levels[result.level or 1]
    horizon = words.horizons[result.profile.horizon]
    told = words.lines
    note = f"{told.level_column} {result.level} ({level}), {horizon}\n{told.chart_note}"
    figure.supxlabel(note, x=0.02, ha="left", fontsize=_NOTES, color=look.muted, linespacing=1.5)


def _panel(  # noqa: PLR0917 - one panel of one drawing
    axes: Axes,
    lines: Sequence[SleeveLine],
    without: dict[Sleeve, int],
    colours: dict[Sleeve, str],
    words: AllocationWords,
    look: Look,
) -> None:
    places = range(len(lines))
    weights = [line.weight_bp / PERCENT for line in lines]
    lows = [line.range_bp[0] / PERCENT for line in lines]
    highs = [line.range_bp[1] / PERCENT for line in lines]
    axes.barh(places, weights, height=_BAR, color=[colours[line.sleeve] for line in lines])
    _whiskers(axes, lows, highs, look)
    others = [without[line.sleeve] / PERCENT for line in lines]
    for place, other in zip(places, others, strict=True):
        if other:
            below = place + _BAR / 2 + _OTHER / 2 + 0.03
            axes.barh(below, other, height=_OTHER, color="none", edgecolor=look.muted, linewidth=1)
    largest = max([*highs, *others, 1.0])
    for place, line, high in zip(places, lines, highs, strict=True):
        axes.text(high + largest * 0.02, place, _value(line, words), va="center", fontsize=_FIGURES)
    names = [_folded(words.sleeves[line.sleeve]) for line in lines]
    axes.set_yticks(list(places), names, fontsize=_NAMES)
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(0, largest * 1.55)
    if largest > _LARGE:
        axes.set_xticks(range(0, 101, 20))
    axes.set_ylim(len(lines) - 0.35, -0.5)
    axes.grid(axis="x")


def _value(line: SleeveLine, words: AllocationWords) -> str:
    low, high = line.range_bp
    if not high:
        return words.lines.chart_nothing
    return words.lines.chart_value.format(
        low=percent(low), high=percent(high), weight=percent(line.weight_bp)
    )


def _whiskers(axes: Axes, lows: Sequence[float], highs: Sequence[float], look: Look) -> None:
    """A line from low to high with an end at each, in a halo that keeps it clear of any bar."""
    from matplotlib.patheffects import Normal, Stroke

    halo = [Stroke(linewidth=4, foreground=look.background), Normal()]
    for place, (low, high) in enumerate(zip(lows, highs, strict=True)):
        if high > low:
            for xs, ys in (
                ((low, high), (place, place)),
                ((low, low), (place - 0.09, place + 0.09)),
                ((high, high), (place - 0.09, place + 0.09)),
            ):
                axes.plot(xs, ys, color=look.text, linewidth=1.6, path_effects=halo)


def _key(axes: Axes, words: AllocationWords, look: Look) -> None:
    from matplotlib.patches import Patch

    shown = (
        Patch(facecolor=look.text, label=words.lines.chart_mix),
        Patch(facecolor="none", edgecolor=look.muted, label=words.headings.without_themes),
    )
    # Above the panel's own title, and within what the layout makes room for.
    axes.legend(handles=shown, loc="lower left", bbox_to_anchor=(0, 1.11), fontsize=9)


def _folded(name: str) -> str:
    """A long name on two lines, parted where its words are."""
    if len(name) <= 16 or " " not in name:
        return name
    words = name.split(" ")
    ends = range(1, len(words))
    halves = [(" ".join(words[:end]), " ".join(words[end:])) for end in ends]
    return "\n".join(min(halves, key=lambda pair: max(map(len, pair))))
