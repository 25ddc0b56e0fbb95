from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

import pytest
from langchain_core.runnables import Runnable, RunnableLambda, RunnableSequence

from corpus import Library
from corpus.errors import BrokenIndexError, StorageError
from retrieval import refusal
from retrieval.answer import Answer, NoticeKind, Outcome, Question, parse_question
from retrieval.chain import answer_with, build_chain
from retrieval.compose.draft import Draft, DraftClaim
from retrieval.compose.generative.writer import Writer
from retrieval.configuration import Configuration
from retrieval.engine import Engine
from retrieval.evaluation.numbers import ungrounded
from retrieval.retriever import Hit
from retrieval.understanding import Inquiry
from tests.conftest import TODAY
from tests.documents import write_document
from tests.embeddings import HashedNgrams
from tests.questions import Asker, assert_cited_word_for_word, cited, told

CARS = "What tariff do Japanese cars pay in the US?"
FEE = "What is the expense ratio of REMX?"

QUESTIONS = {
    "answered": Question(question=CARS),
    "for a past day": Question(question=CARS, as_of=date(2025, 6, 1)),
    "a follow-up": parse_question({"question": "and for trucks?", "history": [{"question": CARS}]}),
    "several": Question(question=f"{CARS} {FEE}"),
    "two sides": Question(question="REMX vs LIT expense ratio"),
    "the article": Question(question="Does the article say Japanese vehicles face 25%?"),
    "over": Question(question="Is the Section 122 surcharge still in force?"),
    "japanese": Question(question="日本車の関税は？"),
    "an overview": Question(question="rare earths"),
    "advice": Question(question="Should I buy REMX?"),
    "not held": Question(question="How tall is Mount Everest?"),
    "unreadable": Question(question="Какая пошлина на автомобили?"),
}


# The whole way, over the packaged corpus.


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_whatever_is_asked_what_is_told_stands_in_the_documents(
    chain: Runnable[Question, Answer], library: Library, question: Question
) -> None:
    answer = chain.invoke(question)
    assert_cited_word_for_word(answer, library)
    assert (answer.question_id, answer.question) == (question.id, question.question)
    assert answer.as_of == (question.as_of or TODAY)
    assert answer.corpus_fingerprint == library.fingerprint
    assert answer.text.strip()
    quotes = {citation.number: citation.quote for citation in answer.citations}
    for claim in answer.claims:
        assert not ungrounded(claim.text, [quotes[number] for number in claim.citations])


def test_a_question_that_the_documents_answer_is_answered(ask: Asker) -> None:
    answer = ask(FEE)
    assert answer.outcome is Outcome.ANSWERED
    assert any("REMX" in text and "%" in text for text in told(answer))
    assert answer.language == "en"
    assert answer.composer == "extractive"
    assert 0 < len(answer.passages) <= 10


def test_a_question_that_no_document_answers_is_refused_without_a_claim(ask: Asker) -> None:
    answer = ask("How tall is Mount Everest?")
    assert answer.outcome is Outcome.NOT_IN_CORPUS
    assert (answer.claims, answer.citations, answer.notices) == ((), (), ())


def test_a_message_that_can_be_answered_in_part_is_answered_in_part(ask: Asker) -> None:
    whole = ask(f"{FEE} {CARS}")
    assert any("REMX" in text for text in told(whole))
    assert any("Japanese cars" in text for text in told(whole))
    partly = ask(f"{FEE} How tall is Mount Everest?")
    assert partly.outcome is Outcome.ANSWERED
    assert any("REMX" in text for text in told(partly))
    assert "only part of the answer" in partly.text
    assert "only part of the answer" not in whole.text


def test_a_past_day_is_spoken_for_by_what_held_on_it(ask: Asker) -> None:
    then = ask(CARS, as_of=date(2025, 6, 1))
    assert then.text.startswith("On 1 June 2025:")
    assert any("27.5%" in text for text in told(then))
    now = ask(CARS)
    assert any("15%" in text for text in told(now))
    assert not now.text.startswith("On ")


def test_a_past_day_named_in_the_question_is_as_good_as_one_given_beside_it(ask: Asker) -> None:
    named = ask("What tariff did Japanese cars pay in the US in June 2025?")
    assert named.as_of == date(2025, 6, 30)
    assert any("27.5%" in text for text in told(named))


def test_a_follow_up_is_answered_of_what_was_asked_before(ask: Asker) -> None:
    answer = ask("and for trucks?", history=[CARS])
    assert any("trucks" in text for text in told(answer))
    assert answer.question == "and for trucks?"


def test_a_measure_that_is_over_is_told_with_a_notice(ask: Asker) -> None:
    answer = ask("Is the Section 122 surcharge still in force?")
    over = [n for n in answer.notices if n.document_id == "s122-surcharge-11012"]
    assert [notice.kind for notice in over] == [NoticeKind.SUPERSEDED]
    assert "23 July 2026" in over[0].text
    while_it_ran = ask("Is the Section 122 surcharge in force?", as_of=date(2026, 3, 1))
    assert NoticeKind.SUPERSEDED not in {
        n.kind for n in while_it_ran.notices if n.document_id == "s122-surcharge-11012"
    }


def test_the_language_of_the_question_is_that_of_the_frame(ask: Asker) -> None:
    answer = ask("日本車の関税は？")
    assert answer.language == "ja"
    assert "原文は英語" in answer.text
    assert ask(CARS, language="ja").language == "ja"


def test_who_asks_for_advice_gets_none(ask: Asker) -> None:
    answer = ask("Should I buy REMX?")
    assert answer.outcome is Outcome.DECLINED
    assert "/allocate" in answer.text
    assert len(answer.claims) <= 2


def test_the_same_question_has_the_same_answer(chain: Runnable[Question, Answer]) -> None:
    question = QUESTIONS["several"]
    varying = {"id", "timings_ms"}
    one, other = (chain.invoke(question).model_dump(exclude=varying) for _ in range(2))
    assert one == other


# As a Runnable of LangChain.


def test_a_batch_is_answered_in_the_order_asked(chain: Runnable[Question, Answer]) -> None:
    questions = list(QUESTIONS.values())
    answers = chain.batch(questions)
    assert [answer.question_id for answer in answers] == [question.id for question in questions]
    assert [answer.text for answer in answers] == [chain.invoke(q).text for q in questions]


def test_a_stream_ends_in_the_answer_that_invoke_gives(chain: Runnable[Question, Answer]) -> None:
    question = QUESTIONS["answered"]
    *_, last = chain.stream(question)
    assert last.text == chain.invoke(question).text


async def test_questions_can_be_asked_at_once_without_blocking(
    chain: Runnable[Question, Answer],
) -> None:
    questions = [QUESTIONS["answered"], QUESTIONS["not held"], QUESTIONS["japanese"]]
    answers = await asyncio.gather(*(chain.ainvoke(question) for question in questions))
    assert [answer.question_id for answer in answers] == [question.id for question in questions]


def test_threads_share_a_chain(chain: Runnable[Question, Answer]) -> None:
    questions = list(QUESTIONS.values()) * 2
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(chain.invoke, questions))
    half = len(QUESTIONS)
    assert [a.text for a in answers[:half]] == [a.text for a in answers[half:]]


def test_each_step_has_a_name_and_the_chain_can_be_built_on(
    chain: Runnable[Question, Answer],
) -> None:
    steps = cast("RunnableSequence[Question, Answer]", chain).steps
    names = [step.get_name() for step in steps]
    assert names == ["understand", "retrieve", "compose", "verify", "finish"]
    outcome = chain | RunnableLambda(lambda answer: answer.outcome)
    assert outcome.invoke(QUESTIONS["not held"]) is Outcome.NOT_IN_CORPUS


# Over a corpus of one's own.


@pytest.fixture
def configuration(
    small_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Configuration:
    """A small corpus by the model without weights, to which no refusal was ever fitted."""
    monkeypatch.setattr(refusal, "threshold", lambda: 1.01)
    return Configuration(home=tmp_path / "home", corpus=small_corpus)


def asker(engine: Engine) -> Asker:
    return Asker(answer_with(engine, today=lambda: TODAY))


def test_marks_in_a_document_are_not_told_and_do_not_cost_its_claim(
    configuration: Configuration, small_corpus: Path
) -> None:
    marked = "**Tin** pays `50%` from [August 2025](https://example.org/tin)."
    write_document(small_corpus, "tin", f"# Tin\n\n- {marked}\n", title="The measure on tin")
    engine = Engine(configuration, model=HashedNgrams())
    answer = asker(engine)("Does tin pay 50% from August 2025?")
    engine.close()
    assert "Tin pays 50% from August 2025." in told(answer)
    assert marked in [citation.quote for citation in answer.citations]


def test_an_index_that_cannot_be_searched_is_built_anew_and_the_question_answered(
    configuration: Configuration,
) -> None:
    class FailingOnce(HashedNgrams):
        """As when the store is found damaged only while it is being read."""

        failures = 1

        def embed_query(self, text: str) -> list[float]:
            if text.startswith("does copper") and self.failures:
                self.failures -= 1
                raise BrokenIndexError("the store cannot be read")
            return super().embed_query(text)

    engine = Engine(configuration, model=FailingOnce())
    before = engine.holdings().index.generation
    answer = asker(engine)("does copper pay 50% from August 2025?")
    assert "copper" in cited(answer)
    assert engine.holdings().index.generation != before
    engine.close()


def test_what_cannot_be_mended_is_an_error_of_one_line(configuration: Configuration) -> None:
    def rebuild(reason: str, everything: bool) -> None:
        raise StorageError(f"the disk is full ({reason}, {everything}): make room")

    engine = Engine(configuration, rebuild=rebuild, model=HashedNgrams())
    with pytest.raises(StorageError, match="make room") as raised:
        asker(engine)("what does copper pay")
    assert "\n" not in str(raised.value)


def test_a_claim_that_does_not_stand_in_what_it_cites_is_cut(configuration: Configuration) -> None:
    class Liar(Writer):
        """Writes one claim that its quote bears out, and one that it does not."""

        def __init__(self) -> None:
            pass

        def write(
            self,
            inquiry: Inquiry,
            hits: Sequence[Sequence[Hit]],
            library: Library,
            fallback: Draft,
            on_claims: Callable[[Sequence[DraftClaim]], None] | None = None,
        ) -> Draft:
            first = fallback.claims[0]
            lie = DraftClaim(text="Copper pays 70% from August 2025.", spans=first.spans)
            return replace(fallback, claims=(first, lie), composer="a:liar")

    engine = Engine(configuration, model=HashedNgrams())
    engine.writer = Liar()
    answer = asker(engine)("Does copper pay 50% from August 2025?")
    engine.close()
    assert answer.composer == "a:liar"
    assert len(answer.claims) == 1
    assert "70%" not in answer.text


def test_a_chain_is_built_from_a_configuration_and_a_clock(
    packaged_index_home: Path, library: Library
) -> None:
    asked = date(2026, 3, 1)
    chain = build_chain(
        Configuration(home=packaged_index_home), today=lambda: asked, library=library
    )
    answer = chain.invoke(Question(question=CARS))
    assert answer.as_of == asked
    assert answer.outcome is Outcome.ANSWERED
