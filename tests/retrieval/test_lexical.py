from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import BrokenIndexError
from retrieval.lexical import KeywordIndex, weighed
from retrieval.terms import terms

TEXTS = ("Copper pays 50%.", "Steel pays 25%, and copper nothing.", "Trucks.", "")

texts = st.lists(st.text(st.sampled_from("abc15% 関税")), min_size=1, max_size=6)


def weights(query: str) -> dict[str, float]:
    return dict.fromkeys(terms(query), 1.0)


def test_the_text_that_says_most_of_what_is_asked_comes_first() -> None:
    scores = KeywordIndex.build(TEXTS).scores(weights("steel and copper"))
    assert scores.shape == (4,)
    assert scores[1] > scores[0] > scores[2] == scores[3] == 0


def test_an_unknown_term_adds_nothing_and_is_as_rare_as_can_be() -> None:
    index = KeywordIndex.build(TEXTS)
    assert not index.scores({"zinc": 5.0}).any()
    assert index.idf("zinc") == 0
    assert "zinc" not in index
    assert index.rarity(["zinc"])[0] == pytest.approx(index.idf_of_frequency(1))


def test_a_rare_term_weighs_more_than_a_common_one() -> None:
    index = KeywordIndex.build(TEXTS)
    (truck,), (copper,) = terms("trucks"), terms("copper")
    assert index.idf(truck) > index.idf(copper) > 0
    assert {truck, copper} <= set(index.vocabulary)


def test_presence_is_the_share_of_the_terms_weight_that_a_text_holds() -> None:
    index = KeywordIndex.build(TEXTS)
    presence = index.presence(list(weights("copper steel")))
    assert presence[1] == pytest.approx(1.0)
    assert 0 < presence[0] < 1
    assert presence[2] == 0


def test_an_alternative_counts_half_and_the_term_itself_whole() -> None:
    index = KeywordIndex.build(TEXTS)
    (steel,), (copper,) = terms("steel"), terms("copper")
    matrix = index.term_matrix([(steel, [copper]), ("zinc", [])])
    assert matrix.tolist() == [[0.5, 1, 0, 0], [0, 0, 0, 0]]
    assert weighed(matrix, np.zeros(2, np.float32)).tolist() == [0, 0, 0, 0]


@given(texts=texts, query=st.text(st.sampled_from("abc15% 関税")))
def test_scores_are_the_same_after_saving_and_never_negative(
    texts: list[str], query: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("keywords")
    built = KeywordIndex.build(texts)
    built.save(folder)
    loaded = KeywordIndex.load(folder, len(texts))
    scores = built.scores(weights(query))
    assert scores.shape == (len(texts),)
    assert (scores >= 0).all()
    assert np.array_equal(loaded.scores(weights(query)), scores)


def test_an_index_of_another_number_of_texts_is_refused(tmp_path: Path) -> None:
    KeywordIndex.build(TEXTS).save(tmp_path / "keywords")
    with pytest.raises(BrokenIndexError, match="holds 4 texts, not 5"):
        KeywordIndex.load(tmp_path / "keywords", 5)
    with pytest.raises(BrokenIndexError, match="is damaged"):
        KeywordIndex.load(tmp_path / "none", 4)
