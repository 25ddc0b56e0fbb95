from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Library, parse_document
from retrieval.compose.draft import Span, plain
from retrieval.dated import sentences_of
from tests.documents import document_text


@pytest.mark.parametrize(
    ("marked", "told"),
    [
        ("**GLD:** launched in [2004](x).", "GLD: launched in 2004."),
        ("It is *not* in force.", "It is not in force."),
        ("It is ***not*** in force.", "It is not in force."),
        ("The `code` is __fixed__.", "The code is fixed."),
        ("![a chart](chart.png) shows it", "a chart shows it"),
        ("Copper\n  pays\t50%.", "Copper pays 50%."),
        ("**Rate of *copper*:** 50%", "Rate of copper: 50%"),
        ("**`HTS` 8703**", "HTS 8703"),
        ("the [**rate**](x) holds", "the rate holds"),
    ],
)
def test_markdowns_marks_are_left_out_of_what_is_told(marked: str, told: str) -> None:
    assert plain(marked) == told


@pytest.mark.parametrize(
    "text",
    [
        "5 * 3 * 2 is 30.",
        "snake_case_name stays",
        "a reference [1] stays",
        "50% * of value",
        "**unfinished stays",
        "日本車は15%です。",
    ],
)
def test_what_only_looks_like_a_mark_stays(text: str) -> None:
    assert plain(text) == text


@given(st.text(max_size=60))
def test_plain_text_has_no_runs_of_blanks_and_is_plain_already(text: str) -> None:
    once = plain(text)
    assert once == " ".join(once.split())


@given(st.text(st.characters(blacklist_characters="*_`[]!()"), max_size=60))
def test_of_a_text_without_marks_only_the_blanks_change(text: str) -> None:
    assert plain(text) == " ".join(text.split())


def test_no_sentence_of_the_packaged_corpus_is_told_with_marks_left_in(library: Library) -> None:
    for document in library:
        for start, end in sentences_of(document):
            told = plain(document.body[start:end])
            assert told
            assert "**" not in told, told
            assert "](" not in told, told


def test_a_span_quotes_its_document_word_for_word() -> None:
    document = parse_document(document_text("copper"), Path("copper.md"))
    start = document.body.index("Copper pays")
    span = Span(document, "A measure", start, start + 16)
    assert span.quote == document.body[span.start : span.end] == "Copper pays 50%."
