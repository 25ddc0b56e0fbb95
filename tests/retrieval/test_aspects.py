from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.aspects import MOST_ASPECTS, aspects


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SMH or PPA, which is more american?", ("SMH", "PPA")),
        ("which is cheaper, GLD or GLDM?", ("GLD", "GLDM")),
        ("REMX vs LIT expense ratio", ("REMX", "LIT")),
        ("compare ottawa's fund with canberra's reserve in size", ("ottawa", "canberra")),
        ("who promised more investment, seoul or tokyo?", ("seoul", "tokyo")),
        ("is korea's ceiling higher than japan's?", ("korea", "japan")),
        ("which fee is lower, ITA, PPA or SHLD?", ("ITA", "PPA", "SHLD")),
    ],
)
def test_each_side_of_a_comparison_is_looked_for_by_itself(
    text: str, names: tuple[str, ...]
) -> None:
    sides = aspects(text)
    assert len(sides) == len(names)
    for side, name in zip(sides, names, strict=True):
        assert name in side
        assert not any(other in side.split() for other in names if other != name)


def test_each_side_carries_what_is_asked_of_both() -> None:
    assert all("more american" in side for side in aspects("SMH or PPA, which is more american?"))


def test_two_questions_in_one_sentence_are_looked_for_one_by_one() -> None:
    sides = aspects("what duty do trucks pay and when did the case on chips begin")
    assert sides == ("what duty do trucks pay", "when did the case on chips begin")


def test_words_before_a_colon_name_the_topic_of_all_sides() -> None:
    sides = aspects("nickel: what is indonesia's quota and how much does china hold?")
    assert len(sides) == 2
    assert all(side.startswith("nickel ") for side in sides)


@pytest.mark.parametrize(
    "text",
    [
        "What tariff do Japanese cars pay?",
        "rare earths",
        "who signed the deal, roughly?",
        "what do cars and trucks pay",
        "and for trucks?",
        "",
    ],
)
def test_a_question_about_one_thing_has_no_sides(text: str) -> None:
    assert aspects(text) == ()


@given(st.text(max_size=200))
def test_any_text_has_no_side_or_a_few_different_ones(text: str) -> None:
    sides = aspects(text)
    assert len(sides) in {0, *range(1, MOST_ASPECTS + 1)}
    assert len(set(sides)) == len(sides)
