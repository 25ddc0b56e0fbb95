from __future__ import annotations

import pytest

from retrieval.language import detect_language, is_readable


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What tariff do Japanese cars pay?", "en"),
        ("日本車の関税は？", "ja"),
        ("REMXの経費率は？", "ja"),
        ("ｶﾝｾﾞｲ", "ja"),
        ("関税", "ja"),
        ("관세 關稅", "en"),
        ("2026", "en"),
        ("", "en"),
    ],
)
def test_the_script_tells_the_language(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize("text", ["tariffs", "日本車", "2026?", "IEEPA 관세", "Zölle für Autos"])
def test_text_that_is_mostly_latin_or_japanese_can_be_searched_for(text: str) -> None:
    assert is_readable(text)


@pytest.mark.parametrize("text", ["관세는 얼마입니까", "какая пошлина", "ما هي الرسوم", "_?_", "…"])
def test_text_in_another_script_cannot(text: str) -> None:
    assert not is_readable(text)
