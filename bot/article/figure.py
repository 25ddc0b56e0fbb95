"""How the article's claims stand, as a picture: the counts as one bar, then what does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.article.standing import ArticleBoard, StandingClaim
from bot.pictures import LIGHT, WIDTH, Look, paint
from bot.lettering import fitting
from bot.words import Words
from corpus import Standing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_CLAIMS = 20
"""Claims listed below the bar; the text beside the picture has them all."""

MARGIN = 40
_TOP, _BAR_TOP, _BAR = 150, 170, 64
_LEGEND_LINE, _CLAIM, _BELOW = 38, 92, 70

_SERIES = {
    Standing.WRONG: 1,
    Standing.OUTDATED: 5,
    Standing.CONTESTED: 3,
    Standing.IMPRECISE: 4,
    Standing.UNVERIFIED: 6,
    Standing.HOLDS: 0,
}
_HATCH = {
    Standing.OUTDATED: "////",
    Standing.CONTESTED: "xxxx",
    Standing.IMPRECISE: "....",
    Standing.UNVERIFIED: "||||",
}
"""Patterns beside the colours, so that colour never tells it alone."""


def article_picture(board: ArticleBoard, words: Words, look: Look = LIGHT) -> bytes:
    """The board as a PNG.

    Raises:
        ValueError: there are no claims to draw.
        StorageError: the font for pictures is not installed.
    """
    if not board.claims:
        raise ValueError("an article without claims has no picture")
    listed = [claim for claim in board.claims if claim.standing is not Standing.HOLDS][:MOST_CLAIMS]
    used = [standing for standing, count in board.counts.items() if count]
    legend = _LEGEND_LINE * ((len(used) + 2) // 3)
    first = _BAR_TOP + _BAR + 24 + legend + (90 if listed else 20)
    height = first + _CLAIM * len(listed) + _BELOW

    def draw(figure: Figure) -> None:
        figure.set_layout_engine("none")
        _heading(figure, board, words, look, height)
        _counts(figure, board, words, look, height)
        if listed:
            _line(figure, first - 52, height, words.article.not_holding, 9.5, look.text)
        for number, claim in enumerate(listed):
            _claim(figure, claim, first + _CLAIM * number, height, words, look)
        left = sum(c.standing is not Standing.HOLDS for c in board.claims) - len(listed)
        if left:
            told = words.article.left_out.format(count=left)
            _line(figure, height - _BELOW, height, told, 7, look.muted)

    return paint(draw, look=look, language=words.language, height=height)


def _heading(figure: Figure, board: ArticleBoard, words: Words, look: Look, height: int) -> None:
    _line(figure, 36, height, words.article.heading, 11.5, look.text)
    facts = [words.article.counts.format(count=len(board.claims))]
    if board.checked:
        facts.append(words.article.checked.format(date=words.day(board.checked)))
    _line(figure, 92, height, words.answer.separator.join(facts), 7.5, look.muted)


def _counts(figure: Figure, board: ArticleBoard, words: Words, look: Look, height: int) -> None:
    from matplotlib.patches import Patch

    box = (
        MARGIN / WIDTH,
        1 - (_BAR_TOP + _BAR) / height,
        1 - 2 * MARGIN / WIDTH,
        _BAR / height,
    )
    axes = figure.add_axes(box)
    axes.set_axis_off()
    axes.set_xlim(0, len(board.claims))
    axes.set_ylim(0, 1)
    left, handles = 0, []
    for standing, count in board.counts.items():
        if not count:
            continue
        dress = _dress(standing, look)
        axes.barh(0.5, count, left=left, height=1, **dress)
        axes.text(
            left + count / 2,
            0.5,
            str(count),
            ha="center",
            va="center",
            size=9,
            color=look.text,
            bbox={"facecolor": look.background, "edgecolor": "none", "pad": 1.6},
        )
        handles.append(Patch(label=words.standings[standing], **dress))
        left += count
    figure.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=((MARGIN - 8) / WIDTH, 1 - (_BAR_TOP + _BAR + 18) / height),
        fontsize=7.5,
        ncols=3,
        borderpad=0,
    )


def _claim(
    figure: Figure, claim: StandingClaim, top: int, height: int, words: Words, look: Look
) -> None:
    from matplotlib.patches import Rectangle

    colour = look.series[_SERIES[claim.standing]]
    mark = Rectangle(
        (MARGIN / WIDTH, 1 - (top + _CLAIM - 26) / height),
        10 / WIDTH,
        (_CLAIM - 26) / height,
        transform=figure.transFigure,
        facecolor=colour,
        edgecolor=colour,
    )
    figure.add_artist(mark)
    told = words.standings[claim.standing]
    if claim.since:
        told = f"{told} {words.article.since.format(date=words.short_day(claim.since))}"
    indent = MARGIN + 28
    _line(figure, top - 2, height, f"{claim.id}{words.answer.separator}{told}", 7, look.muted, indent)
    line = fitting(figure, claim.claim, WIDTH - indent - MARGIN, size=8)
    _line(figure, top + 28, height, line, 8, look.text, indent)


def _dress(standing: Standing, look: Look) -> dict[str, object]:
    colour = look.series[_SERIES[standing]]
    if standing in _HATCH:
        return {
            "facecolor": look.background,
            "edgecolor": colour,
            "hatch": _HATCH[standing],
            "linewidth": 1.3,
        }
    return {"facecolor": colour, "edgecolor": colour, "linewidth": 1.3}


def _line(
    figure: Figure, top: int, height: int, text: str, size: float, colour: str, left: int = MARGIN
) -> None:
    figure.text(
        left / WIDTH,
        1 - top / height,
        text,
        size=size,
        color=colour,
        va="top",
        parse_math=False,
    )
