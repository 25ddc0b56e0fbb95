"""Question and Answer are a contract: other programs are run against them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.runnables import Runnable

from corpus import Library
from corpus.errors import QuestionError
from retrieval.answer import LONGEST_QUESTION, Answer, Outcome, Question, clean_text, parse_question

ANSWER_KEYS = """
id question_id question as_of language outcome text claims citations notices passages composer
corpus_fingerprint timings_ms
"""
PART_KEYS = {
    "Claim": "text citations",
    "Citation": """
    number document_id title kind issuer section published status url quote start end
    """,
    "Notice": "kind text document_id citations",
    "PassageRef": "document_id section start end score dense_rank keyword_rank",
    "Timings": "rewrite embed search compose verify total",
}

AnyChain = Runnable[Question, Answer]


def test_an_answer_has_just_the_keys_of_the_contract() -> None:
    schema = Answer.model_json_schema(mode="serialization")
    assert list(schema["properties"]) == ANSWER_KEYS.split()
    for name, keys in PART_KEYS.items():
        assert list(schema["$defs"][name]["properties"]) == keys.split()
    assert schema["$defs"]["Outcome"]["enum"] == ["answered", "not_in_corpus", "declined"]
    assert schema["$defs"]["NoticeKind"]["enum"] == ["superseded", "conflict", "expiring", "stale"]


def test_a_question_has_just_the_keys_of_the_contract() -> None:
    schema = Question.model_json_schema()
    assert list(schema["properties"]) == ["id", "question", "as_of", "history", "language"]
    assert schema["required"] == ["question"]
    assert list(schema["$defs"]["Turn"]["properties"]) == ["question", "answer"]


@pytest.mark.parametrize(
    "asked",
    [
        {"question": "What tariff do Japanese cars pay today?"},
        {"question": "What tariff did Japanese cars pay?", "as_of": "2025-06-30"},
        {"question": "Is the article right that copper pays 50%?"},
        {"question": "日本車の関税は何パーセントですか。"},
        {"question": "And trucks?", "history": [{"question": "Tariff on Japanese cars?"}]},
    ],
)
def test_an_answers_evidence_stands_where_it_says(
    chain: AnyChain, library: Library, asked: dict[str, Any]
) -> None:
    question = parse_question({"id": "q1", **asked})
    answer = chain.invoke(question)
    assert answer.question_id == "q1"
    assert answer.outcome is Outcome.ANSWERED
    assert answer.claims
    assert answer.corpus_fingerprint == library.fingerprint
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    for citation in answer.citations:
        document = library.get(citation.document_id)
        assert citation.quote == document.body[citation.start : citation.end] != ""
        assert (citation.title, citation.status) == (document.title, document.status)
    known = {citation.number for citation in answer.citations}
    for claim in answer.claims:
        assert claim.citations
        assert set(claim.citations) <= known
        assert claim.text in answer.text
    for notice in answer.notices:
        assert set(notice.citations) <= known
    assert Answer.model_validate_json(answer.model_dump_json()) == answer


def test_every_number_of_a_claim_stands_in_a_quote_it_cites(chain: AnyChain) -> None:
    from retrieval.evaluation.numbers import ungrounded

    for text in ("Tariff on Japanese cars?", "Which minerals has China suspended controls on?"):
        answer = chain.invoke(Question(question=text))
        quotes = {citation.number: citation.quote for citation in answer.citations}
        for claim in answer.claims:
            cited = [quotes[number] for number in claim.citations]
            assert not ungrounded(claim.text, cited)


def test_a_question_in_a_script_we_do_not_read_gets_one_answer(chain: AnyChain) -> None:
    for text in ("Какая пошлина на автомобили?", "ما هي الرسوم؟", "ภาษีรถยนต์เท่าไร"):
        answer = chain.invoke(Question(question=text))
        assert answer.text.strip()


@given(
    text=st.text(st.characters(), min_size=1) | st.text("\ud83d\x00\udfffab"),
    identity=st.text("a\ud800\x00", min_size=1, max_size=5),
)
def test_whatever_is_taken_as_a_question_can_be_written_down_again(
    text: str, identity: str
) -> None:
    history = [{"question": text, "answer": text}]
    try:
        question = parse_question({"id": identity, "question": text, "history": history})
    except QuestionError:
        return
    data = json.loads(question.model_dump_json().encode("utf-8"))
    assert "\x00" not in data["question"] + data["id"] + data["history"][0]["answer"]
    assert parse_question(data) == question


def test_half_characters_and_nulls_are_replaced_and_the_rest_kept() -> None:
    asked = parse_question({"id": "\ud83d", "question": "a\x00 \udfff tariff"})
    assert (asked.id, asked.question) == ("\ufffd", "a\ufffd \ufffd tariff")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ([1], 'a question is a JSON object such as {"question": "..."}'),
        ({}, "question: missing; add it"),
        ({"question": None}, "question: missing; add it"),
        ({"question": ""}, "the question is empty; write what you want to know"),
        ({"question": "\x1b \u200b\n"}, "the question is empty; write what you want to know"),
        ({"question": "🚗🚗"}, "the question has no words; write what you want to know"),
        ({"question": "a" * 10_000}, "the question has 10,000 characters; ask in at most 4,096"),
        ({"question": ["a"]}, "question: Input should be a valid string"),
        ({"question": "a", "id": 7}, "id: Input should be a valid string"),
        ({"question": "a", "id": ""}, "id: String should have at least 1 character"),
        ({"question": "a", "as_of": "soon"}, "as_of: 'soon' is not a date; write it as 2025-06-30"),
        ({"question": "a", "as_of": "2025-13-01"}, "as_of: '2025-13-01' is not a date"),
        ({"question": "a", "as_of": "2025-01-01T00:00"}, "is not a date"),
        ({"question": "a", "as_of": 86_400}, "as_of: 86400 is not a date"),
        ({"question": "a", "history": "x"}, "history: Input should be a valid tuple"),
        ({"question": "a", "history": [{}]}, "history.0.question: missing; add it"),
        ({"question": "a", "language": "xx"}, "language: Input should be 'en' or 'ja'"),
        ({"question": "a", "\ud83d": 1}, "Input should be a valid string"),
        ({"question": "a", "a\nb": 1}, "a b: unknown key; a question has id, question,"),
    ],
)
def test_a_question_that_cannot_be_used_is_told_in_one_line(data: object, reason: str) -> None:
    with pytest.raises(QuestionError) as error:
        parse_question(data)
    assert reason in str(error.value)
    assert "\n" not in str(error.value)
    assert str(error.value).encode("utf-8")


def test_optional_keys_may_be_null_or_absent() -> None:
    asked = {"question": "a", "as_of": None, "history": None, "language": None, "id": None}
    question = parse_question(asked)
    assert (question.as_of, question.history, question.language) == (None, (), None)
    assert question.id
    assert parse_question({"question": "a", "as_of": "2025-06-30"}).as_of == date(2025, 6, 30)


def test_only_the_last_turns_of_a_long_history_are_read() -> None:
    history = [{"question": str(i)} for i in range(30)]
    asked = parse_question({"question": "a", "history": history})
    assert [turn.question for turn in asked.history] == [str(i) for i in range(10, 30)]


def test_a_question_of_just_the_longest_length_is_taken() -> None:
    assert parse_question({"question": "a" * LONGEST_QUESTION})


@given(text=st.text())
def test_cleaned_text_holds_no_control_character_and_stays_when_cleaned_again(text: str) -> None:
    cleaned = clean_text(text)
    assert all(char == "\n" or char.isprintable() for char in cleaned)
    assert clean_text(cleaned) == cleaned
