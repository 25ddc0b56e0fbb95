from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from pydantic import ValidationError

from bot.journal import Journal
from bot.journal.review import (
    Comment,
    Draft,
    Filters,
    Judgement,
    Reason,
    ReviewRecord,
    Reviews,
    State,
    Verdict,
)
from bot.journal.verify import verify
from corpus.errors import ConflictError

Ask = Callable[..., str]
Lots = Callable[..., None]


@pytest.fixture(autouse=True)
def no_lots(lots: Lots) -> None:
    """Nothing is sampled or doubled unless a test says so."""


def _judgement(verdict: Verdict = Verdict.WRONG, version: int = 0, **given: object) -> Judgement:
    return Judgement.model_validate({"verdict": verdict, "version": version, **given})


def test_all_that_was_said_is_kept_and_shown(ask: Ask, reviews: Reviews) -> None:
    turn = ask()
    comments = (
        Comment(text="a lie"),
        Comment(text="of 2019", anchor="claim", position=1),
        Comment(text="beside the point", anchor="passage", position=2),
    )
    sent = _judgement(
        tags=("dates", "Units"), comments=comments, relevance={1: 2, 2: 0}, correction=" Fifteen. "
    )

    record = reviews.judge(turn, sent, reviewer="ann")

    detail = reviews.detail(turn, reviewer="bob")
    assert detail.reviews == (record,)
    assert (record.verdict, record.reviewer, record.round) == (Verdict.WRONG, "ann", 1)
    assert record.comments == comments
    assert record.relevance == {1: 2, 2: 0}
    assert detail.tags == ("dates", "units")
    assert [(one.version, one.text) for one in detail.corrections] == [(1, "Fifteen.")]
    assert (detail.item.state, detail.item.verdict) == (State.DONE, Verdict.WRONG)
    assert verify(reviews.journal.vault()).findings == ()


def test_a_form_sent_twice_is_one_review(ask: Ask, reviews: Reviews) -> None:
    turn, other = ask(), ask()
    sent = _judgement(comments=(Comment(text="once"),)).model_copy(update={"token": "form 1"})

    first = reviews.judge(turn, sent, reviewer="ann")

    assert reviews.judge(turn, sent, reviewer="ann") == first
    assert len(reviews.detail(turn, reviewer="ann").reviews) == 1
    with pytest.raises(ConflictError, match="another turn"):
        reviews.judge(other, sent, reviewer="ann")


@pytest.mark.parametrize("again", range(4))
def test_of_two_who_press_at_once_one_is_told(
    ask: Ask, open_journal: Callable[..., Journal], again: int
) -> None:
    turn = ask(outcome="declined")
    start = threading.Barrier(2)
    ended: list[object] = []

    def press(name: str) -> None:
        reviews = Reviews(open_journal(lock_timeout_s=30))
        start.wait()
        try:
            ended.append(reviews.judge(turn, _judgement(), reviewer=name))
        except ConflictError as error:
            ended.append(error)

    threads = [threading.Thread(target=press, args=(name,)) for name in ("ann", "bob")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(type(one).__name__ for one in ended) == ["ConflictError", "ReviewRecord"]
    assert len(Reviews(open_journal()).detail(turn, reviewer="eve").reviews) == 1


def test_a_judged_turn_is_judged_again_only_when_asked_for(ask: Ask, reviews: Reviews) -> None:
    turn = ask()
    reviews.judge(turn, _judgement(), reviewer="ann")

    with pytest.raises(ConflictError, match="judged since you opened it"):
        reviews.judge(turn, _judgement(version=0), reviewer="bob")
    with pytest.raises(ConflictError, match="judged already"):
        reviews.judge(turn, _judgement(version=1), reviewer="bob")
    again = reviews.judge(turn, _judgement(Verdict.CORRECT, 1, again=True), reviewer="ann")

    detail = reviews.detail(turn, reviewer="ann")
    assert again.round == 0
    assert [one.verdict for one in detail.reviews] == [Verdict.CORRECT, Verdict.WRONG]
    assert (detail.item.verdict, detail.item.version) == (Verdict.CORRECT, 2)
    assert reviews.insights().verdicts == {"correct": 1}


def test_again_on_a_turn_that_nobody_judged_is_a_first_review(ask: Ask, reviews: Reviews) -> None:
    assert reviews.judge(ask(), _judgement(again=True), reviewer="ann").round == 1


def test_a_second_review_is_blind_and_by_somebody_else(
    ask: Ask, reviews: Reviews, lots: Lots
) -> None:
    lots(second_share=1)
    turn = ask(outcome="declined")
    sent = _judgement(tags=("odd",), correction="Better.", comments=(Comment(text="no"),))
    reviews.judge(turn, sent, reviewer="ann")

    assert reviews.queue(Filters(), reviewer="ann").items == ()
    with pytest.raises(ConflictError, match="somebody else"):
        reviews.judge(turn, _judgement(version=1), reviewer="ann")
    (item,) = reviews.queue(Filters(), reviewer="bob").items
    blind = reviews.detail(turn, reviewer="bob")
    assert (item.state, item.verdict) == (State.SECOND, None)
    assert blind.blind
    assert (blind.reviews, blind.corrections, blind.tags) == ((), (), ())
    # Nor can it be found out by asking.
    assert reviews.search(Filters(verdict=Verdict.WRONG), reviewer="bob").items == ()
    assert reviews.search(Filters(tag="odd"), reviewer="bob").items == ()
    assert not reviews.detail(turn, reviewer="ann").blind

    reviews.judge(turn, _judgement(version=1, tags=("new",)), reviewer="bob")

    seen = reviews.detail(turn, reviewer="bob")
    assert [one.round for one in seen.reviews] == [2, 1]
    assert (seen.item.state, seen.tags) == (State.DONE, ("new", "odd"))
    agreement = reviews.insights().agreement
    assert (agreement.pairs, agreement.observed) == (1, 1)


def test_two_who_disagree_are_settled_by_a_third(ask: Ask, reviews: Reviews, lots: Lots) -> None:
    lots(second_share=1)
    turn = ask()
    reviews.judge(turn, _judgement(Verdict.WRONG), reviewer="ann")
    reviews.judge(turn, _judgement(Verdict.CORRECT, 1), reviewer="bob")

    (item,) = reviews.queue(Filters(), reviewer="eve").items
    assert (item.state, item.reasons[0]) == (State.SETTLE, Reason.DISAGREEMENT)
    assert item.verdict is Verdict.WRONG
    assert len(reviews.detail(turn, reviewer="eve").reviews) == 2

    settled = reviews.judge(turn, _judgement(Verdict.PARTLY, 2), reviewer="eve")

    after = reviews.detail(turn, reviewer="eve").item
    assert settled.round == 3
    assert (after.state, after.verdict) == (State.DONE, Verdict.PARTLY)
    assert Reason.DISAGREEMENT not in after.reasons
    assert reviews.insights().agreement.by_pair == (("wrong", "correct", 1),)


def test_who_thinks_again_while_a_second_review_is_open_leaves_it_open(
    ask: Ask, reviews: Reviews, lots: Lots
) -> None:
    lots(second_share=1)
    turn = ask()
    reviews.judge(turn, _judgement(Verdict.WRONG), reviewer="ann")
    reviews.judge(turn, _judgement(Verdict.CORRECT, 1, again=True), reviewer="ann")

    assert reviews.detail(turn, reviewer="bob").blind
    reviews.judge(turn, _judgement(Verdict.CORRECT, 2), reviewer="bob")
    assert reviews.detail(turn, reviewer="bob").item.state is State.DONE


def test_corrections_are_versions_and_the_same_text_is_no_new_one(
    ask: Ask, reviews: Reviews
) -> None:
    turn = ask()
    versions: list[int | None] = []
    for version, text in enumerate(("Fifteen.", "Fifteen. ", "15 percent.", None)):
        sent = _judgement(version=version, again=True, correction=text)
        versions.append(reviews.judge(turn, sent, reviewer="ann").correction_version)

    assert versions == [1, 1, 2, None]
    assert [one.text for one in reviews.detail(turn, reviewer="ann").corrections] == [
        "Fifteen.",
        "15 percent.",
    ]


def test_a_draft_survives_and_is_gone_with_the_verdict(ask: Ask, reviews: Reviews) -> None:
    turn = ask()
    draft = Draft(comments=(Comment(text="hm"),), relevance={1: 1}, correction="Fif")
    reviews.save_draft(turn, Draft(verdict=Verdict.PARTLY), reviewer="ann")
    reviews.save_draft(turn, draft, reviewer="ann")

    kept = reviews.detail(turn, reviewer="ann").draft
    assert kept is not None
    assert kept.model_copy(update={"saved_at": None}) == draft
    assert reviews.detail(turn, reviewer="bob").draft is None

    reviews.judge(turn, _judgement(), reviewer="ann")
    assert reviews.detail(turn, reviewer="ann").draft is None
    reviews.save_draft(turn, draft, reviewer="ann")
    reviews.drop_draft(turn, reviewer="ann")
    assert reviews.detail(turn, reviewer="ann").draft is None


def test_feedback_brings_a_turn_up_and_a_change_of_mind_lets_it_go(
    ask: Ask, reviews: Reviews
) -> None:
    turn = ask(passages=[])
    before = reviews.detail(turn, reviewer="ann").item.risk

    for useful, counts, reason in (
        (False, (0, 1), True),
        (True, (1, 0), False),
        (True, (1, 0), False),
    ):
        reviews.journal.feedback(turn, user_id=4, useful=useful, comment="hm")
        item = reviews.detail(turn, reviewer="ann").item
        assert (item.useful, item.useless) == counts
        assert (Reason.THUMBS_DOWN in item.reasons) is reason
    assert item.risk == before
    told = reviews.insights()
    assert (told.useful, told.useless) == (1, 0)
    assert len(reviews.detail(turn, reviewer="ann").feedback) == 3


def test_a_late_thumb_does_not_bring_a_judged_turn_back(ask: Ask, reviews: Reviews) -> None:
    turn = ask(outcome="declined")
    reviews.judge(turn, _judgement(), reviewer="ann")
    reviews.journal.feedback(turn, user_id=4, useful=False)

    assert reviews.queue(Filters(), reviewer="ann").items == ()


def test_that_somebody_read_a_turn_is_noted_once_an_hour(
    ask: Ask, reviews: Reviews, clock: Callable[..., object]
) -> None:
    turn = ask()
    for minutes in (0, 10, 60):
        clock.now += timedelta(minutes=minutes)  # type: ignore[attr-defined]
        reviews.detail(turn, reviewer="ann")
    reviews.detail(turn, reviewer="bob")

    assert [one.actor for one in reviews.events(kind="revealed")] == ["bob", "ann", "ann"]
    newest = reviews.events(limit=1)[0]
    assert reviews.events(before=newest.number, limit=1)[0].number == newest.number - 1


@pytest.mark.parametrize(
    "given",
    [
        {"tags": ("two words",)}, {"tags": ("x" * 41,)}, {"relevance": {1: 3}},
        {"comments": [{"text": ""}]}, {"verdict": "fine"}, {"correction": ""},
    ],
)  # fmt: skip
def test_what_no_form_should_send_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Judgement.model_validate({"verdict": "wrong", "version": 0, **given})


def test_a_review_is_never_changed(ask: Ask, reviews: Reviews) -> None:
    from sqlalchemy import text

    from corpus.errors import JournalError

    record: ReviewRecord = reviews.judge(ask(), _judgement(), reviewer="ann")

    with (
        pytest.raises(JournalError, match="never changed"),
        reviews.journal.database.writing() as session,
    ):
        session.execute(text("UPDATE journal_reviews SET verdict = 'correct'"))
    assert record.verdict is Verdict.WRONG
