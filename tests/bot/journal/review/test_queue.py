from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bot.journal import Journal
from bot.journal.review import (
    Filters,
    Item,
    Judgement,
    Reason,
    Reviews,
    Verdict,
)
from bot.journal.risk import load_risk
from corpus.errors import ConflictError, UnknownTurnError
from retrieval.answer import Question

Ask = Callable[..., str]
EVERYTHING = Filters()


@pytest.fixture(autouse=True)
def no_lots(lots: Callable[..., None]) -> None:
    """Nothing is sampled or doubled unless a test says so."""


def _ids(items: tuple[Item, ...]) -> list[str]:
    return [item.id for item in items]


def test_what_waits_comes_by_risk_with_the_reasons_and_the_newest_first(
    ask: Ask, reviews: Reviews, open_journal: Callable[..., Journal], question: Question
) -> None:
    fine = ask(passages=_passages(5))
    declined = ask(outcome="declined")
    missing = [ask(outcome="not_in_corpus") for _ in range(2)]
    open_journal().record_failure(question, "the model is away", channel="telegram", user_id=1)
    unfounded = ask(
        claims=[{"text": "It is 99 percent [1].", "citations": [1]}], passages=_passages(5)
    )
    disliked = ask(passages=_passages(5))
    reviews.journal.feedback(disliked, user_id=4, useful=False)
    thin = ask(passages=_passages(0))

    page = reviews.queue(EVERYTHING, reviewer="ann")

    told = {item.id: item.reasons for item in page.items}
    assert fine not in told
    assert told[unfounded] == (Reason.FAILED_CHECK,)
    assert told[disliked] == (Reason.THUMBS_DOWN,)
    assert told[declined] == (Reason.ADVICE,)
    assert told[missing[0]] == (Reason.NO_ANSWER,)
    assert told[thin] == (Reason.THIN,)
    assert [item.reasons for item in page.items if item.outcome == "failed"] == [(Reason.FAILED,)]
    ordered = [(item.risk, item.number) for item in page.items]
    assert ordered == sorted(ordered, reverse=True)
    assert len(ordered) == reviews.waiting(reviewer="ann") == 7


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Should I buy copper now?", Reason.ADVICE),
        ("今、銅は買うべきですか", Reason.ADVICE),
        ("How do I allocate my savings?", Reason.ALLOCATION),
        ("ポートフォリオを教えて", Reason.ALLOCATION),
    ],
)
def test_what_asks_for_advice_is_in_the_queue_whatever_came_of_it(
    ask: Ask, reviews: Reviews, words: str, reason: Reason
) -> None:
    ask(words, passages=_passages(5))

    (item,) = reviews.queue(EVERYTHING, reviewer="ann").items
    assert item.reasons == (reason,)


def test_the_sample_is_one_in_twenty_and_the_same_each_time() -> None:
    risk = load_risk()
    ids = [f"turn-{number}" for number in range(20_000)]
    sample = {one for one in ids if risk.is_sampled(one)}

    assert 900 < len(sample) < 1100
    assert sample == {one for one in ids if risk.is_sampled(one)}
    # Who is in the sample says nothing of who is judged twice.
    assert 0.07 < sum(risk.is_doubled(one) for one in sample) / len(sample) < 0.13


def test_the_pages_of_the_queue_hold_each_item_once(ask: Ask, reviews: Reviews) -> None:
    asked = {ask(outcome=("declined", "not_in_corpus")[number % 2]) for number in range(7)}

    seen: list[Item] = []
    after: str | None = None
    while True:
        page = reviews.queue(EVERYTHING, reviewer="ann", after=after, limit=3)
        seen += page.items
        if (after := page.after) is None:
            break

    assert len(seen) == len(asked)
    assert {item.id for item in seen} == asked
    assert all(one.risk >= other.risk for one, other in pairwise(seen))


@pytest.mark.parametrize("after", ["", "x", "1.2.3", "-1.5", "９.９", "1" * 40 + ".1"])
def test_a_place_that_is_none_begins_at_the_top_or_the_end(
    ask: Ask, reviews: Reviews, after: str
) -> None:
    ask(outcome="declined")

    assert len(reviews.queue(EVERYTHING, reviewer="ann", after=after).items) == 1


def test_two_who_take_the_next_at_once_never_get_the_same(
    ask: Ask, open_journal: Callable[..., Journal], clock: Callable[[], datetime]
) -> None:
    for _ in range(24):
        ask(outcome="declined")
    taken: list[tuple[str, str]] = []
    errors: list[Exception] = []

    def work(name: str) -> None:
        reviews = Reviews(open_journal(clock=clock, lock_timeout_s=30))
        try:
            while (item := reviews.take_next(EVERYTHING, reviewer=name)) is not None:
                taken.append((item.id, name))
                judgement = Judgement(verdict=Verdict.CORRECT, version=item.version)
                reviews.judge(item.id, judgement, reviewer=name)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(f"reviewer {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert len(taken) == len({turn for turn, _ in taken}) == 24


def test_what_one_holds_is_left_alone_until_the_lease_runs_out(
    ask: Ask,
    reviews: Reviews,
    clock: Callable[..., datetime],
) -> None:
    turn = ask(outcome="declined")
    taken = reviews.take_next(EVERYTHING, reviewer="ann")
    assert taken is not None
    assert taken.leased_by == "ann"

    assert reviews.take_next(EVERYTHING, reviewer="bob") is None
    (shown,) = reviews.queue(EVERYTHING, reviewer="bob").items
    assert shown.leased_by == "ann"
    with pytest.raises(ConflictError, match=r"ann is judging this turn until \d\d:\d\d UTC"):
        reviews.claim(turn, reviewer="bob")
    with pytest.raises(ConflictError, match="ann is judging"):
        reviews.judge(turn, Judgement(verdict=Verdict.WRONG, version=0), reviewer="bob")
    reviews.release(turn, reviewer="bob")
    assert reviews.claim(turn, reviewer="ann").until > clock()

    clock.forward(minutes=load_risk().lease_minutes + 1)  # type: ignore[attr-defined]

    assert reviews.queue(EVERYTHING, reviewer="bob").items[0].leased_by is None
    assert reviews.claim(turn, reviewer="bob").reviewer == "bob"


def test_a_lease_given_up_is_free_at_once(ask: Ask, reviews: Reviews) -> None:
    turn = ask(outcome="declined")
    reviews.claim(turn, reviewer="ann")
    reviews.release(turn, reviewer="ann")

    assert reviews.claim(turn, reviewer="bob").reviewer == "bob"


def test_who_passes_one_over_gets_the_one_below(ask: Ask, reviews: Reviews) -> None:
    ids = [ask(outcome="declined") for _ in range(3)]

    first = reviews.take_next(EVERYTHING, reviewer="ann")
    assert first is not None
    second = reviews.take_next(EVERYTHING, reviewer="ann", after=first.place)

    assert second is not None
    assert [first.id, second.id] == [ids[2], ids[1]]


def test_what_is_assigned_comes_first_to_the_one_and_never_to_others(
    ask: Ask, reviews: Reviews
) -> None:
    low, high = ask(outcome="not_in_corpus"), ask(outcome="declined")
    reviews.assign(low, "ann", by="eve")

    first = reviews.take_next(EVERYTHING, reviewer="bob")
    assert first is not None
    assert first.id == high
    assert reviews.take_next(EVERYTHING, reviewer="bob", after=first.place) is None
    mine = reviews.take_next(EVERYTHING, reviewer="ann")
    assert mine is not None
    assert mine.id == low
    assert _ids(reviews.queue(Filters(assigned_to="ann"), reviewer="bob").items) == [low]
    assert [event.kind for event in reviews.events(kind="assigned")] == ["assigned"]
    (ann, _) = sorted(reviews.progress(), key=lambda one: one.reviewer)
    assert (ann.reviewer, ann.assigned, ann.leased) == ("ann", 1, 1)

    reviews.assign(low, None, by="eve")
    reviews.release(low, reviewer="ann")
    assert reviews.take_next(Filters(outcome="not_in_corpus"), reviewer="bob") is not None


def test_progress_counts_today_and_the_week(
    ask: Ask, reviews: Reviews, clock: Callable[[], datetime]
) -> None:
    for days in (8, 2, 0):
        turn = ask(outcome="declined")
        now = clock.now  # type: ignore[attr-defined]
        clock.now = now - timedelta(days=days)  # type: ignore[attr-defined]
        reviews.judge(turn, Judgement(verdict=Verdict.CORRECT, version=0), reviewer="ann")
        clock.now = now  # type: ignore[attr-defined]

    (ann,) = reviews.progress()
    assert (ann.total, ann.today, ann.week) == (3, 1, 2)


def test_an_unknown_turn_is_told(reviews: Reviews, ask: Ask) -> None:
    def ways(chosen: Reviews) -> list[Callable[[], object]]:
        judgement = Judgement(verdict=Verdict.CORRECT, version=0)
        return [
            lambda: chosen.detail("nowhere", reviewer="ann"),
            lambda: chosen.claim("nowhere", reviewer="ann"),
            lambda: chosen.judge("nowhere", judgement, reviewer="ann"),
        ]

    for way in ways(reviews):
        with pytest.raises(UnknownTurnError, match="no turn"):
            way()
    ask()
    for way in ways(reviews):
        with pytest.raises(UnknownTurnError, match="no turn"):
            way()


def _passages(both: int) -> list[dict[str, object]]:
    """Five passages, so many of them found both ways."""
    return [
        {
            "document_id": "a", "section": "s", "start": 0, "end": 9, "score": 1.0,
            "dense_rank": rank, "keyword_rank": rank if rank <= both else None,
        }
        for rank in range(1, 6)
    ]  # fmt: skip
