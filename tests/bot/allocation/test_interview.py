"""The questionnaire: answers, Back, skipping, contradictions, and the profile at the end."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.allocation import Allocator, Interview
from bot.allocation.words import load_allocation_words
from corpus.errors import ProfileError
from tests.bot.allocation.cases import allocator_with, refusal, share

PLAIN = ["3", "yes", "no", "3", "3", "30", "yes", "none", "-", "-", "-"]
KEYS = [
    *("horizon", "emergency_fund", "costly_debt", "reaction", "swing", "tolerable_loss_pct"),
    *("theme_knowledge", "exclusions", "country", "amount", "holdings"),
]


def given_answers(allocator: Allocator, *answers: str, state: Interview | None = None) -> Interview:
    state = state or Interview()
    for answer in answers:
        state = state.answer(answer, allocator.universe, allocator.words)
    return state


def asked(allocator: Allocator, state: Interview) -> str | None:
    question = state.question(allocator.words)
    return question.key if question else None


def test_the_questions_come_in_order_and_end(allocator: Allocator) -> None:
    state = Interview()
    for number, (key, answer) in enumerate(zip(KEYS, PLAIN, strict=True), start=1):
        question = state.question(allocator.words)
        assert question is not None
        assert (question.key, question.number, question.total) == (key, number, len(KEYS))
        assert not question.again
        state = given_answers(allocator, answer, state=state)
    assert state.is_complete
    assert state.question(allocator.words) is None
    assert state.profile(allocator.universe).echo() == {
        "horizon": "over-10y",
        "willingness": 3,
        "tolerable_loss_pct": 30,
        "emergency_fund": True,
        "costly_debt": False,
        "theme_knowledge": True,
        "exclusions": [],
    }


def test_optional_answers_reach_the_profile(allocator: Allocator) -> None:
    optional = ["MIN, china-exposure, remx", "jp", "1,000,000 JPY", "VT 60, REMX 10, cash 30%"]
    state = given_answers(allocator, *PLAIN[:7], *optional)
    echo = state.profile(allocator.universe).echo()
    assert echo["exclusions"] == ["MIN", "china-exposure", "REMX"]
    assert (echo["country"], echo["amount"], echo["currency"]) == ("JP", 1_000_000, "JPY")
    assert echo["holdings"][1] == {"ticker": "REMX", "percent": 10}


def test_back_takes_one_answer_after_the_other(allocator: Allocator) -> None:
    state = given_answers(allocator, "3", "yes", "back")
    assert asked(allocator, state) == "emergency_fund"
    assert asked(allocator, state.back()) == "horizon"
    assert state.back().back() == Interview()


def test_a_wrong_answer_costs_only_itself(allocator: Allocator) -> None:
    state = given_answers(allocator, "3", "yes")
    for wrong in ("maybe", "3", "", "skip", "yes please"):
        with pytest.raises(ProfileError) as told:
            given_answers(allocator, wrong, state=state)
        assert "\n" not in str(told.value)
    assert asked(allocator, state) == "costly_debt"


@pytest.mark.parametrize("wrong", ["x", "101", "-", "20 percent", "1e3", "٣٠٠", "9" * 400])
def test_what_is_no_percentage_is_told(allocator: Allocator, wrong: str) -> None:
    state = given_answers(allocator, *PLAIN[:5])
    with pytest.raises(ProfileError):
        given_answers(allocator, wrong, state=state)


@pytest.mark.parametrize(
    ("text", "value"), [("20%", 20), ("-20", 20), ("12,5", 12.5), ("２０", 20)]
)
def test_percentages_are_read_as_people_write_them(
    allocator: Allocator, text: str, value: float
) -> None:
    state = given_answers(allocator, *PLAIN[:5], text)
    assert state.values["tolerable_loss_pct"] == value


def test_answers_that_differ_are_asked_again_once_and_the_cautious_one_counts(
    allocator: Allocator,
) -> None:
    state = given_answers(allocator, "3", "yes", "no", "1", "5")
    question = state.question(allocator.words)
    assert question is not None
    assert (question.key, question.again) == ("reaction", True)
    settled = given_answers(allocator, "4", "4", *PLAIN[5:], state=state)
    assert settled.profile(allocator.universe).willingness == 4
    stubborn = given_answers(allocator, "2", "5", *PLAIN[5:], state=state)
    assert stubborn.profile(allocator.universe).willingness == 2


def test_answers_one_step_apart_are_no_contradiction(allocator: Allocator) -> None:
    state = given_answers(allocator, "3", "yes", "no", "3", "4")
    assert asked(allocator, state) == "tolerable_loss_pct"
    assert (
        given_answers(allocator, *PLAIN[5:], state=state).profile(allocator.universe).willingness
        == 3
    )


@pytest.mark.parametrize(("answer", "loss"), [("5", "5"), ("1", "40")])
def test_a_tolerable_loss_that_does_not_go_with_willingness_is_asked_again(
    allocator: Allocator, answer: str, loss: str
) -> None:
    state = given_answers(allocator, "3", "yes", "no", answer, answer, loss)
    assert asked(allocator, state) == "reaction"
    state = given_answers(allocator, answer, answer, loss, state=state)
    assert asked(allocator, state) == "theme_knowledge"


def test_no_question_is_asked_a_third_time(allocator: Allocator) -> None:
    state = given_answers(allocator, "3", "yes", "no", "1", "5", "1", "5", "90")
    # Only the loss was not asked again yet.
    assert asked(allocator, state) == "tolerable_loss_pct"
    state = given_answers(allocator, "90", state=state)
    assert asked(allocator, state) == "theme_knowledge"


def test_an_interview_can_be_kept_as_json_between_two_messages(allocator: Allocator) -> None:
    state = given_answers(allocator, "3", "yes", "no", "1", "5")
    assert Interview.model_validate_json(state.model_dump_json()) == state


def test_questions_can_be_answered_in_japanese(allocator_ja: Allocator) -> None:
    answers = ["10年より先", "はい", "いいえ", "３", "3", "３０％", "はい", "重要鉱物、防衛"]
    optional = ["スキップ", "1000000円", "VT 60、REMX 10、現金 30%"]
    state = given_answers(allocator_ja, *answers, *optional)
    echo = state.profile(allocator_ja.universe).echo()
    assert echo["exclusions"] == ["MIN", "DEF"]
    assert (echo["amount"], echo["currency"]) == (1_000_000, "JPY")
    assert echo["holdings"][2] == {"ticker": "CASH", "percent": 30}


def test_an_unknown_ticker_is_asked_about_and_never_replaced(allocator: Allocator) -> None:
    state = given_answers(allocator, *PLAIN[:7])
    with pytest.raises(ProfileError, match=r"“RMX” is not in the list.*REMX"):
        given_answers(allocator, "RMX", state=state)


def test_questions_are_the_same_in_both_languages() -> None:
    english, japanese = (load_allocation_words(language).interview for language in ("en", "ja"))
    assert list(english.questions) == list(japanese.questions) == KEYS
    for key in KEYS:
        assert list(english.questions[key].choices) == list(japanese.questions[key].choices)


def test_a_profile_needs_every_answer(allocator: Allocator) -> None:
    with pytest.raises(ProfileError, match=r"^costly_debt: not answered yet"):
        given_answers(allocator, "3", "yes").profile(allocator.universe)


@share(0.25)
@given(
    st.lists(st.one_of(st.sampled_from(["back", "skip", "1", "yes", "no", "5", "30"]), st.text()))
)
def test_whatever_is_typed_the_interview_goes_on_or_says_why_not(texts: list[str]) -> None:
    allocator = allocator_with({})
    state = Interview()
    for text in texts:
        answered = partial(state.answer, text, allocator.universe, allocator.words)
        said = refusal(answered)
        assert "\n" not in said
        state = state if said else answered()
        keys = [answer.key for answer in state.answers]
        assert len(keys) == len(set(keys))
