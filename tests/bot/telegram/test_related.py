from __future__ import annotations

from collections.abc import Callable

import pytest
from langchain_core.runnables import Runnable

from bot.telegram.related import MOST_RELATED, related_questions
from bot.words import Language, load_words
from corpus import Library
from retrieval.answer import Answer, Outcome, Question


def citing(answer: Answer, document_id: str) -> Answer:
    citation = answer.citations[0].model_copy(update={"document_id": document_id})
    return answer.model_copy(update={"citations": (citation,)})


def test_what_replaced_a_measure_and_what_comes_next_is_asked_first(
    make_answer: Callable[..., Answer], library: Library
) -> None:
    words = load_words("en")
    replaced = related_questions(citing(make_answer(), "s122-surcharge-11012"), library, words)
    coming = related_questions(citing(make_answer(), "s232-copper-10962"), library, words)
    assert replaced[0].startswith("What replaced Proclamation 11012")
    assert coming[0].startswith("What happens on 1 January 2027 under Proclamation 10962")
    assert len(replaced) == len(coming) == MOST_RELATED
    assert len(set(coming)) == MOST_RELATED


def test_an_answer_without_sources_has_none(
    make_answer: Callable[..., Answer], library: Library
) -> None:
    assert related_questions(make_answer(citations=()), library, load_words("en")) == ()


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("document", ["s232-copper-10962", "china-rare-earth-controls-april-2025"])
def test_each_can_be_answered_from_the_documents(
    make_answer: Callable[..., Answer],
    library: Library,
    chain: Runnable[Question, Answer],
    language: Language,
    document: str,
) -> None:
    answer = citing(make_answer(), document)
    for question in related_questions(answer, library, load_words(language)):
        assert chain.invoke(Question(question=question)).outcome is Outcome.ANSWERED, question
