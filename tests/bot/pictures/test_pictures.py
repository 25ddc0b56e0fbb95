from __future__ import annotations

import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.pictures import DARK, LIGHT, LOOKS, WIDTH, Look, fonts, paint
from corpus.errors import StorageError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DEUTERANOPIA = (
    (0.367322, 0.860646, -0.227968),
    (0.280085, 0.672501, 0.047413),
    (-0.01182, 0.04294, 0.968881),
)
PROTANOPIA = (
    (0.152286, 1.052583, -0.204868),
    (0.114503, 0.786281, 0.099216),
    (-0.003882, -0.048116, 1.051998),
)
"""Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB."""


Colour = NDArray[np.float64]


def linear(colour: str) -> Colour:
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    lights = sorted(float(linear(colour) @ (0.2126, 0.7152, 0.0722)) for colour in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def lab(rgb: Colour) -> Colour:
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    ratio = (to_xyz @ np.clip(rgb, 0, 1)) / (0.9505, 1.0, 1.089)
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("look", LOOKS.values(), ids=list(LOOKS))
def test_a_picture_is_a_png_as_wide_as_a_phone(look: Look) -> None:
    png = paint(lambda figure: figure.subplots().bar([1], [2]), look=look, height=900)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", png[16:24]) == (WIDTH, 900)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_japanese_and_english_are_drawn_with_real_glyphs(language: str) -> None:
    """A glyph that is missing warns, and warnings are errors here."""

    def draw(figure: Figure) -> None:
        figure.text(0.1, 0.5, "重要鉱物の配分 ±0.5 ポイント – critical minerals", size=12)
        figure.text(0.1, 0.2, "防衛・半導体・政策", weight="bold")

    assert paint(draw, language="ja" if language == "ja" else "en")


def test_the_same_drawing_gives_the_same_bytes_from_any_thread() -> None:
    def picture(number: int) -> bytes:
        return paint(
            lambda figure: figure.subplots().barh(["鉱物"], [number % 2 + 1]),
            look=DARK if number % 2 else LIGHT,
            language="ja",
            height=400,
        )

    alone = [picture(0), picture(1)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(picture, range(8)))
    assert together == alone * 4


def test_drawing_changes_no_global_setting() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    paint(lambda figure: figure.subplots().bar([1], [2]), look=DARK, language="ja")
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("look", LOOKS.values(), ids=list(LOOKS))
def test_words_and_colours_stand_out_from_the_background(look: Look) -> None:
    assert contrast(look.text, look.background) >= 7
    assert contrast(look.muted, look.background) >= 4.5
    assert min(contrast(colour, look.background) for colour in look.series) >= 3


@pytest.mark.parametrize("look", LOOKS.values(), ids=list(LOOKS))
@pytest.mark.parametrize("eyes", [np.eye(3), DEUTERANOPIA, PROTANOPIA])
def test_the_series_can_be_told_apart_whatever_the_eyes(look: Look, eyes: object) -> None:
    seen = [lab(np.array(eyes) @ linear(colour)) for colour in look.series]
    nearest = min(float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2))
    assert nearest > 10


def test_nothing_heavy_is_imported_before_a_picture_is_asked_for() -> None:
    code = (
        "import sys; from bot.pictures import paint; print('matplotlib' in sys.modules);"
        "paint(lambda figure: figure.subplots()); print('matplotlib.pyplot' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\nFalse\n"


def test_a_missing_font_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "find_spec", lambda name: None)
    fonts.font_file.cache_clear()
    with pytest.raises(StorageError, match=r"pip install 'matplotlib-fontja"):
        fonts.font_file()
