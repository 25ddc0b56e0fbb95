from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.premise import figures_stated, unsupported_figures


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("it is 15%", 15, "%"),
        ("15 percent of it", 15, "%"),
        ("15 per cent", 15, "%"),
        ("is it 27.5 pct now", 27.5, "%"),
        ("$550 billion", 550, "billion"),
        ("US$550bn", 550, "billion"),
        ("9.04 trillion yen", 9.04, "trillion"),
        ("9.04tn", 9.04, "trillion"),
        ("1,200 million", 1200, "million"),
        ("36 MILLION", 36, "million"),
        ("36mn", 36, "million"),
        ("関税は15%ですか", 15, "%"),
        ("関税は15％ですか", 15, "%"),
        ("関税は15パーセントですか", 15, "%"),
    ],
)
def test_percentages_and_large_amounts_are_figures(text: str, value: float, unit: str) -> None:
    (figure,) = figures_stated(text)
    assert (figure.value, figure.unit) == (value, unit)


@pytest.mark.parametrize(
    "text",
    [
        "in 2026",
        "section 232",
        "two percent",
        "18 of them",
        "the F15% sign",
        "v1.15%",
        "5 billionaires",
    ],
)
def test_years_sections_counts_and_parts_of_names_are_no_figures(text: str) -> None:
    assert figures_stated(text) == []


def test_figures_come_in_order_as_they_are_written() -> None:
    written = [f.written for f in figures_stated("from 25 percent to 15%, on $550 billion")]
    assert written == ["25 percent", "15%", "550 billion"]


def test_a_figure_that_no_sentence_tells_is_unsupported() -> None:
    told = ["Cars pay 15%.", "Steel pays 50%."]
    assert unsupported_figures("why do cars pay 40%?", told) == ["40%"]


def test_any_of_the_sentences_may_bear_a_figure_out() -> None:
    told = ["Cars pay 15%.", "Steel pays 50%."]
    assert unsupported_figures("why 50 percent on steel and 15% on cars?", told) == []


def test_a_figure_is_borne_out_only_in_its_own_unit() -> None:
    assert unsupported_figures("is it 15 billion?", ["It is 15%.", "15 million."]) == ["15 billion"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("838 billion", "838.7 billion"),
        ("839 billion", "838.7 billion"),
        ("27%", "27.5%"),
        ("28%", "27.5%"),
        ("13%", "12.5%"),
        ("3%", "2.5%"),
        ("9 trillion", "9.04 trillion"),
        ("9.0 trillion", "9.04 trillion"),
        ("27.5%", "27.46%"),
        ("27.5%", "27.45%"),
    ],
)
def test_a_figure_that_was_rounded_up_or_down_is_borne_out(asked: str, told: str) -> None:
    assert unsupported_figures(f"is it {asked}?", [f"It is {told}."]) == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [("27.6%", "27.5%"), ("26%", "27.5%"), ("27.5%", "27%"), ("1.5%", "15%"), ("27.4%", "27.46%")],
)
def test_a_figure_that_is_merely_near_is_not_borne_out(asked: str, told: str) -> None:
    assert unsupported_figures(f"is it {asked}?", [f"It is {told}."]) == [asked]


def test_a_figure_stated_twice_is_told_once() -> None:
    assert unsupported_figures("40%? really 40%?", ["It is 15%."]) == ["40%"]


def test_a_figure_of_any_length_is_compared() -> None:
    endless = "9" * 400
    assert unsupported_figures(f"is it {endless}%?", [f"It is {endless}%."]) == []
    assert unsupported_figures("is it 9%?", [f"It is {endless}%."]) == ["9%"]


def test_a_question_without_figures_takes_none_for_granted() -> None:
    assert unsupported_figures("what do cars pay?", []) == []
    assert unsupported_figures("what do cars pay?", ["It is 15%."]) == []


_UNITS = st.sampled_from(["%", " percent", " billion", "bn", " trillion"])


@given(st.integers(0, 10**6), st.integers(0, 99), _UNITS)
def test_every_figure_is_borne_out_by_itself_and_by_its_rounding(
    whole: int, hundredths: int, unit: str
) -> None:
    exact = f"{whole:,}.{hundredths:02d}{unit}"
    assert unsupported_figures(f"is it {exact}?", [f"It is {exact}."]) == []
    assert unsupported_figures(f"is it {whole}{unit}?", [f"It is {exact}."]) == []


@given(st.text(max_size=80), st.lists(st.text(max_size=40), max_size=3))
def test_what_is_unsupported_is_always_a_piece_of_the_question(
    question: str, sentences: list[str]
) -> None:
    for written in unsupported_figures(question, sentences):
        assert written in question
