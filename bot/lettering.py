"""Text measured as it will be drawn in a picture: cut or wrapped to the pixels there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LOOSE_END = " ,;:-–—("


def fitting(figure: Figure, text: str, width: float, *, size: float) -> str:
    """The text, its end cut off where it would be wider than so many pixels."""
    return wrapped(figure, text, width, size=size, most=1)[0]


def wrapped(figure: Figure, text: str, width: float, *, size: float, most: int) -> list[str]:
    """The text in at most so many lines, each no wider than so many pixels.

    Lines end at blanks where there are any; what does not fit is cut off with an ellipsis.

    Args:
        figure: on which the text will stand, its fonts set.
        text: one paragraph.
        width: pixels.
        size: points.
        most: lines at most.
    """
    measure = _Measure(figure, size)
    lines: list[str] = []
    rest = text.strip()
    while rest:
        end = measure.reach(rest, width)
        if end >= len(rest):
            lines.append(rest)
            break
        if len(lines) == most - 1:
            cut = measure.reach(rest, width - measure.width("…"))
            lines.append(f"{rest[:cut].rstrip(_LOOSE_END)}…")
            break
        blank = rest.rfind(" ", 1, end + 1)
        end = blank if blank > 0 else end
        lines.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return lines or [""]


class _Measure:
    def __init__(self, figure: Figure, size: float) -> None:
        from matplotlib.text import Text

        self._probe = Text(0, 0, "", size=size, parse_math=False, figure=figure)
        self._renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]

    def width(self, text: str) -> float:
        self._probe.set_text(text)
        return float(self._probe.get_window_extent(self._renderer).width)

    def reach(self, text: str, width: float) -> int:
        """How many characters from the beginning fit; at least one."""
        low, high = 1, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.width(text[:middle]) <= width:
                low = middle
            else:
                high = middle - 1
        return low
