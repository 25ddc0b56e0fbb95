from __future__ import annotations

from retrieval.query import CONTEXT_WEIGHT, CORRECTION_WEIGHT, Query, make_query
from retrieval.vocabulary import SYNONYM_WEIGHT


def test_a_word_asked_with_outweighs_what_it_stands_for() -> None:
    weights = make_query("levy on cars").weights
    assert weights["levi"] == 1
    assert weights["tariff"] == SYNONYM_WEIGHT


def test_a_word_asked_with_keeps_its_weight_when_it_is_also_a_synonym() -> None:
    assert make_query("levy or tariff").weights["tariff"] == 1


def test_a_mended_word_counts_nearly_as_much_as_one_spelt_right() -> None:
    query = Query(text="expence ratio", corrections=("expense",))
    assert query.weights["expens"] == CORRECTION_WEIGHT < query.weights["ratio"]
    assert query.terms == ("expenc", "ratio", "expens")


def test_words_of_an_earlier_question_count_less_than_the_question_itself() -> None:
    query = Query(text="and for trucks?", context="what tariff do Japanese cars pay")
    assert query.weights["truck"] == 1
    assert query.weights["japanes"] == CONTEXT_WEIGHT < 1


def test_a_word_of_both_questions_counts_in_full() -> None:
    query = Query(text="the tariff on trucks", context="the tariff on cars")
    assert query.weights["tariff"] == 1


def test_what_is_embedded_has_the_earlier_question_first_and_the_mended_words_last() -> None:
    query = Query(text="and truks?", context="car tariff", corrections=("trucks",))
    assert query.embedded == "car tariff and truks? trucks"


def test_a_japanese_question_is_searched_for_in_english() -> None:
    query = make_query("日本車の関税")
    assert query.text == "japanese car tariff duty"
    assert query.original == "日本車の関税"


def test_a_japanese_question_without_a_known_term_is_searched_for_as_it_is() -> None:
    assert make_query("ぬいぐるみ").text == "ぬいぐるみ"


def test_a_question_about_the_article_is_known_as_one() -> None:
    assert make_query("what does the article say").asks_about_article
    assert make_query("the author's third point").asks_about_article
    assert Query(text="who wrote it?", context="what does the article say").asks_about_article
    assert not make_query("what do cars pay").asks_about_article
