from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Library
from retrieval.data import read_words
from retrieval.terms import stem, terms
from retrieval.vocabulary import SYNONYM_WEIGHT, expand, synonyms, translate


def test_a_word_also_stands_for_its_synonyms_at_a_lower_weight() -> None:
    assert expand("levy")["tariff"] == SYNONYM_WEIGHT < 1


@pytest.mark.parametrize("form", ["levy", "levies", "Levy", "LEVIES"])
def test_all_forms_of_a_word_have_the_same_synonyms(form: str) -> None:
    assert "tariff" in expand(form)


def test_members_of_a_group_stand_for_each_other() -> None:
    assert "lorri" in synonyms(stem("truck"))
    assert "truck" in synonyms(stem("lorry"))


def test_a_nickname_stands_for_its_measure_and_not_the_other_way_round() -> None:
    assert "reciproc" in expand("liberation day tariffs")
    assert "liber" not in expand("reciprocal")


def test_a_phrase_is_known_only_as_a_whole() -> None:
    assert "scotus" in expand("what the supreme court said")
    assert "scotus" not in expand("supreme quality")


def test_words_that_stand_for_nothing_else_expand_to_nothing() -> None:
    assert expand("xyzzy") == {}
    assert expand("") == {}


def test_japanese_terms_are_put_into_english_in_their_order() -> None:
    assert translate("日本車の関税") == "japanese car tariff duty"


def test_the_longest_japanese_term_wins() -> None:
    assert translate("重要鉱物") == "critical mineral"
    assert translate("鉱物") == "mineral"


def test_latin_words_and_figures_between_japanese_stay_as_they_are() -> None:
    assert translate("REMXの経費率は0.58%？").split()[:1] == ["REMX"]
    assert "0.58%" in translate("REMXの経費率は0.58%？")


def test_every_japanese_term_leads_to_a_word_that_is_searched(library: Library) -> None:
    """A word of the documents, or of the questions kept beside them."""
    held = {term for document in library for term in terms(f"{document.title} {document.body}")}
    asked = (entry.asked for document in library for entry in library.asked(document.id))
    held |= {term for questions in asked for question in questions for term in terms(question)}
    lost = [
        (term, english)
        for term, english in read_words("glossary.yaml").items()
        if terms(english)
        and not any(not held.isdisjoint({term, *synonyms(term)}) for term in terms(english))
    ]
    assert lost == []


@given(st.text(max_size=120))
def test_any_text_can_be_expanded_and_translated(text: str) -> None:
    assert set(expand(text).values()) <= {SYNONYM_WEIGHT}
    assert "\n" not in translate(text)
