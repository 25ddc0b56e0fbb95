from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.meetings.breaking import BREAK, breakable
from bot.meetings.pdf import minutes_pdf
from bot.words import Language, load_words
from tests.bot.meetings.conftest import entry, minutes_of

ENGLISH = load_words("en")


def text_of(pdf: bytes, folder: Path) -> str:
    """What a reader selects from the file; by poppler, which a user's machine need not have."""
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler is not installed (apt-get install poppler-utils)")
    file = folder / "minutes.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", str(file), "-"], capture_output=True, check=True
    )
    return done.stdout.decode()


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_file_holds_japanese_and_latin_text_that_can_be_copied(
    tmp_path: Path, language: Language
) -> None:
    minutes = minutes_of(
        entry(1, "日本車の関税は何％ですか？", asker="花子 Løvelace"),
        title="レアアース & <b>copper</b>",
        language=language,
    )
    text = text_of(minutes_pdf(minutes, load_words(language)), tmp_path)
    for expected in ("日本車の関税は何％ですか？", "花子 Løvelace", "レアアース & <b>copper</b>"):
        assert expected in text
    assert "Copper pays 50%. [1]" in text


def test_the_same_minutes_give_the_same_file() -> None:
    minutes = minutes_of(entry(1))
    assert minutes_pdf(minutes, ENGLISH) == minutes_pdf(minutes, ENGLISH)


def test_hundreds_of_questions_fill_pages_and_none_is_missing(tmp_path: Path) -> None:
    minutes = minutes_of(*(entry(number, f"Question {number:03}?") for number in range(1, 301)))
    pdf = minutes_pdf(minutes, ENGLISH)
    text = text_of(pdf, tmp_path)
    assert pages_of(pdf) > 30
    assert all(f"{number}. Question {number:03}?" in text for number in range(1, 301))
    assert f"{pages_of(pdf)} / {pages_of(pdf)}" in text


@pytest.mark.parametrize("title", ["", "w" * 200, "あ" * 200, "שלום عربي", "🚀 \ue000"])
def test_any_title_can_be_set(title: str) -> None:
    assert minutes_pdf(minutes_of(title=title), ENGLISH).startswith(b"%PDF-")


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=300))
def test_any_question_can_be_set(text: str) -> None:
    minutes = minutes_of(entry(1, "x").model_copy(update={"question": text, "asker": text}))
    assert io.BytesIO(minutes_pdf(minutes, ENGLISH)).read(5) == b"%PDF-"


@given(st.text())
def test_places_to_break_change_nothing_that_is_read(text: str) -> None:
    assert breakable(text).replace(BREAK, "") == text.replace(BREAK, "")


def test_lines_do_not_begin_with_closing_marks_nor_end_with_opening_ones() -> None:
    marked = breakable("米国は「関税」を、15%（合計）に下げた。").replace(BREAK, "|")
    assert marked == "米|国|は|「関|税」|を、|15%|（合|計）|に|下|げ|た。"


def test_words_in_latin_letters_stay_whole() -> None:
    assert BREAK not in breakable("Japanese cars pay 15% in total.")
