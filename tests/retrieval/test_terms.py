from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus import Library
from retrieval.terms import figures, find_names, terms, words


def test_all_forms_of_a_word_count_as_one_term() -> None:
    assert terms("tariff") == terms("Tariffs") == terms("TARIFFS'")


def test_words_without_meaning_of_their_own_do_not_count() -> None:
    assert terms("what is the tariff on it, pls?") == terms("tariff")


def test_an_acronym_counts_the_same_with_and_without_its_stops() -> None:
    assert terms("U.S. steel") == terms("US steel")


def test_a_possessive_counts_as_its_word() -> None:
    assert terms("Japan's cars") == terms("Japan’s cars") == terms("Japan cars")


def test_a_percentage_also_counts_as_its_number() -> None:
    assert set(terms("27.5%")) == {"27.5", "27.5%"}


def test_a_number_counts_whole_and_without_its_separators() -> None:
    assert terms("96,600 tonnes")[0] == "96600"


def test_japanese_counts_by_pairs_of_characters() -> None:
    assert terms("日本車") == ["日本", "本車"]
    assert list(words("金")) == ["金"]


def test_figures_are_kept_as_they_are_written() -> None:
    assert figures("15% on 96,600 t since 2025") == {"15%", "96,600", "2025"}


def test_a_word_written_with_a_capital_inside_sentences_is_a_name() -> None:
    texts = ["The plan of Toyota holds.", "It hit Toyota again.", "The deal and the plan of deal."]
    names = find_names(texts)
    assert "toyota" in names
    assert "deal" not in names


def test_a_word_with_a_capital_only_where_a_sentence_begins_is_no_name() -> None:
    assert find_names(["Tariffs rose. Tariffs fell.", "- Tariffs stay"]) == frozenset()


def test_the_corpus_writes_its_companies_and_funds_as_names(library: Library) -> None:
    names = find_names(document.body for document in library)
    assert {"toyota", "nippon", "remx", "takaichi"} <= names
    assert not {"tariff", "the", "duty", "percent"} & names


@given(st.text(max_size=200))
def test_any_text_has_terms_and_they_are_lower_case(text: str) -> None:
    found = terms(text)
    assert all(term and term == term.lower() for term in found)
