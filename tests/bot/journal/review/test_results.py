from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from bot.journal import Journal
from bot.journal.export import turn_lines
from bot.journal.review import (
    Comment,
    Filters,
    GoldenKind,
    Judgement,
    Reason,
    Reviews,
    State,
    Verdict,
    verdicts_for,
)
from bot.journal.verify import verify
from corpus import Library
from corpus.errors import ConflictError, JournalError, UsageError
from tests.bot.journal.conftest import Clock
from tests.bot.review.results import allocation_for

Keep = Callable[..., str]


@pytest.fixture
def keep(open_journal: Callable[..., Journal], clock: Clock, library: Library) -> Keep:
    """Keep an allocation: `keep(user_id=7, emergency_fund=False)`; returns its id."""
    journal = open_journal(clock=clock)

    def write(*, user_id: int | None = None, kind: str = "allocation", **profile: object) -> str:
        document = allocation_for(library, **profile)  # type: ignore[arg-type]
        return journal.record_result(
            kind,
            document,
            channel="telegram",
            user_id=user_id,
            result_id=json.loads(document)["id"],
        )

    return write


def test_an_allocation_waits_in_the_queue_with_its_reason(keep: Keep, reviews: Reviews) -> None:
    made = keep(user_id=7)

    (item,) = reviews.queue(Filters(), reviewer="mika").items
    assert (item.id, item.outcome) == (made, "allocation")
    assert Reason.ALLOCATION in item.reasons
    assert not item.sampled
    assert item.question is not None
    assert item.question.startswith("/allocate: over-10y; ")
    assert "without defense" in item.question
    detail = reviews.detail(made, reviewer="mika")
    assert detail.result is not None
    assert json.loads(detail.result)["id"] == made
    assert detail.answer is None
    assert detail.error is None


def test_a_mix_that_was_not_given_is_judged_too(keep: Keep, reviews: Reviews) -> None:
    keep(emergency_fund=False)

    (item,) = reviews.queue(Filters(), reviewer="mika").items
    assert item.outcome == "education"
    assert item.question is not None
    assert "no emergency fund" in item.question


def test_one_that_rests_on_a_lapsed_signal_is_more_urgent(keep: Keep, reviews: Reviews) -> None:
    sound = keep()
    from datetime import date

    lapsed = keep(day=date(2028, 6, 1))

    items = reviews.queue(Filters(), reviewer="mika").items
    assert [item.id for item in items] == [lapsed, sound]
    assert Reason.STALE in items[0].reasons


def test_it_is_leased_judged_and_commented_on_like_a_turn(keep: Keep, reviews: Reviews) -> None:
    made = keep(user_id=7)
    item = reviews.take_next(Filters(), reviewer="mika")
    assert item is not None
    with pytest.raises(ConflictError, match="mika is judging"):
        reviews.claim(made, reviewer="rin")
    comment = Comment(text="Too much of one theme.", anchor="sleeve", position=4)
    reviews.judge(
        made,
        Judgement(
            verdict=Verdict.PARTLY, version=item.version, tags=("caps",), comments=(comment,)
        ),
        reviewer="mika",
    )
    detail = reviews.detail(made, reviewer="mika")
    assert detail.item.verdict is Verdict.PARTLY
    assert detail.reviews[0].comments == (comment,)
    assert [found.id for found in reviews.search(Filters(tag="caps"), reviewer="mika").items] == [
        made
    ]


@pytest.mark.parametrize(
    ("profile", "senseless"),
    [({}, Verdict.REFUSED_WRONGLY), ({"costly_debt": True}, Verdict.SHOULD_HAVE_REFUSED)],
)
def test_a_verdict_that_makes_no_sense_of_it_is_refused(
    keep: Keep, reviews: Reviews, profile: dict[str, object], senseless: Verdict
) -> None:
    made = keep(**profile)
    assert senseless not in verdicts_for(reviews.detail(made, reviewer="mika").item.outcome)
    with pytest.raises(UsageError, match="does not fit the outcome"):
        reviews.judge(made, Judgement(verdict=senseless, version=0), reviewer="mika")
    with pytest.raises(UsageError, match="no text corrects it"):
        reviews.judge(
            made, Judgement(verdict=Verdict.WRONG, version=0, correction="60/40"), reviewer="mika"
        )
    assert reviews.detail(made, reviewer="mika").item.state is State.OPEN


@pytest.mark.parametrize("kind", GoldenKind)
def test_it_does_not_become_a_golden_question(
    keep: Keep, reviews: Reviews, kind: GoldenKind
) -> None:
    made = keep()
    reviews.judge(made, Judgement(verdict=Verdict.WRONG, version=0), reviewer="mika")
    with pytest.raises(JournalError, match="an allocation is no question"):
        reviews.promote(made, None, kind=kind, reviewer="mika")


def test_figures_of_questions_are_told_without_it(
    keep: Keep, ask: Callable[..., str], reviews: Reviews
) -> None:
    ask()
    keep()
    keep(costly_debt=True)

    insights = reviews.insights()
    assert insights.turns == 1
    assert insights.results == {"allocation": 1, "education": 1}
    assert insights.channels == {"telegram": 1}


def test_it_is_exported_whole_with_its_verdict(
    keep: Keep, reviews: Reviews, journal: Journal
) -> None:
    made = keep(user_id=7)
    reviews.judge(made, Judgement(verdict=Verdict.CORRECT, version=0), reviewer="mika")

    (line,) = turn_lines(journal.vault(), "jsonl", filters=Filters(), actor="mika")
    told = json.loads(line)
    assert (told["id"], told["outcome"], told["verdict"]) == (made, "allocation", "correct")
    assert json.loads(told["result"])["sleeves"]
    _, row = turn_lines(journal.vault(), "csv", filters=Filters(), actor="mika")
    assert "rules_hash" in row


def test_a_persons_history_of_questions_does_not_list_it(
    keep: Keep, ask: Callable[..., str], journal: Journal
) -> None:
    asked, made = ask(user_id=7), keep(user_id=7)

    assert [turn.id for turn in journal.turns_of(7)] == [asked]
    assert [result.id for result in journal.results_of(7)] == [made]
    summary = journal.turn(made).summary()
    assert (summary.outcome, summary.error) == ("allocation", None)
    assert summary.composer is not None
    assert summary.composer.startswith("rules ")


def test_the_chain_holds_with_it_before_and_after_its_person_is_erased(
    keep: Keep, reviews: Reviews, journal: Journal
) -> None:
    made = keep(user_id=7)
    assert verify(journal.vault()).findings == ()
    journal.erase(7)
    detail = reviews.detail(made, reviewer="mika")
    assert (detail.item.state, detail.question, detail.result) == (State.ERASED, None, None)
    assert reviews.queue(Filters(), reviewer="mika").items == ()
    assert verify(journal.vault()).findings == ()


def test_it_is_dropped_with_its_result_when_its_time_is_over(
    keep: Keep,
    reviews: Reviews,
    journal: Journal,
    open_journal: Callable[..., Journal],
    clock: Clock,
) -> None:
    keep(user_id=7)
    clock.forward(days=40)
    late = open_journal(clock=clock)
    assert late.retain(30) == 1
    assert reviews.queue(Filters(), reviewer="mika").items == ()
    assert journal.results_of(7) == ()
    assert verify(late.vault()).findings == ()


@pytest.mark.parametrize("document", ['{"weights": [1, 2]}', "[]", "no JSON", '{"profile": 1}'])
def test_a_document_of_another_shape_is_kept_and_not_judged(
    journal: Journal, reviews: Reviews, document: str
) -> None:
    made = journal.record_result("allocation", document, channel="telegram")
    assert journal.result(made).document == document
    assert reviews.search(Filters(), reviewer="mika").items == ()


def test_minutes_and_the_like_are_not_judged(keep: Keep, reviews: Reviews) -> None:
    keep(kind="minutes")
    assert reviews.search(Filters(), reviewer="mika").items == ()
    keep(kind="portfolio")
    (item,) = reviews.search(Filters(), reviewer="mika").items
    assert item.question is not None
    assert item.question.startswith("/portfolio: ")
