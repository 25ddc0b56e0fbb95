from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.asking import is_asking


@pytest.mark.parametrize(
    "text",
    [
        "What do Japanese cars pay?",
        "what is the duty",
        "whats REMX's fee",
        "hows steel doing",
        "and for trucks",
        "& korea",
        "n buses",
        "is the surcharge in force",
        "Can steel from Korea come in",
        "steel from Korea?",
        "compare REMX and LIT",
        "tell me about cobalt",
        "List the seven elements.",
        "explain the surcharge",
        "- why",
        "“when did it end”",
        "日本車の関税は？",
        "関税はいくらですか",
        "関税はいくらですか。",
    ],
)
def test_questions_and_requests_to_be_told_something_ask(text: str) -> None:
    assert is_asking(text)


@pytest.mark.parametrize(
    "text",
    [
        "I import steel.",
        "Thanks for that!",
        "My firm sells trucks in Ohio",
        "We heard what the court said.",
        "Listen, I am new here.",
        "Island states are exempt.",
        "Hello there",
        "鋼材を輸入しています。",
        "かなり高いですね。",
        "",
    ],
)
def test_a_remark_asks_nothing(text: str) -> None:
    assert not is_asking(text)


@given(st.text(max_size=60))
def test_whatever_holds_a_question_mark_asks(text: str) -> None:
    assert is_asking(f"{text}?")
    assert is_asking(f"{text}\N{FULLWIDTH QUESTION MARK}")


@given(st.text(max_size=60))
def test_blanks_in_front_change_nothing(text: str) -> None:
    assert is_asking(f"  {text}") == is_asking(text)
