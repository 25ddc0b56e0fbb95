from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.attributes import Attribute, attributes_asked
from retrieval.data import read_words


def asked(question: str) -> list[str]:
    return [attribute.name for attribute in attributes_asked(question)]


def the(question: str) -> Attribute:
    (attribute,) = attributes_asked(question)
    return attribute


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("how many people work at MP Materials?", "employees"),
        ("what was Lynas's revenue in 2025", "revenue"),
        ("how much profit did Toyota make", "profit"),
        ("what dividend does MP pay", "dividend"),
        ("what is the share price of TM", "share price"),
        ("who is the chief of USTR", "office holder"),
        ("what is the US trade deficit with Japan", "deficit"),
        ("what is the population of Greenland", "population"),
        ("HOW MANY PEOPLE WORK THERE", "employees"),
    ],
)
def test_a_property_is_known_by_the_words_it_is_asked_with(question: str, name: str) -> None:
    assert name in asked(question)


@pytest.mark.parametrize(
    "question",
    ["what tariff do Japanese cars pay?", "when did the Supreme Court rule", "which law is it", ""],
)
def test_a_question_of_nothing_listed_asks_for_no_property(question: str) -> None:
    assert asked(question) == []


@pytest.mark.parametrize(
    "question",
    [
        "does MP Materials employ anyone in Texas?",
        "is the population of Greenland small",
        "ok so did Toyota make a profit",
        "I hold MP, does it pay a dividend",
    ],
)
def test_a_question_that_yes_or_no_answers_asks_for_no_property(question: str) -> None:
    assert asked(question) == []


def test_an_open_question_asks_even_where_it_begins_like_a_yes_or_no() -> None:
    assert "population" in asked("is it known what the population of Greenland is")


@pytest.mark.parametrize(
    ("question", "telling", "silent"),
    [
        (
            "how many people work at MP Materials?",
            "MP Materials employs 800.",
            "MP Materials owns a mine in California.",
        ),
        ("what is the population of Greenland", "It has 56,000 inhabitants.", "It has a mine."),
        ("what is the US trade deficit with Japan", "The deficit fell.", "Exports fell."),
    ],
)
def test_a_sentence_tells_a_property_by_other_words_than_it_was_asked_with(
    question: str, telling: str, silent: str
) -> None:
    told = the(question).told
    assert told.search(telling)
    assert told.search(telling.upper())
    assert not told.search(silent)


@pytest.mark.parametrize(("name", "entry"), read_words("attributes.yaml").items())
def test_no_listed_property_is_told_by_just_any_sentence(name: str, entry: dict[str, str]) -> None:
    assert set(entry) == {"asked", "told"}
    for pattern in entry.values():
        for text in ("", "Cars from Korea are exempt until the court rules."):
            assert not re.search(pattern, text, re.IGNORECASE), name


@given(st.text(max_size=60), st.sampled_from(["", "what is ", "is "]))
def test_a_question_may_be_asked_again_and_asks_for_the_same(text: str, opening: str) -> None:
    names = asked(opening + text)
    assert len(set(names)) == len(names)
    assert names == asked(opening + text)
