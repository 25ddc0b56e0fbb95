"""Gate 1: a quote stands word for word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.verify import locate_quote

BODY = 'The "golden share" of  U.S.\nSteel is not an equity stake. The duty is 15.5%, not 25%.'


def test_a_quote_is_found_with_its_offsets() -> None:
    start, end = BODY.index("The duty"), BODY.index(", not 25%")
    assert locate_quote("The duty is 15.5%", BODY) == (start, end)


def test_white_space_and_the_shape_of_quotation_marks_are_forgiven() -> None:
    span = locate_quote("  The “golden share” of U.S. Steel ", BODY)
    assert span is not None
    assert BODY[slice(*span)] == 'The "golden share" of  U.S.\nSteel'


def test_apostrophes_match_in_either_shape() -> None:
    assert locate_quote("China's list", "It is China’s list.") == (6, 18)


@pytest.mark.parametrize(
    "quote",
    [
        "The duty is 15.6%",
        "the duty is 15.5%",
        "The duty was 15.5%",
        "The duty is 15.5%; not 25%",
        "The duty is 15.5% ... not 25%",
    ],
)
def test_a_changed_letter_figure_or_mark_is_not_found(quote: str) -> None:
    assert locate_quote(quote, BODY) is None


@pytest.mark.parametrize(
    "quote", ["5.5%", "15", "ot an equity", "an equity stak", "", "   ", ".5%"]
)
def test_a_quote_that_cuts_a_word_or_number_is_no_quote(quote: str) -> None:
    assert locate_quote(quote, BODY) is None


def test_of_several_places_the_nearest_is_taken_else_the_first() -> None:
    body = "It holds. Then it fell. It holds."
    assert locate_quote("It holds.", body) == (0, 9)
    assert locate_quote("It holds.", body, near=30) == (24, 33)
    assert locate_quote("It holds.", body, near=2) == (0, 9)


def test_a_whole_number_is_found_behind_a_place_where_it_is_cut() -> None:
    assert locate_quote("15", "In 2015 it was 15 a day.") == (15, 17)


def test_japanese_text_needs_no_spaces_around_a_quote() -> None:
    assert locate_quote("関税は15％", "日本への関税は15％です。") == (4, 10)


@given(st.text(max_size=80), st.text(max_size=80), st.text(min_size=1, max_size=40))
def test_what_is_found_is_the_quote_but_for_spaces_and_marks(
    before: str, after: str, quote: str
) -> None:
    body = before + quote + after
    span = locate_quote(quote, body)
    if span is None:
        # Only an empty quote, or one that a neighbour runs into, may be missed.
        assert not quote.strip() or before[-1:] or after[:1]
    else:
        assert len("".join(body[slice(*span)].split())) == len("".join(quote.split()))


@given(st.lists(st.sampled_from(["duty", "15%", "“pause”", "Japan's", "a", "b"]), min_size=1))
def test_a_run_of_words_is_found_however_it_is_spaced(words: list[str]) -> None:
    body = "x " + " \n ".join(words) + " y"
    assert locate_quote(" ".join(words), body) == (2, len(body) - 2)
