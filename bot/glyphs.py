"""The fonts that are drawn with, and text made fit for them: a box for what they cannot draw."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

BOX = "□"

_LEFT_OUT = frozenset({"Cf", "Cc", "Cs", "Co", "Cn", "Mn"})
"""Categories that take no room of their own: dropped where there is no glyph for them."""


def latin_font_file(*, bold: bool = False) -> Path:
    """DejaVu Sans, as matplotlib ships it."""
    import matplotlib as mpl

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return Path(mpl.get_data_path()) / "fonts" / "ttf" / name


def picture_fonts() -> tuple[Path, Path]:
    """The fonts that pictures are drawn with.

    Raises:
        StorageError: the Japanese font is not installed.
    """
    from bot.pictures.fonts import font_file

    return font_file(), latin_font_file()


@cache
def codes_of(font: Path) -> frozenset[int]:
    """The code points that a TrueType font has a glyph for."""
    from fontTools.ttLib import TTFont

    with TTFont(str(font), lazy=True) as opened:
        return frozenset(opened.getBestCmap())


def drawable(text: str, fonts: Sequence[Path]) -> str:
    """The text with a box for each character that none of the fonts can draw.

    Example:
        >>> drawable("tariff 🚀", picture_fonts())
        'tariff □'
    """
    known = [codes_of(font) for font in fonts]
    return "".join(_drawn(character, known) for character in text)


def _drawn(character: str, known: Sequence[frozenset[int]]) -> str:
    if character in " \n" or any(ord(character) in codes for codes in known):
        return character
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in _LEFT_OUT else BOX
