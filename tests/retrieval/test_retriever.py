from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda

from corpus import Library
from retrieval.engine import Holdings
from retrieval.query import Query, make_query
from retrieval.retriever import (
    DENSE_SHARE,
    MULTILINGUAL_DENSE_SHARE,
    Found,
    HybridRetriever,
    dense_share,
)
from tests.documents import write_document
from tests.retrieval.conftest import Open


def search(holdings: Holdings, text: str, count: int = 10) -> Found:
    return holdings.search.search(make_query(text), count)


def documents(found: Found) -> list[str]:
    return [hit.passage.document_id for hit in found.hits]


def assert_sound(found: Found, holdings: Holdings, count: int) -> None:
    """Every search, whatever was asked, keeps to this."""
    index = holdings.index
    assert len(found.hits) <= count
    positions = [hit.position for hit in found.hits]
    assert len(set(positions)) == len(positions)
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert all(score > 0 for score in scores)
    for hit in found.hits:
        assert hit.passage is index.passages[hit.position]
        assert hit.dense_rank is None or hit.dense_rank >= 1
        assert hit.keyword_rank is None or hit.keyword_rank >= 1
    for ranks in ([h.dense_rank for h in found.hits], [h.keyword_rank for h in found.hits]):
        given_ranks = [rank for rank in ranks if rank is not None]
        assert len(set(given_ranks)) == len(given_ranks)
    assert np.linalg.norm(found.vector) == pytest.approx(1, abs=1e-4)
    size = len(index.sentence_passage)
    for measured in (found.similarity, found.asked, found.asked_keywords):
        assert measured.shape == (size,)
        assert np.isfinite(measured).all()
    assert np.abs(found.similarity).max() <= 1 + 1e-4
    assert 0 <= found.asked_keywords.min() <= found.asked_keywords.max() <= 1 + 1e-6


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("what does copper pay", "copper"),
        ("British steel", "steel"),
        ("what do buses pay", "trucks"),
        ("scrap", "copper"),
    ],
)
def test_the_passage_that_speaks_of_what_is_asked_comes_first(
    small: Holdings, question: str, best: str
) -> None:
    found = search(small, question)
    assert documents(found)[0] == best
    assert_sound(found, small, 10)


def test_of_one_document_the_section_that_is_asked_about_comes_first(small: Holdings) -> None:
    assert search(small, "what do buses pay").hits[0].passage.section == "Buses"


def test_the_sentence_that_repeats_the_question_is_the_most_similar(small: Holdings) -> None:
    found = search(small, "British steel pays less.")
    at = int(found.similarity.argmax())
    assert small.reader.read(at).text == "British steel pays less."
    assert found.similarity[at] == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("count", [0, 1, 2, 100])
def test_no_more_passages_come_back_than_were_asked_for(small: Holdings, count: int) -> None:
    found = search(small, "what do trucks, steel and copper pay", count)
    assert len(found.hits) == min(count, len(found.hits))
    assert_sound(found, small, count)


def test_fewer_passages_are_the_best_of_more(small: Holdings) -> None:
    question = "what do trucks pay"
    assert search(small, question, 2).hits == search(small, question, 4).hits[:2]


def test_a_word_that_no_document_holds_has_no_keyword_rank(small: Holdings) -> None:
    found = search(small, "quixotic zeppelins")
    assert [hit.keyword_rank for hit in found.hits] == [None] * len(found.hits)
    assert found.asked_words == 0


def test_a_word_that_one_passage_alone_holds_ranks_it_first_by_keywords(small: Holdings) -> None:
    (first,) = [h for h in search(small, "buses").hits if h.keyword_rank == 1]
    assert first.passage.section == "Buses"


def test_both_ranks_count_from_one(small: Holdings) -> None:
    found = search(small, "what does British steel pay")
    assert min(h.dense_rank for h in found.hits if h.dense_rank) == 1
    assert min(h.keyword_rank for h in found.hits if h.keyword_rank) == 1


ASKED = "- says: Scrap pays\n  asked: [are leftovers exempt from the levy]\n"


def test_a_question_kept_beside_a_sentence_leads_to_it(
    small_corpus: Path, open_corpus: Open
) -> None:
    question = "are leftovers exempt from the levy"
    (small_corpus / "copper.asked.yaml").write_text(ASKED, encoding="utf-8")
    holdings = open_corpus(small_corpus)
    found = search(holdings, question)
    assert documents(found)[0] == "copper"
    at = int(found.asked.argmax())
    assert holdings.reader.read(at).text == "Scrap pays nothing."
    assert found.asked[at] == pytest.approx(1, abs=1e-4)
    assert found.asked_keywords[at] == 1
    assert found.asked_words > 0
    # The sentence beside it has no question, so it is not asked for.
    other = next(i for i in range(6) if holdings.reader.read(i).text.startswith("Copper pays"))
    assert found.asked[other] == 0


def test_in_a_document_without_such_questions_the_sentence_itself_stands_in(
    small: Holdings,
) -> None:
    found = search(small, "what does scrap pay")
    assert np.array_equal(found.asked, found.similarity)


def test_an_earlier_question_is_searched_for_with_the_one_that_leans_on_it(
    small: Holdings,
) -> None:
    alone = small.search.search(Query(text="and the rate?"), 10)
    leaning = small.search.search(Query(text="and the rate?", context="what do buses pay"), 10)
    assert leaning.hits[0].passage.section == "Buses"
    assert not np.array_equal(alone.vector, leaning.vector)


def test_a_mended_word_is_searched_for_beside_the_one_that_was_written(small: Holdings) -> None:
    query = Query(text="what do busess pay", corrections=("buses",))
    assert small.search.search(query, 10).hits[0].passage.section == "Buses"


def test_one_document_alone_can_be_searched(tmp_path: Path, open_corpus: Open) -> None:
    write_document(tmp_path / "one", "only", "Copper pays 50%.\n")
    holdings = open_corpus(tmp_path / "one")
    assert_sound(search(holdings, "copper"), holdings, 10)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text(max_size=60), st.text(max_size=30), st.integers(0, 8))
def test_any_query_at_all_is_searched_for(
    small: Holdings, text: str, context: str, count: int
) -> None:
    found = small.search.search(Query(text=text, original=text, context=context), count)
    assert_sound(found, small, count)


def test_a_search_of_the_packaged_corpus_is_sound_and_repeatable(holdings: Holdings) -> None:
    question = "What tariff do Japanese cars pay in the US?"
    found = search(holdings, question)
    assert_sound(found, holdings, 10)
    assert search(holdings, question).hits == found.hits
    assert len(found.hits) == 10


# The weight of the dense side.


def test_keywords_alone_decide_where_a_question_has_no_english_word() -> None:
    untranslated = Query(text="", original="ほげほげふがふが")
    assert dense_share(untranslated, multilingual=False) == 0
    assert dense_share(untranslated, multilingual=True) == MULTILINGUAL_DENSE_SHARE


@given(st.text(min_size=1, max_size=40))
def test_the_dense_side_never_has_more_than_its_share(text: str) -> None:
    query = make_query(text)
    assert 0 <= dense_share(query, multilingual=False) <= DENSE_SHARE


def test_an_english_question_has_the_whole_dense_share() -> None:
    assert dense_share(make_query("what do cars pay"), multilingual=False) == DENSE_SHARE


# As a LangChain retriever.


def test_as_a_retriever_it_hands_on_the_passages_of_the_same_search(
    small: Holdings,
) -> None:
    retriever = HybridRetriever(search=small.search, library=small.library, k=2)
    found = retriever.invoke("what do buses pay")
    hits = search(small, "what do buses pay", 2).hits
    assert [document.id for document in found] == [hit.passage.id for hit in hits]
    for document, hit in zip(found, hits, strict=True):
        source = small.library.get(hit.passage.document_id)
        told = document.metadata
        assert document.page_content == source.body[told["start"] : told["end"]]
        assert told["document_id"] == source.id
        assert told["title"] == source.title
        assert told["status"] == "in-force"
        assert told["score"] == hit.score


def test_the_retriever_fits_into_a_chain_of_langchain(holdings: Holdings, library: Library) -> None:
    retriever = HybridRetriever(search=holdings.search, library=library, k=3)

    def statuses(found: list[Document]) -> list[str]:
        return [document.metadata["status"] for document in found]

    english, japanese = (retriever | RunnableLambda(statuses)).batch(
        ["what is REMX", "日本車の関税は？"]
    )
    hits = search(holdings, "what is REMX", 3).hits
    assert english == [library.get(hit.passage.document_id).status for hit in hits]
    assert len(japanese) == 3
