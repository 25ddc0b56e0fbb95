from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.glyphs import BOX, codes_of, drawable, latin_font_file, picture_fonts


def test_what_no_font_can_draw_becomes_a_box_and_what_takes_no_room_goes() -> None:
    assert drawable("日本 tariff 🚀\U000e0041\ue000", picture_fonts()) == f"日本 tariff {BOX}"


@given(st.text())
def test_what_is_left_can_all_be_drawn(text: str) -> None:
    fonts = picture_fonts()
    known = codes_of(fonts[0]) | codes_of(fonts[1])
    assert all(ord(c) in known or c in " \n" for c in drawable(text, fonts))


def test_the_bold_cut_is_another_file() -> None:
    assert latin_font_file(bold=True) != latin_font_file()
    assert latin_font_file(bold=True).is_file()
