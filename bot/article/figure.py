"""How the article's claims stand, as a picture: the counts as one bar, then what does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.article.standing import ArticleBoard, StandingClaim
from bot.lettering import fitting
from bot.pictures import LIGHT, WIDTH, Look, paint
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
        sheet = _Sheet(figure, height, words, look)
        sheet.heading(board)
        sheet.counts(board)
        if listed:
            sheet.line(first - 52, words.article.not_holding, size=9.5)
        for number, claim in enumerate(listed):
            sheet.claim(claim, first + _CLAIM * number)
        left = sum(c.standing is not Standing.HOLDS for c in board.claims) - len(listed)
        if left:
            told = words.article.left_out.format(count=left)
            sheet.line(height - _BELOW, told, size=7, muted=True)

    return paint(draw, look=look, language=words.language, height=height)


class _Sheet:
    """The figure, measured in pixels from its top."""

    def __init__(self, figure: Figure, height: int, words: Words, look: Look) -> None:
        self._figure = figure
        self._height = height
        self._words = words
        self._look = look

    def heading(self, board: ArticleBoard) -> None:
        """What this is, how many claims there are, and as of when."""
        words = self._words
        self.line(36, words.article.heading, size=12)
        facts = [words.article.counts.format(count=len(board.claims))]
        if board.checked:
            facts.append(words.article.checked.format(date=words.day(board.checked)))
        self.line(92, words.answer.separator.join(facts), size=7.5, muted=True)

    def counts(self, board: ArticleBoard) -> None:
        """One bar, as long as there are claims, and below it what its parts mean."""
        from matplotlib.patches import Patch

        look, height = self._look, self._height
        bottom = _BAR_TOP + _BAR
        box = (MARGIN / WIDTH, 1 - bottom / height, 1 - 2 * MARGIN / WIDTH, _BAR / height)
        axes = self._figure.add_axes(box)
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
            handles.append(Patch(label=self._words.standings[standing], **dress))
            left += count
        self._figure.legend(
            handles=handles,
            loc="upper left",
            bbox_to_anchor=((MARGIN - 8) / WIDTH, 1 - (bottom + 18) / height),
            fontsize=7.5,
            ncols=3,
            borderpad=0,
        )

    def claim(self, claim: StandingClaim, top: int) -> None:
        """A mark in the standing's colour; beside it the standing in words, and the claim."""
        from matplotlib.patches import Rectangle

        words, tall = self._words, _CLAIM - 26
        mark = Rectangle(
            (MARGIN / WIDTH, 1 - (top + tall) / self._height),
            10 / WIDTH,
            tall / self._height,
            transform=self._figure.transFigure,
            color=self._look.series[_SERIES[claim.standing]],
        )
        self._figure.add_artist(mark)
        told = words.standings[claim.standing]
        if claim.since:
            told = f"{told} {words.article.since.format(date=words.short_day(claim.since))}"
        indent = MARGIN + 28
        facts = f"{claim.id}{words.answer.separator}{told}"
        self.line(top - 2, facts, size=7, muted=True, left=indent)
        line = fitting(self._figure, claim.claim, WIDTH - indent - MARGIN, size=8)
        self.line(top + 28, line, size=8, left=indent)

    def line(
        self, top: int, text: str, *, size: float, muted: bool = False, left: int = MARGIN
    ) -> None:
        """A line of text."""
        self._figure.text(
            left / WIDTH,
            1 - top / self._height,
            text,
            size=size,
            color=self._look.muted if muted else self._look.text,
            va="top",
            parse_math=False,
        )


def _dress(standing: Standing, look: Look) -> dict[str, Any]:
    colour = look.series[_SERIES[standing]]
    if standing in _HATCH:
        return {
            "facecolor": look.background,
            "edgecolor": colour,
            "hatch": _HATCH[standing],
            "linewidth": 1.3,
        }
    return {"facecolor": colour, "edgecolor": colour, "linewidth": 1.3}
