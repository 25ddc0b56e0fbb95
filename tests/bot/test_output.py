from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.output import printable, warn


@given(text=st.text(st.characters()))
def test_nothing_that_steers_a_terminal_is_left_and_offsets_stay(text: str) -> None:
    safe = printable(text)
    assert len(safe) == len(text)
    assert not any(c in safe for c in "\x1b\x07\x08\r\x9b\x9d\u202e\u2066\u200b")
    assert safe.encode("utf-8").decode("utf-8") == safe
    assert [c for c in safe if c in "\n\t"] == [c for c in text if c in "\n\t"]


def test_words_in_any_language_stay_as_they_are() -> None:
    text = "関税は15%です。\n\tCafé – “quoted” ⚠"
    assert printable(text) == text


def test_a_warning_is_one_line_whatever_it_holds(capsys: pytest.CaptureFixture[str]) -> None:
    warn("two\nlines \x1b[31mred")
    assert capsys.readouterr().err == "lodestone: two lines \ufffd[31mred\n"
