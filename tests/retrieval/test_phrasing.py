from __future__ import annotations

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Kind
from retrieval.data import read_words
from retrieval.dates import find_dates
from retrieval.phrasing import phrase, write_date

LANGUAGES = ("en", "ja")
PHRASES: dict[str, dict[str, str]] = {
    language: read_words(f"phrases/{language}.yaml") for language in LANGUAGES
}


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_phrase_is_there_in_both_languages() -> None:
    assert PHRASES["en"].keys() == PHRASES["ja"].keys()


@pytest.mark.parametrize("key", PHRASES["en"])
def test_a_phrase_tells_the_same_things_in_both_languages(key: str) -> None:
    assert holes(PHRASES["en"][key]) == holes(PHRASES["ja"][key])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", PHRASES["en"])
def test_a_filled_phrase_holds_what_it_was_filled_with(language: str, key: str) -> None:
    values = {name: f"<{name}>" for name in holes(PHRASES[language][key])}
    told = phrase(language, key, **values)
    assert all(value in told for value in values.values())
    assert "{" not in told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_document_has_a_name_for_readers(language: str, kind: Kind) -> None:
    assert phrase(language, f"kind_{kind.value}")


def test_a_date_in_a_phrase_is_written_as_readers_of_the_language_write_it() -> None:
    day = date(2025, 6, 1)
    assert phrase("en", "as_of", date=day) == "On 1 June 2025:"
    assert phrase("ja", "as_of", date=day) == "2025年6月1日時点:".replace(
        ":", "\N{FULLWIDTH COLON}"
    )


def test_braces_in_what_is_filled_in_stay_as_they_are() -> None:
    assert "{title} {0}" in phrase("en", "suspended", title="{title} {0}", since="then")


def test_an_unknown_phrase_is_a_mistake_of_ours_and_not_passed_over() -> None:
    with pytest.raises(KeyError):
        phrase("en", "no such phrase")


@given(st.dates(date(1990, 1, 1), date(2049, 12, 31)), st.sampled_from(LANGUAGES))
def test_a_written_date_is_read_as_that_very_day(day: date, language: str) -> None:
    (mention,) = find_dates(write_date(day, language))
    assert mention.first == mention.last == day
