"""The picture of a mix. Missing glyphs warn, and warnings are errors here."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from bot.allocation import Allocator
from bot.allocation.chart import HEIGHT, draw_allocation
from bot.pictures import LOOKS, WIDTH, Look
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
