from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.journal import Journal
from bot.journal.retention import ranges
from bot.journal.review import Filters, GoldenKind, Judgement, Reviews, Verdict
from bot.journal.schema import KeyRow, PassageRow, TurnRow
from bot.journal.verify import verify
from tests.embeddings import HashedNgrams

Ask = Callable[..., str]


def _count(journal: Journal, table: type) -> int:
    with journal.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def old(ask: Ask, reviews: Reviews, lots: Callable[..., None]) -> list[str]:
    """Three old turns, judged and promoted, then thirty days go by."""
    reviews.embed = HashedNgrams()
    ids = [ask(f"What of old {n}?", user_id=n, outcome="not_in_corpus") for n in range(3)]
    for turn in ids:
        reviews.journal.feedback(turn, user_id=9, useful=True)
        judgement = Judgement(verdict=Verdict.CORRECT, version=0, correction="x", tags=("t",))
        reviews.judge(turn, judgement, reviewer="ann")
    reviews.promote(ids[0], None, kind=GoldenKind.GOLDEN, reviewer="ann")
    reviews.journal.record_result("allocation", "{}", channel="telegram", user_id=2)
    reviews.refresh_gaps()
    reviews.journal.clock.forward(days=30)  # type: ignore[attr-defined]
    return ids


def test_what_is_older_is_dropped_with_all_that_hangs_on_it_and_the_chain_holds(
    ask: Ask, reviews: Reviews, old: list[str]
) -> None:
    journal = reviews.journal
    new = ask("What of new?", user_id=1)

    assert journal.retain(31) == 0
    assert journal.retain(29) == 3

    assert [turn.id for turn in journal.turns()] == [new]
    assert reviews.search(Filters(text="old"), reviewer="ann").items == ()
    assert reviews.gaps() == ()
    assert journal.results_of(2) == ()
    assert (_count(journal, TurnRow), _count(journal, PassageRow)) == (1, 2)
    assert verify(journal.vault()).findings == ()
    assert journal.retain(29) == 0
    # Counts tell nothing of anybody, and stay.
    assert reviews.insights().turns == 4


def test_keys_that_seal_nothing_any_more_are_destroyed_and_golden_questions_stay(
    ask: Ask, reviews: Reviews, old: list[str]
) -> None:
    journal = reviews.journal
    ask("What of new?", user_id=1)
    assert _count(journal, KeyRow) == 4

    journal.retain(29)

    # Of the golden question's person, and of the one who asked again.
    assert _count(journal, KeyRow) == 2
    assert [one.question for one in reviews.golden_questions()] == ["What of old 0?"]


def test_a_turn_that_somebody_dropped_besides_is_missed(reviews: Reviews, old: list[str]) -> None:
    from sqlalchemy import delete

    with reviews.journal.database.writing() as session:
        session.execute(delete(TurnRow).where(TurnRow.id == old[1]))
    reviews.journal.retain(29)

    found = {str(one) for one in verify(reviews.journal.vault()).findings}
    assert f"turn {old[1]} is missing" in found
    assert f"turn {old[0]} is missing" not in found


def test_of_many_all_go_in_parts(
    ask: Ask, reviews: Reviews, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.journal.retention._AT_ONCE", 2)
    for number in range(5):
        ask(user_id=number)
    reviews.journal.clock.now += timedelta(days=9)  # type: ignore[attr-defined]

    assert reviews.journal.retain(8) == 5
    assert verify(reviews.journal.vault()).findings == ()


def test_a_journal_that_does_not_exist_is_left_so(open_journal: Callable[..., Journal]) -> None:
    assert open_journal().retain(1) == 0


@given(st.sets(st.integers(1, 200)))
def test_ranges_hold_each_number_once(numbers: set[int]) -> None:
    told = ranges(numbers)

    assert [n for first, last in told for n in range(first, last + 1)] == sorted(numbers)
    assert all(one[1] + 1 < other[0] for one, other in pairwise(told))
