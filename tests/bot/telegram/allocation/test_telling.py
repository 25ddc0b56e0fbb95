"""Everything that is told: short enough, said once, and without what must not be said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.allocation import Allocation, Allocator, view_of
from bot.telegram.allocation.comparing import at_level, other_levels, told_comparison
from bot.telegram.allocation.holdings import shares, told_portfolio
from bot.telegram.allocation.kept import made_again
from bot.telegram.allocation.results import LONGEST_CAPTION, fitted, told_education, told_result
from bot.telegram.allocation.sections import CHANGE, COST, FUNDS, STRESS, WHY, section
from bot.telegram.markup import utf16_length
from bot.telegram.split import LONGEST_MESSAGE, visible_text
from bot.words import load_words
from tests.bot.allocation.cases import profile
from tests.bot.allocation.test_wording import (
    CASES,
    FORBIDDEN_EN,
    FORBIDDEN_JA,
    leaves,
    without_names,
)


def made(allocator: Allocator, data: dict[str, Any], day: date) -> Allocation:
    return allocator.allocate(allocator.parse(profile(**data)), day)


def everything_told(result: Allocation, allocator: Allocator) -> list[str]:
    words, view = load_words(allocator.words.language), view_of(result, allocator)
    told = [
        part
        for name in (WHY, CHANGE, STRESS, COST, FUNDS)
        for part in section(name, view, allocator.words, words)
    ]
    if result.profile.holdings:
        told += told_portfolio(result, view, allocator, words, result.as_of, result.id)
    if result.outcome != "allocation":
        return told + told_education(view, allocator.words, words, result.id)
    caption, parts = told_result(view, allocator.words, words, result.id)
    assert utf16_length(caption) <= LONGEST_CAPTION
    for level in other_levels(result):
        told += told_comparison(result, at_level(result, level, allocator), allocator, words)
    return [caption, *parts, *told]


@pytest.mark.parametrize(("data", "day"), CASES)
def test_no_message_is_too_long_or_says_what_must_not_be_said(
    allocator: Allocator, data: dict[str, Any], day: date
) -> None:
    told = everything_told(made(allocator, data, day), allocator)
    assert told
    pattern = FORBIDDEN_JA if allocator.words.language == "ja" else FORBIDDEN_EN
    for part in told:
        assert 0 < utf16_length(part) <= LONGEST_MESSAGE
        text = without_names(visible_text(part), allocator)
        assert not pattern.search(text), text


@pytest.mark.parametrize(("data", "day"), CASES)
def test_a_result_says_what_it_is(allocator: Allocator, data: dict[str, Any], day: date) -> None:
    result = made(allocator, data, day)
    told = "\n".join(visible_text(part) for part in everything_told(result, allocator))
    for line in (*result.disclosures, *result.warnings):
        assert line in told


def test_the_chats_own_words_say_nothing_that_must_not_be_said() -> None:
    for language, pattern in (("en", FORBIDDEN_EN), ("ja", FORBIDDEN_JA)):
        words = load_words("ja" if language == "ja" else "en")
        told = {"allocate": words.allocate.model_dump(), "portfolio": words.portfolio.model_dump()}
        for key, text in leaves(told).items():
            assert not pattern.search(text), (key, text)


@pytest.mark.parametrize(("data", "day"), CASES)
def test_a_kept_result_is_made_again_as_it_was(
    allocator: Allocator, data: dict[str, Any], day: date
) -> None:
    result = made(allocator, data, day)
    again = made_again(result.to_json(), allocator)

    assert again is not None
    assert again.to_json() == result.to_json()


@given(blocks=st.lists(st.text("abc 🙂", min_size=1, max_size=600).filter(str.strip), max_size=6))
def test_what_does_not_fit_below_a_picture_follows_it(blocks: list[str]) -> None:
    caption, parts = fitted(blocks)

    assert utf16_length(caption) <= LONGEST_CAPTION
    letters = "".join("".join([caption, *parts]).split())
    assert letters == "".join("".join(blocks).split())


def test_shares_add_up_and_the_largest_comes_first(allocator: Allocator) -> None:
    parsed = allocator.parse(
        profile(
            holdings=[
                {"ticker": "CASH", "amount": 1},
                {"ticker": "VT", "amount": 2},
                {"ticker": "GLD", "amount": 1},
            ]
        )
    )
    found = shares(parsed.holdings or ())

    assert [(ticker, int(share)) for ticker, share in found] == [
        ("VT", 50),
        ("CASH", 25),
        ("GLD", 25),
    ]
    assert sum(share for _, share in found) == 100
