from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.journal import Journal
from bot.journal.review import Filters, Judgement, Reviews, Verdict
from corpus import Library
from retrieval.answer import Question
from retrieval.compose.report import CompositionReport
from tests.embeddings import HashedNgrams

Ask = Callable[..., str]
Lots = Callable[..., None]
DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def _cite(*ids: str) -> list[dict[str, object]]:
    return [
        {
            "number": number, "document_id": name, "title": name, "kind": "article",
            "issuer": "x", "section": "s", "published": "2025-01-01", "status": "in-force",
            "url": None, "quote": "q", "start": 0, "end": 1,
        }
        for number, name in enumerate(ids, start=1)
    ]  # fmt: skip


def _judge(reviews: Reviews, turn: str, verdict: Verdict) -> None:
    reviews.judge(turn, Judgement(verdict=verdict, version=0), reviewer="ann")


def test_a_journal_without_turns_has_empty_insights(reviews: Reviews) -> None:
    told = reviews.insights()

    assert (told.turns, told.periods, told.p50_ms, told.accuracy.n) == (0, (), None, 0)
    assert told.accuracy.value is None


def test_the_accuracy_is_of_the_random_sample_alone(ask: Ask, reviews: Reviews, lots: Lots) -> None:
    lots(sample_share=1)
    sampled = [ask() for _ in range(6)]
    lots(sample_share=0)
    others = [ask(outcome="declined") for _ in range(3)]
    for turn in others:
        _judge(reviews, turn, Verdict.WRONG)
    given = (Verdict.CORRECT, Verdict.CORRECT, Verdict.PARTLY, Verdict.WRONG)
    for turn, verdict in zip(sampled, (*given, Verdict.NOT_REVIEWABLE), strict=False):
        _judge(reviews, turn, verdict)

    told = reviews.insights()

    assert (told.accuracy.right, told.accuracy.n) == (2, 4)
    assert told.accuracy.low is not None
    assert told.accuracy.high is not None
    assert told.accuracy.low < 0.5 < told.accuracy.high
    assert told.sample_open == 1
    assert told.verdicts["wrong"] == 4
    assert len(reviews.search(Filters(sampled=True), reviewer="ann").items) == 6


def test_a_verdict_that_is_changed_counts_once(ask: Ask, reviews: Reviews, lots: Lots) -> None:
    lots(sample_share=1)
    turn = ask()
    _judge(reviews, turn, Verdict.WRONG)
    again = Judgement(verdict=Verdict.CORRECT, version=1, again=True)
    reviews.judge(turn, again, reviewer="ann")

    told = reviews.insights()
    assert (told.accuracy.right, told.accuracy.n) == (1, 1)
    assert told.verdicts == {"correct": 1}


def test_figures_are_told_over_time_and_between_days(
    ask: Ask,
    reviews: Reviews,
    open_journal: Callable[..., Journal],
    lots: Lots,
    question: Question,
) -> None:
    lots(sample_share=1)
    early = ask(asked_at=DAY, timings_ms={"total": 100})
    ask(asked_at=DAY + timedelta(hours=3), outcome="not_in_corpus", timings_ms={"total": 1000})
    ask(asked_at=DAY + timedelta(days=1), outcome="declined", timings_ms={"total": 100})
    open_journal().record_failure(
        question, "no", channel="telegram", asked_at=DAY + timedelta(days=1), user_id=1
    )
    _judge(reviews, early, Verdict.CORRECT)

    told = reviews.insights()
    first, second = told.periods

    assert told.outcomes == {"answered": 1, "declined": 1, "failed": 1, "not_in_corpus": 1}
    assert (first.first, first.turns, first.refused, first.failed) == (DAY.date(), 2, 1, 0)
    assert (second.turns, second.refused, second.failed) == (2, 1, 1)
    assert (first.accuracy.n, second.accuracy.n) == (1, 0)
    assert told.p50_ms == pytest.approx(100, rel=0.05)
    assert told.p95_ms == pytest.approx(1000, rel=0.05)
    one_day = reviews.insights(DAY.date(), DAY.date())
    assert (one_day.turns, len(one_day.periods)) == (2, 1)
    assert reviews.insights(date(2030, 1, 1)).turns == 0


@pytest.mark.parametrize(("days", "steps"), [(10, 10), (70, 11), (800, 27)])
def test_the_longer_the_time_the_longer_the_steps(
    ask: Ask, reviews: Reviews, lots: Lots, days: int, steps: int
) -> None:
    for number in range(0, days, max(1, days // 40)):
        ask(asked_at=DAY + timedelta(days=number))
    ask(asked_at=DAY + timedelta(days=days - 1))

    assert len(reviews.insights().periods) <= steps


def test_what_chat_models_cost_is_added_up(ask: Ask, reviews: Reviews, lots: Lots) -> None:
    for cost in (0.25, None, 0.5):
        report = CompositionReport(model="m", tokens_in=10, tokens_out=3, cost_usd=cost)
        ask(report=report, composer="openai:large")

    told = reviews.insights()
    assert (told.cost_usd, told.tokens_in, told.tokens_out) == (0.75, 30, 9)
    assert told.composers == {"openai:large": 3}


def test_documents_are_told_by_how_often_they_are_cited(
    ask: Ask, open_journal: Callable[..., Journal], library: Library, lots: Lots,
    clock: Callable[[], datetime],
) -> None:  # fmt: skip
    ids = sorted(document.id for document in library)
    ask(citations=_cite(ids[0], ids[1]))
    ask(citations=_cite(ids[1], ids[1]))
    clock.now = datetime(2031, 1, 1, tzinfo=UTC)  # type: ignore[attr-defined]
    reviews = Reviews(open_journal(clock=clock), library=library)

    told = reviews.insights()

    assert [(one.document_id, one.cited) for one in told.most_cited] == [(ids[1], 2), (ids[0], 1)]
    assert told.most_cited[0].title == library.get(ids[1]).title
    assert {one.document_id for one in told.never_cited} == set(ids[2:])
    assert len(told.stale) == len(ids)
    assert told.stale[0].days >= told.stale[-1].days > 180


def test_unanswered_questions_are_told_by_meaning_with_what_was_nearest(
    ask: Ask, open_journal: Callable[..., Journal], lots: Lots
) -> None:
    reviews = Reviews(open_journal(), embed=HashedNgrams())
    uranium = [
        ask(f"What is the price of uranium {word}?", outcome="not_in_corpus", user_id=1)
        for word in ("today", "now", "today", "right now")
    ]
    ask("Who won the football match?", outcome="not_in_corpus", user_id=2)
    ask("What tariff do cars pay?", user_id=2)
    assert reviews.insights().unclustered == 5

    assert [reviews.refresh_gaps(2) for _ in range(4)] == [3, 1, 0, 0]

    big, small = reviews.gaps()
    assert (big.count, small.count) == (4, 1)
    assert len(big.examples) == len(set(big.examples)) == 3
    assert set(big.turn_ids) <= set(uranium)
    assert big.documents == ("eo-14345-us-japan",)
    assert small.examples == ("Who won the football match?",)
    told = reviews.insights()
    assert (told.unclustered, len(told.gaps)) == (0, 2)


def test_without_a_model_there_are_no_new_gaps(ask: Ask, reviews: Reviews, lots: Lots) -> None:
    ask(outcome="not_in_corpus")

    assert reviews.refresh_gaps() == 0
    assert reviews.gaps() == ()
    assert reviews.insights().unclustered == 1
