"""One answer held to its golden question, on answers made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Kind, Library, Status, parse_document
from retrieval.answer import Answer, Citation, Claim, Notice, NoticeKind, Outcome, PassageRef
from retrieval.evaluation import GoldenQuestion, Score, score_answer, score_passages
from retrieval.evaluation.scoring import (
    count_words,
    first_right_rank,
    fold,
    missing_facts,
    score_error,
)

BODY = "Japanese cars pay 15%. The rate holds since 16 September 2025."
FIRST, SECOND = "Japanese cars pay 15%.", "The rate holds since 16 September 2025."
FRONT = """---
id: {id}
title: Cars
kind: policy-brief
issuer: Us
jurisdictions: [US]
topics: [autos]
published: 2025-09-16
effective_from: 2025-09-16
effective_until: null
status: in-force
supersedes: []
superseded_by: []
official_url: null
sources: [{{title: A page, publisher: A paper, date: null, url: null}}]
checked: 2026-11-22
confidence: high
---
{body}"""


@pytest.fixture(scope="module")
def library() -> Library:
    names = ("cars", "trucks")
    texts = {name: FRONT.format(id=name, body=BODY) for name in names}
    return Library({n: parse_document(t, Path(f"{n}.md")) for n, t in texts.items()})


def cite(number: int, quote: str = FIRST, *, document: str = "cars", shift: int = 0) -> Citation:
    start = max(BODY.find(quote), 0) + shift
    return Citation(
        number=number,
        document_id=document,
        title="Cars",
        kind=Kind.POLICY_BRIEF,
        issuer="Us",
        section="",
        published=date(2025, 9, 16),
        status=Status.IN_FORCE,
        url=None,
        quote=quote,
        start=start,
        end=start + len(quote),
    )


def found(*documents: str) -> tuple[PassageRef, ...]:
    return tuple(
        PassageRef(
            document_id=name,
            section="",
            start=0,
            end=9,
            score=1,
            dense_rank=None,
            keyword_rank=None,
        )
        for name in documents
    )


def answer(
    *,
    text: str = FIRST,
    outcome: Outcome = Outcome.ANSWERED,
    claims: Sequence[Claim] = (Claim(text=FIRST, citations=(1,)),),
    citations: Sequence[Citation] | None = None,
    notices: Sequence[Notice] = (),
    passages: Sequence[PassageRef] = (),
) -> Answer:
    return Answer(
        question_id="q",
        question="What do Japanese cars pay?",
        as_of=date(2026, 11, 22),
        language="en",
        outcome=outcome,
        text=text,
        claims=tuple(claims),
        citations=tuple([cite(1)] if citations is None else citations),
        notices=tuple(notices),
        passages=tuple(passages),
        composer="extractive",
        corpus_fingerprint="0" * 16,
    )


def golden(
    *,
    answerable: bool = True,
    must_include: tuple[tuple[str, ...], ...] = (),
    must_not_include: tuple[str, ...] = (),
    tags: tuple[str, ...] = (),
) -> GoldenQuestion:
    return GoldenQuestion(
        id="q",
        question="What do Japanese cars pay?",
        answerable=answerable,
        documents=("cars",) if answerable else (),
        must_include=must_include,
        must_not_include=must_not_include,
        tags=tags,
    )


def test_a_right_answer_is_right_in_every_way(library: Library) -> None:
    question = golden(must_include=(("15%", "15 percent"),))
    score = score_answer(question, answer(passages=found("cars")), library, 12.5)
    assert score.right
    assert (score.rank, score.citations, score.cited_right) == (1, 1, 1)
    assert (score.claims, score.claims_uncited) == (1, 0)
    assert (score.quotes_inexact, score.ungrounded) == ((), ())
    assert (score.words, score.longest_quote, score.latency_ms) == (4, 4, 12.5)


@pytest.mark.parametrize("place", ["text", "quote", "notice"])
def test_a_fact_counts_in_the_text_in_a_quote_and_in_a_notice(place: str, library: Library) -> None:
    said = answer(
        text="Since 16  SEPTEMBER\n2025." if place == "text" else "They pay.",
        citations=[cite(1, SECOND if place == "quote" else FIRST)],
        notices=[
            Notice(
                kind=NoticeKind.STALE,
                text="It began on 16 September 2025." if place == "notice" else "Old.",
                document_id="cars",
            )
        ],
    )
    score = score_answer(golden(must_include=(("16 September 2025",),)), said, library)
    assert score.facts_right


def test_a_missing_fact_is_told_by_the_first_of_its_alternatives(library: Library) -> None:
    question = golden(must_include=(("15%",), ("20%", "20 percent"), ("Honda",)))
    score = score_answer(question, answer(), library)
    assert score.missing == ("20%", "Honda")
    assert not score.facts_right


def test_a_forbidden_text_counts_in_the_answer_and_not_in_a_quote(library: Library) -> None:
    question = golden(must_not_include=("JAPANESE cars",))
    assert score_answer(question, answer(), library).forbidden == ("JAPANESE cars",)
    assert score_answer(question, answer(text="They pay 15%."), library).forbidden == ()


@pytest.mark.parametrize(
    ("question", "outcome", "is_right"),
    [
        (golden(), Outcome.ANSWERED, True),
        (golden(), Outcome.NOT_IN_CORPUS, False),
        (golden(answerable=False), Outcome.NOT_IN_CORPUS, True),
        (golden(answerable=False), Outcome.DECLINED, False),
        (golden(answerable=False), Outcome.ANSWERED, False),
        (golden(answerable=False, tags=("advice",)), Outcome.DECLINED, True),
        (golden(answerable=False, tags=("advice",)), Outcome.NOT_IN_CORPUS, False),
    ],
)
def test_the_outcome_is_held_to_what_the_question_allows(
    question: GoldenQuestion, outcome: Outcome, is_right: bool, library: Library
) -> None:
    assert score_answer(question, answer(outcome=outcome), library).outcome_right == is_right


def test_only_the_first_five_passages_are_looked_at(library: Library) -> None:
    late = answer(passages=found(*["trucks"] * 4, "cars"))
    assert score_answer(golden(), late, library).rank == 5
    too_late = answer(passages=found(*["trucks"] * 5, "cars"))
    assert score_answer(golden(), too_late, library).rank is None


@pytest.mark.parametrize(
    "broken",
    [
        cite(1, shift=1),
        cite(1, "Japanese trucks pay 15%."),
        cite(1, document="unknown"),
        cite(1).model_copy(update={"start": 0, "end": 10**6, "quote": BODY}),
    ],
)
def test_a_quote_that_does_not_stand_at_its_offsets_is_inexact(
    broken: Citation, library: Library
) -> None:
    assert score_answer(golden(), answer(citations=[broken]), library).quotes_inexact == (1,)


def test_a_citation_of_another_document_is_not_a_right_one(library: Library) -> None:
    said = answer(citations=[cite(1), cite(2, document="trucks")])
    score = score_answer(golden(), said, library)
    assert (score.citations, score.cited_right) == (2, 1)


def test_a_number_counts_only_in_the_quotes_its_own_claim_cites(library: Library) -> None:
    claims = [
        Claim(text="They pay 15% since 16 September 2025.", citations=(1,)),
        Claim(text="They pay 15% since September 2025.", citations=(1, 2)),
    ]
    said = answer(claims=claims, citations=[cite(1), cite(2, SECOND)])
    assert score_answer(golden(), said, library).ungrounded == ("16 September 2025",)


def test_a_claim_that_cites_a_number_there_is_not_is_uncited(library: Library) -> None:
    said = answer(claims=[Claim(text=FIRST, citations=(1, 7))])
    assert score_answer(golden(), said, library).claims_uncited == 1


def test_an_answer_without_claims_counts_as_one_uncited_claim(library: Library) -> None:
    score = score_answer(golden(), answer(claims=[]), library)
    assert (score.claims, score.claims_uncited) == (1, 1)
    refusal = answer(claims=[], citations=[], outcome=Outcome.NOT_IN_CORPUS)
    assert score_answer(golden(), refusal, library).claims == 0


def test_a_question_without_an_answer_is_right_in_nothing() -> None:
    score = score_error(golden(answerable=False), "the index is gone")
    assert not score.outcome_right
    assert not score.facts_right
    assert not score.right


def test_a_system_that_only_finds_passages_is_held_to_what_they_hold() -> None:
    question = golden(must_include=(("15%",), ("2025",)))
    passages = [("trucks", FIRST), ("cars", "nothing"), *[("cars", SECOND)] * 3]
    assert score_passages(question, passages).rank == 2
    assert score_passages(question, passages).missing == ()
    assert score_passages(question, passages[:2]).missing == ("2025",)
    beyond = [("trucks", "-")] * 5 + [("cars", BODY)]
    assert score_passages(question, beyond).missing == ("15%", "2025")


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), ("Cars pay 15% [1].", 4), ("日本車は15%です", 4), ("税率は 15 % です [1]", 6)],
)
def test_words_are_counted_by_spaces_and_two_japanese_characters_make_one(
    text: str, words: int
) -> None:
    assert count_words(text) == words


@given(st.text())
def test_folding_twice_is_folding_once_for_finding_a_fact(text: str) -> None:
    assert missing_facts([(text,)], [f"before {text} after"]) == ()
    assert fold(text).count("  ") == 0


@given(st.lists(st.sampled_from("abc")), st.sets(st.sampled_from("abc")))
def test_a_rank_is_the_place_of_the_first_right_document(
    documents: list[str], right: set[str]
) -> None:
    rank = first_right_rank(documents, right)
    if rank is None:
        assert not right & set(documents[:5])
    else:
        assert documents[rank - 1] in right
        assert not right & set(documents[: rank - 1])


@given(st.permutations(["cars", "trucks", "cars", "ships"]))
def test_a_better_place_never_lowers_the_rank(order: list[str]) -> None:
    here = first_right_rank(order, ["cars"])
    assert first_right_rank(["cars", *order], ["cars"]) == 1
    assert here is not None
    assert first_right_rank(["none", *order], ["cars"]) == here + 1


def test_a_score_survives_its_file() -> None:
    score = score_error(golden(), "no")
    assert Score.model_validate_json(score.model_dump_json()) == score
