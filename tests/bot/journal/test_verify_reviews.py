"""What is done to reviews, feedback and golden questions behind Lodestone's back is found too."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.journal.review import GoldenKind, Judgement, Reviews, Verdict
from bot.journal.verify import verify
from tests.bot.journal.tampering import change, findings, turns

__all__ = ["turns"]

_NEW_ROW = {
    "feedback": "id, turn_number, key_id, at, useful, sealed",
    "reviews": "id, turn_number, reviewer, at, verdict, round, tags, sealed",
    "corrections": "id, turn_number, version, reviewer, at, sealed",
    "goldens": "id, turn_id, key_id, kind, at, reviewer, sealed, retired_at",
    "results": "id, at, channel, key_id, kind, sealed",
}
_KINDS = {
    "feedback": "feedback",
    "reviews": "review",
    "corrections": "correction",
    "goldens": "golden",
    "results": "result",
}


def _one(reviews: Reviews, table: str) -> str:
    from sqlalchemy import text

    with reviews.journal.database.reading() as session:
        return str(session.scalar(text(f"SELECT id FROM journal_{table}")))  # noqa: S608


@pytest.mark.parametrize(
    ("table", "changed"),
    [
        ("feedback", "useful = true"),
        ("reviews", "verdict = 'correct'"),
        ("reviews", "reviewer = 'rin'"),
        ("reviews", "tags = 'fine'"),
        ("corrections", "version = 7"),
        ("goldens", "kind = 'golden'"),
        ("goldens", "reviewer = 'rin'"),
        ("results", "kind = 'minutes'"),
    ],
)
def test_a_row_that_was_changed_is_named(
    reviews: Reviews, turns: list[str], table: str, changed: str
) -> None:
    row = _one(reviews, table)
    statement = f"UPDATE journal_{table} SET {changed} WHERE id = :id"  # noqa: S608
    change(reviews.journal, statement, id=row)

    assert f"{_KINDS[table]} {row} was changed" in findings(reviews.journal)


@pytest.mark.parametrize("table", _NEW_ROW)
def test_a_row_that_was_deleted_is_named(reviews: Reviews, turns: list[str], table: str) -> None:
    row = _one(reviews, table)
    change(reviews.journal, f"DELETE FROM journal_{table} WHERE id = :id", id=row)  # noqa: S608

    assert f"{_KINDS[table]} {row} is missing" in findings(reviews.journal)


@pytest.mark.parametrize("table", _NEW_ROW)
def test_a_row_that_was_put_in_is_named(reviews: Reviews, turns: list[str], table: str) -> None:
    columns = _NEW_ROW[table]
    values = columns.replace("id,", "'forged',", 1).replace("version", "99", 1)
    change(
        reviews.journal,
        f"INSERT INTO journal_{table} ({columns}) SELECT {values} FROM journal_{table}",  # noqa: S608
    )

    assert f"{_KINDS[table]} forged was put in from outside" in findings(reviews.journal)


def test_passages_judged_otherwise_than_the_reviewer_did_are_told(
    reviews: Reviews, turns: list[str]
) -> None:
    row = _one(reviews, "reviews")
    change(reviews.journal, "UPDATE journal_relevance SET relevance = 0")

    assert f"review {row} was changed" in findings(reviews.journal)


def test_two_turns_that_were_swapped_are_both_told(reviews: Reviews, turns: list[str]) -> None:
    first, second = turns[2], turns[4]
    swap = "UPDATE journal_turns SET id = :to WHERE id = :given"
    for given, to in ((first, "x"), (second, first), ("x", second)):
        change(reviews.journal, swap, given=given, to=to)

    assert {f"turn {first} was changed", f"turn {second} was changed"} <= set(
        findings(reviews.journal)
    )


def test_a_tail_that_was_cut_with_its_rows_and_its_end_is_told(
    reviews: Reviews, turns: list[str]
) -> None:
    end = verify(reviews.journal.vault()).end
    change(
        reviews.journal,
        "DELETE FROM journal_results",
        "DELETE FROM journal_goldens",
        "DELETE FROM journal_events WHERE number >= 10",
        "UPDATE journal_chain SET count = 9, hash = "
        "(SELECT hash FROM journal_events WHERE number = 9)",
    )

    found = findings(reviews.journal)
    assert "the chain's end was changed" in found, "whoever cuts it cannot sign the new end"
    assert any(one.startswith("event ") for one in findings(reviews.journal, end))


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ("verdict = 'correct'", "verdict"),
        ("verdict = NULL", "verdict"),
        ("state = 'open'", "state"),
        ("reviews = 0", "reviews"),
        ("useless = 0", "feedback"),
        ("useful = 4", "feedback"),
    ],
)
def test_a_standing_that_nobody_judged_so_is_told(
    reviews: Reviews, turns: list[str], changed: str, what: str
) -> None:
    number = reviews.detail(turns[0], reviewer="ann").item.number
    statement = f"UPDATE journal_items SET {changed} WHERE turn_number = :n"  # noqa: S608
    change(reviews.journal, statement, n=number)

    (found,) = findings(reviews.journal)
    assert found.startswith(f"standing of turn {turns[0]} was changed ({what}")


def test_a_verdict_on_a_turn_that_nobody_judged_is_told(reviews: Reviews, turns: list[str]) -> None:
    number = reviews.detail(turns[3], reviewer="ann").item.number
    change(
        reviews.journal,
        "UPDATE journal_items SET verdict = 'correct' WHERE turn_number = :n",
        "INSERT INTO journal_tags (turn_number, tag) VALUES (:n, 'fine')",
        n=number,
    )

    (found,) = findings(reviews.journal)
    assert found.startswith(f"standing of turn {turns[3]} was changed (verdict, tags")


def test_a_golden_question_taken_out_of_use_behind_our_back_is_told(
    reviews: Reviews, turns: list[str]
) -> None:
    row = _one(reviews, "goldens")
    change(reviews.journal, "UPDATE journal_goldens SET retired_at = at")

    assert findings(reviews.journal) == [
        f"standing of golden {row} was changed (out of use, and nobody retired it)"
    ]


def test_one_that_was_retired_and_put_back_is_told(reviews: Reviews, turns: list[str]) -> None:
    row = _one(reviews, "goldens")
    reviews.retire_golden(row.partition("@")[0], reviewer="ann")
    assert findings(reviews.journal) == []
    change(reviews.journal, "UPDATE journal_goldens SET retired_at = NULL")

    assert findings(reviews.journal) == [f"standing of golden {row} was changed (in use again)"]


def test_work_as_it_goes_holds_through_every_state(
    reviews: Reviews,
    turns: list[str],
    lots: Callable[..., None],
    ask: Callable[..., str],
) -> None:
    lots(second_share=1)
    doubled = [ask(f"And {number}?", user_id=3) for number in range(3)]
    verdicts = {
        doubled[0]: [("ann", "correct"), ("bob", "correct")],
        doubled[1]: [("ann", "correct"), ("bob", "wrong"), ("eve", "partly")],
        doubled[2]: [("ann", "correct"), ("ann", "wrong")],
    }
    for turn, listed in verdicts.items():
        for version, (reviewer, verdict) in enumerate(listed):
            judgement = Judgement(
                verdict=Verdict(verdict), version=version, again=True, tags=(reviewer,)
            )
            reviews.judge(turn, judgement, reviewer=reviewer)
            assert findings(reviews.journal) == []
    reviews.promote(doubled[0], None, kind=GoldenKind.GOLDEN, reviewer="ann")
    reviews.promote(doubled[0], None, kind=GoldenKind.GOLDEN, reviewer="bob")
    reviews.journal.feedback(doubled[0], user_id=3, useful=True)
    reviews.journal.feedback(doubled[0], user_id=3, useful=False)
    reviews.journal.erase(3)
    assert findings(reviews.journal) == []
