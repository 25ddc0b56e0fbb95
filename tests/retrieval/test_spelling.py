from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from retrieval.engine import Holdings
from retrieval.spelling import SHORTEST, Speller

ENGLISH = frozenset({"stool", "carries", "mission"})
CORPUS = {"steel": 40, "steal": 2, "tariff": 60, "copper": 30, "takaichi": 5, "us": 9, "q4": 3}


@pytest.fixture
def speller() -> Speller:
    return Speller(CORPUS, ENGLISH.__contains__, frozenset({"takaichi"}))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("tarrif", "tariff"),
        ("tarif", "tariff"),
        ("coper", "copper"),
        ("cpoper", "copper"),
        ("takaich", "takaichi"),
        ("takiachi", "takaichi"),
        ("Tarrif", "tariff"),
    ],
)
def test_a_misspelt_word_is_taken_for_the_word_of_the_corpus(
    speller: Speller, written: str, meant: str
) -> None:
    assert speller.correct(written) == meant


@pytest.mark.parametrize("word", ["tariff", "Tariff", "takaichi", "steal"])
def test_a_word_of_the_corpus_is_right_as_it_is(speller: Speller, word: str) -> None:
    assert speller.correct(word) is None


@pytest.mark.parametrize("word", sorted(ENGLISH))
def test_a_correct_english_word_is_not_mended_into_a_near_one(speller: Speller, word: str) -> None:
    assert speller.correct(word) is None


@pytest.mark.parametrize("word", ["what", "which", "share", "stock", "their"])
def test_a_common_word_that_the_corpus_lacks_is_not_mended(speller: Speller, word: str) -> None:
    assert speller.correct(word) is None


def test_common_words_are_what_misspelt_ones_may_have_been_meant_to_be(speller: Speller) -> None:
    assert speller.correct("wich") == "which"
    assert speller.correct("whta") == "what"


@pytest.mark.parametrize("word", ["", "u", "uss", "27.5%", "steel2", "q5", "日本車関"])
def test_short_words_and_words_that_are_no_letters_alone_are_left_alone(
    speller: Speller, word: str
) -> None:
    assert speller.correct(word) is None


def test_a_short_word_may_be_one_edit_off_and_a_longer_one_two(speller: Speller) -> None:
    assert speller.correct("stel") == "steel"
    assert speller.correct("stea") == "steal"
    assert speller.correct("sttll") is None
    assert speller.correct("cobber") == "copper"
    assert speller.correct("cobbar") is None


def test_nothing_is_mended_into_a_short_word_or_one_with_figures() -> None:
    speller = Speller({"war": 9, "mk48ab": 9}, lambda _: False)
    assert speller.correct("warr") is None
    assert speller.correct("mkxyab") is None


def test_of_words_equally_near_the_one_the_corpus_uses_most_is_meant(speller: Speller) -> None:
    assert speller.correct("stael") == "steel"
    rarer = Speller({"steel": 2, "steal": 40}, ENGLISH.__contains__)
    assert rarer.correct("stael") == "steal"


def test_a_word_is_known_only_where_the_corpus_has_it(speller: Speller) -> None:
    assert speller.knows("steel")
    assert not speller.knows("stool")


def test_spellers_do_not_answer_for_each_other() -> None:
    for word in ("zinc", "zins"):
        assert Speller({word: 1}, lambda _: False).correct("zinx") == word


_WORDS = st.text(string.ascii_lowercase[:6], min_size=1, max_size=9)


@given(
    st.dictionaries(_WORDS, st.integers(1, 99), max_size=20), st.sets(_WORDS, max_size=5), _WORDS
)
def test_a_correction_is_another_word_of_the_corpus_with_the_same_first_letter_and_near(
    vocabulary: dict[str, int], english: set[str], word: str
) -> None:
    meant = Speller(vocabulary, english.__contains__).correct(word)
    if word in vocabulary or word in english or len(word) < SHORTEST:
        assert meant is None
    if meant is not None:
        assert meant in vocabulary
        assert meant != word
        assert meant[0] == word[0]
        assert 1 <= OSA.distance(word, meant) <= 2


def test_no_word_of_the_packaged_corpus_is_mended(holdings: Holdings) -> None:
    assert not [word for word in holdings.index.words if holdings.speller.correct(word)]
