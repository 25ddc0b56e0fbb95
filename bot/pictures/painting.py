"""From a drawing function to the bytes of a PNG."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.pictures.looks import LIGHT, Look
from bot.words.words import Language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 1080
"""Pixels across: the width of most phones' screens, and below what Telegram scales down."""

HEIGHT = 1350
"""Pixels down, where the caller names none: a portrait that fills a phone without scrolling."""

_DPI = 200
"""Pixels an inch, so that the usual 9 or 10 points come out legible on a phone."""

_one_at_a_time = threading.Lock()
"""Matplotlib's settings and font caches are shared by all threads."""


def paint(
    draw: Callable[[Figure], object],
    *,
    look: Look = LIGHT,
    language: Language = "en",
    height: int = HEIGHT,
) -> bytes:
    r"""Make a picture, `WIDTH` pixels wide.

    It may be called from any thread; pictures are drawn one after another. The same drawing gives
    the same bytes.

    Args:
        draw: puts axes, bars and words on an empty figure. Fonts, background and
            colours are set; what it returns is not looked at.
        look: light or dark; series colours are taken in its order unless `draw` names others.
        language: the language of the words, which decides the font.
        height: pixels down.

    Raises:
        StorageError: the font is not installed.

    Example:
        >>> paint(lambda figure: figure.subplots().bar([1, 2], [3, 4]))[:4]
        b'\x89PNG'
    """
    with _one_at_a_time:
        import matplotlib as mpl
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        with mpl.rc_context(_settings(look, language)):
            figure = Figure(figsize=(WIDTH / _DPI, height / _DPI), dpi=_DPI, layout="constrained")
            FigureCanvasAgg(figure)
            draw(figure)
            file = io.BytesIO()
            # Without the name of the library's version in it, the bytes depend on the drawing only.
            figure.savefig(file, format="png", dpi=_DPI, metadata={"Software": None})
    return file.getvalue()


def _settings(look: Look, language: Language) -> dict[str, object]:
    from cycler import cycler

    from bot.pictures.fonts import families

    return {
        "font.family": families(language),
        "font.size": 9,
        "text.color": look.text,
        "figure.facecolor": look.background,
        "savefig.facecolor": look.background,
        "axes.facecolor": look.background,
        "axes.edgecolor": look.grid,
        "axes.labelcolor": look.muted,
        "axes.titlecolor": look.text,
        "axes.titlesize": 11,
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.prop_cycle": cycler(color=look.series),
        # The font has no minus sign of its own.
        "axes.unicode_minus": False,
        "grid.color": look.grid,
        "grid.linewidth": 0.6,
        "xtick.color": look.grid,
        "ytick.color": look.grid,
        "xtick.labelcolor": look.muted,
        "ytick.labelcolor": look.text,
        "legend.frameon": False,
        "legend.labelcolor": look.text,
    }
