from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.features import (
    Holds,
    counts_asked_for,
    counts_told,
    what_it_asks,
    what_it_holds,
)


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Cars pay 15%.", Holds.PERCENT),
        ("Cars pay 15 percent.", Holds.PERCENT),
        ("It costs USD 40 million.", Holds.MONEY),
        ("It costs 550 billion dollars.", Holds.MONEY),
        ("It costs 1.2 trillion yen.", Holds.MONEY),
        ("It began on 3 May 2025.", Holds.DATE),
        ("The quota is 96,600 tonnes.", Holds.QUANTITY),
        ("It names lithium, nickel, cobalt, graphite and manganese.", Holds.LIST),
        ("The rule is suspended.", Holds.STATUS),
        ("It was signed by Sanae Takaichi.", Holds.PLACE_OR_NAME),
        ("It rose because supply fell.", Holds.REASON),
    ],
)
def test_a_sentence_is_known_by_the_kind_of_thing_it_holds(sentence: str, kind: Holds) -> None:
    assert kind in what_it_holds(sentence)


def test_the_figures_of_a_date_are_no_quantity() -> None:
    assert Holds.QUANTITY not in what_it_holds("It began on 3 May 2025.")


def test_a_sentence_of_plain_words_holds_nothing() -> None:
    assert what_it_holds("This is so.") is Holds.NOTHING


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("when does it end?", Holds.DATE),
        ("until when", Holds.DATE),
        ("what's the deadline", Holds.DATE),
        ("what rate do cars pay", Holds.PERCENT),
        ("how much did japan pledge", Holds.MONEY),
        ("how many tonnes", Holds.QUANTITY),
        ("which countries signed", Holds.LIST),
        ("is the surcharge in force", Holds.STATUS),
        ("who signed it", Holds.PLACE_OR_NAME),
        ("under which law", Holds.PLACE_OR_NAME),
        ("why did prices fall", Holds.REASON),
    ],
)
def test_a_question_is_known_by_the_kind_of_thing_it_asks_for(question: str, kind: Holds) -> None:
    assert kind in what_it_asks(question)


def test_a_question_that_leaves_it_open_asks_for_several_kinds() -> None:
    asked = what_it_asks("how big is it")
    assert Holds.PERCENT | Holds.MONEY | Holds.QUANTITY in asked


def test_a_count_is_read_in_words_and_in_figures() -> None:
    assert counts_asked_for("which seven elements") == {7}
    assert counts_asked_for("name the 5 funds") == {5}
    assert counts_asked_for("which elements") == frozenset()


def test_a_list_is_counted_out() -> None:
    assert counts_told("It names: lithium, nickel, cobalt and graphite") == {4}


@given(st.text(max_size=150))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert isinstance(what_it_holds(text), Holds)
    assert isinstance(what_it_asks(text), Holds)
    assert all(count >= 2 for count in counts_told(text))
