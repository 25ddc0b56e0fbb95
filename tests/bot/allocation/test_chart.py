"""The picture of a mix. Missing glyphs warn, and warnings are errors here."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from bot.allocation import Allocator, chart
from bot.allocation.chart import HEIGHT, draw_allocation
from bot.pictures import LOOKS, WIDTH, Look, paint
from tests.bot.allocation.cases import profile
from tests.bot.allocation.invariants import allocate
from tests.conftest import TODAY


@pytest.mark.parametrize("look", LOOKS.values(), ids=list(LOOKS))
@pytest.mark.parametrize(
    "data",
    [
        {},
        {"willingness": 5, "tolerable_loss_pct": 50},
        {"horizon": "under-3y", "willingness": 1},
        {"exclusions": ["MIN", "DEF", "TECH", "POL"]},
    ],
)
def test_a_mix_is_drawn_in_both_languages(
    allocator: Allocator, allocator_ja: Allocator, look: Look, data: dict[str, Any]
) -> None:
    pictures = []
    for made_by in (allocator, allocator_ja):
        result = allocate(made_by, profile(**data), TODAY)
        png = draw_allocation(result, made_by.words, look)
        assert struct.unpack(">II", png[16:24]) == (WIDTH, HEIGHT)
        assert png == draw_allocation(result, made_by.words, look)
        pictures.append(png)
    assert pictures[0] != pictures[1]


def test_no_word_is_cut_off_or_overlaps_another(
    allocator: Allocator, allocator_ja: Allocator, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Figure] = []

    def watched(draw: Callable[[Figure], object], **how: Any) -> bytes:  # noqa: ANN401 - as paint has them
        def kept(figure: Figure) -> None:
            draw(figure)
            drawn.append(figure)

        return paint(kept, **how)

    monkeypatch.setattr(chart, "paint", watched)
    for made_by in (allocator, allocator_ja):
        for horizon in ("under-3y", "3-10y", "over-10y"):
            for level in (1, 2, 5):
                data = profile(horizon=horizon, willingness=level, tolerable_loss_pct=60)
                draw_allocation(allocate(made_by, data, TODAY), made_by.words)
                assert_legible(drawn.pop())


def assert_legible(figure: Figure) -> None:
    boxes = {
        text: text.get_window_extent()
        for text in figure.findobj(Text)
        if isinstance(text, Text) and text.get_visible() and text.get_text().strip()
    }
    paper = figure.bbox
    # A tick beyond the end of an axis is not drawn.
    shown = {t: box for t, box in boxes.items() if not t.get_text().replace(".", "").isdecimal()}
    for text, box in shown.items():
        assert paper.x0 <= box.x0 < box.x1 <= paper.x1, text.get_text()
        assert paper.y0 <= box.y0 < box.y1 <= paper.y1, text.get_text()
        others = [x for x, theirs in shown.items() if x is not text and overlap(box, theirs)]
        assert not others, (text.get_text(), others[0].get_text())


def overlap(one: Bbox, other: Bbox) -> bool:
    shared = Bbox.intersection(one, other)
    return shared is not None and shared.width > 1 and shared.height > 1
