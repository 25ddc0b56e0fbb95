"""The font that holds Japanese glyphs: IPAexGothic, from the package `matplotlib-fontja`.

The package changes matplotlib's settings when it is imported, so it is not: only the file it
ships is used. The font is under the IPA Font License 1.0, which lies beside it.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from bot.words.words import Language
from corpus.errors import StorageError

JAPANESE = "IPAexGothic"
LATIN = "DejaVu Sans"
"""Comes with matplotlib, and has a bold cut, which the Japanese font has not."""


@cache
def font_file() -> Path:
    """The TrueType file.

    Raises:
        StorageError: the package that ships it is not installed.
    """
    spec = find_spec("matplotlib_fontja")
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        path = Path(folder) / "fonts" / "ipaexg.ttf"
        if path.is_file():
            return path
    raise StorageError(
        "the font for pictures is missing: install it with pip install 'matplotlib-fontja>=1.1,<2'"
    )


@cache
def _register() -> None:
    from matplotlib import font_manager

    font_manager.fontManager.addfont(str(font_file()))


def families(language: Language) -> list[str]:
    """The font families for a language, the first that has a glyph drawing it.

    Raises:
        StorageError: the Japanese font is not installed.
    """
    _register()
    return [JAPANESE, LATIN] if language == "ja" else [LATIN, JAPANESE]
