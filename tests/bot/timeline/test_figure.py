from __future__ import annotations

import io
from datetime import date

import pytest
from PIL import Image

from bot.pictures import DARK, LIGHT, WIDTH
from bot.timeline import Timeline, timeline_of
from bot.timeline.figure import timeline_picture
from bot.timeline.layout import span_of, ticks_of
from bot.words import Language, load_words
from corpus import Library

TODAY = date(2026, 11, 22)


def size(png: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(png)) as picture:
        return picture.size


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_picture_is_as_wide_as_a_phone_and_as_high_as_it_has_rows(
    library: Library, language: Language
) -> None:
    words = load_words(language)
    few = timeline_of(library, "s122-surcharge-11012", day=TODAY)
    many = timeline_of(library, "レアアース", day=TODAY)
    low, high = (size(timeline_picture(timeline, words, LIGHT)) for timeline in (few, many))
    assert low[0] == high[0] == WIDTH
    assert low[1] < high[1] < 2 * WIDTH


def test_the_ground_is_the_looks_own(library: Library) -> None:
    timeline = timeline_of(library, "copper", day=TODAY)
    with Image.open(io.BytesIO(timeline_picture(timeline, load_words("en"), DARK))) as picture:
        corner = picture.convert("RGB").crop((0, 0, 1, 1)).tobytes()
    assert f"#{corner.hex()}" == DARK.background


@pytest.mark.parametrize("asked", ["$x_1$ 🚀", "שלום עולם", "w" * 4096, "a\u200bb\x07"])
def test_whatever_was_typed_can_stand_in_the_heading(library: Library, asked: str) -> None:
    timeline = timeline_of(library, "copper", day=TODAY).model_copy(update={"asked": asked})
    assert size(timeline_picture(timeline, load_words("en")))[0] == WIDTH


def test_nothing_to_draw_is_no_picture() -> None:
    with pytest.raises(ValueError, match="without rows"):
        timeline_picture(Timeline(asked="", day=TODAY), load_words("en"))


@pytest.mark.parametrize("wanted", ["copper", "tariffs", "defense", "s122-surcharge-11012", ""])
def test_the_axis_holds_the_day_and_few_ticks_with_each_year_named_once(
    library: Library, wanted: str
) -> None:
    timeline = timeline_of(library, wanted, day=TODAY)
    span = span_of(timeline)
    ticks = ticks_of(span, load_words("en"))
    years = [label.split("\n")[1] for _, label in ticks if "\n" in label]
    assert span.left < TODAY.toordinal() < span.right
    assert 3 <= len(ticks) <= 9
    assert len(years) == len(set(years))
    assert all(span.left <= day.toordinal() <= span.right for day, _ in ticks)
