from __future__ import annotations

import string
from datetime import date
from pathlib import Path

import pytest
import yaml

import bot.words
from bot.words import LANGUAGES, load_words, words_for

FOLDER = Path(bot.words.__file__).parent


def leaves(value: object, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], str]:
    if isinstance(value, dict):
        pairs = [leaves(inner, (*path, str(key))) for key, inner in value.items()]
        return {key: text for pair in pairs for key, text in pair.items()}
    if isinstance(value, list):
        return leaves({str(n): inner for n, inner in enumerate(value)}, path)
    return {path: str(value)}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_language_file_can_be_read() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(LANGUAGES)
    assert [load_words(language).language for language in LANGUAGES] == list(LANGUAGES)


def test_the_languages_say_the_same_things_with_the_same_blanks_to_fill_in() -> None:
    english, japanese = (
        leaves(yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8")))
        for language in ("en", "ja")
    )

    assert english.keys() == japanese.keys()
    assert {
        key for key in english if placeholders(english[key]) != placeholders(japanese[key])
    } <= {("date_format",)}


@pytest.mark.parametrize(
    ("tag", "language"),
    [("ja", "ja"), ("ja-JP", "ja"), ("JA_jp", "ja"), ("en-GB", "en"), ("de", "en"), (None, "en")],
)
def test_a_language_tag_finds_its_words_and_others_get_english(
    tag: str | None, language: str
) -> None:
    assert words_for(tag).language == language


def test_dates_are_written_out_as_the_language_does() -> None:
    assert load_words("en").day(date(2025, 9, 16)) == "16 September 2025"
    assert load_words("ja").day(date(2025, 9, 16)) == "2025年9月16日"


def test_command_descriptions_fit_what_telegram_takes() -> None:
    for language in LANGUAGES:
        commands = load_words(language).commands.model_dump()
        assert all(1 <= len(told) <= 256 for told in commands.values())
