from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from retrieval.answer import Outcome, Question, Turn
from retrieval.compose.draft import LONGEST_QUOTE, Draft
from retrieval.compose.extractive import ONE_THING
from retrieval.compose.writing import FACTS_WHEN_DECLINED, OVERVIEW_DOCUMENTS, Sought, write_draft
from retrieval.engine import Holdings
from retrieval.phrasing import phrase
from retrieval.refusal import Judgement, threshold
from retrieval.understanding import understand
from tests.conftest import TODAY

CARS = "What tariff do Japanese cars pay in the US?"
FEE = "What is the expense ratio of REMX?"


class Writer:
    """Writes drafts from what the packaged corpus holds."""

    def __init__(self, holdings: Holdings) -> None:
        self.holdings = holdings

    def __call__(self, text: str, history: Sequence[str] = (), as_of: date | None = None) -> Draft:
        holdings = self.holdings
        turns = tuple(Turn(question=earlier) for earlier in history)
        inquiry = understand(
            Question(question=text, history=turns, as_of=as_of),
            today=TODAY,
            speller=holdings.speller,
            events=holdings.events,
        )
        wanted = [side for part in inquiry.parts for side in (part, *part.sides)]
        found = [(part, holdings.search.search(part.query, 10)) for part in wanted]
        draft = write_draft(inquiry, found, holdings.reader, holdings.speller)
        for claim in draft.claims:
            assert claim.spans
            assert all(0 < len(span.quote.split()) <= LONGEST_QUOTE for span in claim.spans)
        return draft


@pytest.fixture(scope="module")
def write(holdings: Holdings) -> Writer:
    return Writer(holdings)


def cited(draft: Draft) -> list[str]:
    return [span.document.id for claim in draft.claims for span in claim.spans]


# Answers.


def test_a_question_that_the_documents_answer_is_answered(write: Writer) -> None:
    draft = write(FEE)
    assert draft.outcome is Outcome.ANSWERED
    assert 0 < len(draft.claims) <= ONE_THING.claims
    assert draft.closing == ""
    assert any("REMX" in claim.text and "%" in claim.text for claim in draft.claims)


def test_an_answer_in_part_says_that_it_is_one(write: Writer) -> None:
    draft = write(f"{FEE} How many goals did the bakery of Naples score in the derby?")
    assert draft.outcome is Outcome.ANSWERED
    assert draft.closing == phrase("en", "partly")
    assert write(f"{FEE} {CARS}").closing == ""


def test_a_name_that_no_document_holds_decides_unless_another_side_can_be_told(
    write: Writer,
) -> None:
    unlikely, likely = threshold() / 2, (1 + threshold()) / 2
    for text, is_answered in (("REMX vs XYZQ expense ratio", True), ("XYZQ expense ratio", False)):
        part = understand(
            Question(question=text), today=TODAY, speller=write.holdings.speller
        ).parts[0]
        found = write.holdings.search.search(part.query, 10)
        known, unknown = (
            Sought(part, found, (), Judgement(unlikely, names)) for names in ((), ("xyzq",))
        )
        assert known.is_answered
        assert unknown.is_answered is is_answered
        assert not Sought(part, found, (), Judgement(likely, ())).is_answered


def test_a_figure_that_the_question_takes_for_granted_is_not_passed_over(write: Writer) -> None:
    draft = write("Why do Japanese cars pay 99% in the US?")
    assert draft.opening.startswith(phrase("en", "premise"))
    assert "99" not in draft.opening
    japanese = write("なぜ日本車は99％の関税を払うのですか")
    assert japanese.opening.startswith(phrase("ja", "premise"))
    assert not write("Why do Japanese cars pay 15% in the US?").opening


def test_a_past_day_is_named_and_what_came_after_it_is_told_as_such(write: Writer) -> None:
    draft = write("What did Japanese cars pay in the US?", as_of=date(2025, 6, 1))
    assert draft.opening == "On 1 June 2025:"
    heading, groups = None, {}
    for claim in draft.claims:
        heading = claim.heading or heading
        groups[claim.text] = heading
    assert any("27.5%" in text for text in groups)
    assert all(
        group == phrase("en", "afterwards")
        for text, group in groups.items()
        if "from 16 September 2025" in text
    )


def test_a_measure_that_is_over_is_told_to_be_so(write: Writer, holdings: Holdings) -> None:
    surcharge = holdings.library.get("s122-surcharge-11012")
    assert surcharge.effective_until == date(2026, 7, 23)
    draft = write("Is the Section 122 surcharge still in force?")
    assert any("23 July 2026" in claim.text for claim in draft.claims)
    first = draft.claims[0].spans[0]
    assert first.document.id != surcharge.id or "July 2026" in first.quote


def test_a_follow_up_is_answered_of_what_was_asked_before(write: Writer) -> None:
    draft = write("and for trucks?", [CARS])
    assert draft.outcome is Outcome.ANSWERED
    assert any("trucks" in claim.text for claim in draft.claims)


# Overviews.


@pytest.mark.parametrize("text", ["rare earths", "tariffs?", "gold"])
def test_a_broad_word_is_met_with_a_sentence_from_each_of_the_main_documents(
    write: Writer, text: str
) -> None:
    draft = write(text)
    assert draft.outcome is Outcome.ANSWERED
    assert 1 < len(draft.claims) <= OVERVIEW_DOCUMENTS
    assert len(set(cited(draft))) == len(draft.claims)
    titles = [span.document.title for claim in draft.claims for span in claim.spans]
    assert any(
        title.split(" - ")[0].split(" (")[0].split(", ")[0] in draft.closing for title in titles
    )


def test_a_broad_word_that_no_document_holds_is_not_told_of(write: Writer) -> None:
    draft = write("zebras")
    assert draft.outcome is Outcome.NOT_IN_CORPUS
    assert draft.claims == ()


# What is not held.


def test_what_is_not_held_is_said_with_the_nearest_document_and_no_claims(write: Writer) -> None:
    draft = write("What tariff does Kiribati pay on umbrellas?")
    assert draft.outcome is Outcome.NOT_IN_CORPUS
    assert (draft.claims, draft.notices) == ((), ())
    assert draft.closing == ""
    assert draft.opening.startswith(phrase("en", "not_in_corpus"))
    assert phrase("en", "missing_names", names="“kiribati”") in draft.opening
    assert any(
        document.title in draft.opening
        and phrase("en", f"kind_{document.kind.value}") in draft.opening
        for document in write.holdings.library
    )


def test_where_nothing_is_near_the_topics_are_named_instead(write: Writer) -> None:
    draft = write("how tall is mount everest")
    assert draft.opening.endswith(phrase("en", "nothing_near"))


def test_a_question_in_a_language_that_is_not_searched_is_told_so(write: Writer) -> None:
    draft = write("Что такое пошлина на автомобили?")
    assert draft.outcome is Outcome.NOT_IN_CORPUS
    assert draft.opening == f"{phrase('en', 'not_in_corpus')} {phrase('en', 'unreadable')}"


def test_a_japanese_question_is_refused_in_japanese(write: Writer) -> None:
    draft = write("XYZQの経費率は？")
    assert draft.outcome is Outcome.NOT_IN_CORPUS
    assert draft.opening.startswith(phrase("ja", "not_in_corpus"))
    assert "「xyzq」に触れた資料はありません" in draft.opening
    assert "「qqxx」、「xyzq」" in write("QQXXとXYZQの経費率は？").opening


# Advice.


@pytest.mark.parametrize(
    "text",
    ["Should I buy REMX?", "Should I put my savings into gold ETFs?", "トヨタ株を買うべきですか？"],
)
def test_who_asks_what_to_buy_gets_at_most_some_facts_and_the_way_to_the_rules(
    write: Writer, text: str
) -> None:
    draft = write(text)
    assert draft.outcome is Outcome.DECLINED
    assert len(draft.claims) <= FACTS_WHEN_DECLINED
    assert all(claim.heading is None for claim in draft.claims)
    language = "en" if text.isascii() else "ja"
    assert draft.opening.startswith(phrase(language, "declined"))
    assert draft.closing == phrase(language, "declined_allocate")
    assert bool(draft.claims) == draft.opening.endswith(phrase(language, "declined_facts"))


def test_advice_on_what_no_document_holds_is_declined_without_facts(write: Writer) -> None:
    draft = write("Should I buy shares of Pfizer?")
    assert draft.outcome is Outcome.DECLINED
    assert draft.claims == ()
    assert draft.opening == phrase("en", "declined")


# Everything.


@pytest.mark.parametrize(
    "text",
    [
        "?!a",
        "15%",
        "the the the the",
        "🚗🚗 a",
        "x" * 4096,
        "tariff " * 500,
        "What? Why? Who? When? Where? How?",
        "<script>alert(1)</script>",
        "関税",
        "a\nb\nc",
    ],
)
def test_whatever_is_asked_some_draft_is_written(write: Writer, text: str) -> None:
    draft = write(text)
    assert draft.opening or draft.claims
    assert bool(draft.claims) == (draft.outcome is Outcome.ANSWERED)
