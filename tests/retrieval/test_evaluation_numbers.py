"""The judge's own reading of numbers, percentages, amounts and dates."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Library, sentence_spans
from retrieval.evaluation.numbers import numbers_in, ungrounded


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("It is 15 percent.", "a rate of 15% applies"),
        ("It is 15％.", "a rate of 15 per cent applies"),
        ("Since 16 September 2025.", "effective September 16, 2025"),
        ("2025年9月16日から。", "effective 2025-09-16"),
        ("Since September 2025.", "effective 16 September 2025"),
        ("From 24 September 2025.", "held 24–26 September 2025"),
        ("In 2025.", "effective 16 September 2025"),
        ("It promised $550 billion.", "a pledge of US$550bn"),
        ("5500億ドルを約束した。", "a pledge of USD 550 billion"),
        ("550 billion was promised.", "a pledge of $550 billion"),
        ("It moved 1,200 tonnes.", "1200 tonnes were moved"),
        ("The G7 met; H200 chips are out.", "nothing countable here"),
        ("It is 15% [3].", "15%"),
    ],
)
def test_what_a_quote_states_in_other_words_is_grounded(claim: str, quote: str) -> None:
    assert ungrounded(claim, [quote]) == ()


@pytest.mark.parametrize(
    ("claim", "quote", "left"),
    [
        ("It is 25%.", "a rate of 15%", "25%"),
        ("It is 5%.", "a rate of 15%", "5%"),
        ("It is 15%.", "the year 2015", "15%"),
        ("It is 15%.", "15 countries", "15%"),
        ("There are 15.", "the year 2015", "15"),
        ("It is 1.5%.", "a rate of 11.5%", "1.5%"),
        ("It costs $5 million.", "it costs $5 billion", "$5 million"),
        ("It costs €5 billion.", "it costs $5 billion", "€5 billion"),
        ("On 16 September 2025.", "in September 2025", "16 September 2025"),
        ("On 16 September 2025.", "on 16 September 2026", "16 September 2025"),
        ("On 16 September.", "on 17 September 2025", "16 September"),
    ],
)
def test_what_no_quote_states_is_named_as_the_claim_writes_it(
    claim: str, quote: str, left: str
) -> None:
    assert ungrounded(claim, [quote]) == (left,)


def test_each_number_may_stand_in_another_quote() -> None:
    assert ungrounded("From 25% to 15%.", ["it was 25%", "it is 15%"]) == ()
    assert ungrounded("From 25% to 15%.", ["it was 25%"]) == ("15%",)


def test_every_sentence_of_the_corpus_is_grounded_in_itself() -> None:
    sentences = [d.body[a:b] for d in Library.load() for a, b in sentence_spans(d.body)]
    assert [text for text in sentences if ungrounded(text, [text])] == []


@given(st.dates(min_value=date(1000, 1, 1)))
def test_all_forms_of_a_date_are_one_date(day: date) -> None:
    month = "January February March April May June July August September October November December"
    name = month.split()[day.month - 1]
    forms = (
        day.isoformat(),
        f"{day.day} {name} {day.year:04}",
        f"{name} {day.day}, {day.year:04}",
        f"{day.day} {name[:3]} {day.year:04}",
        f"{day.year:04}年{day.month}月{day.day}日",
    )
    for form in forms:
        assert [stated.day for stated in numbers_in(form)] == [(day.year, day.month, day.day)]


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_percentage_is_grounded_by_its_own_value_alone(one: int, other: int) -> None:
    assert bool(ungrounded(f"It is {one:,}%.", [f"a rate of {other} percent"])) == (one != other)


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert all(stated.surface for stated in numbers_in(text))
