"""Whatever is done to the tables behind Lodestone's back is found, and told by its name."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.journal import Journal
from bot.journal.review import Reviews
from bot.journal.verify import Finding, Trouble, verify
from corpus.errors import JournalError
from retrieval.answer import Question
from tests.bot.journal.tampering import change, findings, turns

__all__ = ["turns"]


def test_a_journal_left_alone_holds(reviews: Reviews, turns: list[str]) -> None:
    verified = verify(reviews.journal.vault())

    assert verified.findings == ()
    assert verified.events == len(turns) + 5
    assert verified.end.startswith(f"{verified.events}:")


def test_a_journal_that_does_not_exist_holds(open_journal: Callable[..., Journal]) -> None:
    assert verify(open_journal().vault()).events == 0


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE journal_turns SET outcome = 'declined' WHERE id = :id", "turn {id} was changed"),
        ("UPDATE journal_turns SET answer_sealed = NULL WHERE id = :id", "turn {id} was changed"),
        ("UPDATE journal_passages SET score = 9 WHERE turn_number = :n", "turn {id} was changed"),
        ("DELETE FROM journal_passages WHERE turn_number = :n", "turn {id} was changed"),
        (
            "INSERT INTO journal_claims (turn_number, position, digest, citations) "
            "VALUES (:n, 9, 'x', '')",
            "turn {id} was changed",
        ),
        ("DELETE FROM journal_turns WHERE id = :id", "turn {id} is missing"),
        ("UPDATE journal_events SET actor = 'me' WHERE number = 3", "event 3 was changed"),
        ("UPDATE journal_events SET hash = before WHERE number = 3", "event 3 was changed"),
        ("DELETE FROM journal_events WHERE number = 3", "event 3 is missing"),
        ("DELETE FROM journal_events WHERE number >= 10", "event 10 to 12 is missing"),
        ("UPDATE journal_chain SET count = 5", "the chain's end was changed"),
        ("DELETE FROM journal_chain", "the chain's end is missing"),
        ("UPDATE journal_keys SET wrapped = x WHERE id = :key", "key {key} was changed"),
        ("DELETE FROM journal_keys WHERE id = :key", "key {key} is missing"),
    ],
)
def test_each_kind_of_tampering_is_told_with_what_it_was_done_to(
    reviews: Reviews, turns: list[str], statement: str, found: str
) -> None:
    item = reviews.detail(turns[2], reviewer="ann").item
    vault = reviews.journal.vault()
    sqlite = reviews.journal.database.engine().dialect.name == "sqlite"
    statement = statement.replace("= x ", "= x'00' " if sqlite else "= '\\x00' ")
    values = {"id": turns[2], "n": item.number, "key": item.user}
    change(
        reviews.journal,
        statement,
        **{k: v for k, v in values.items() if f":{k}" in statement},
    )

    told = [str(finding) for finding in verify(vault).findings]

    assert found.format(id=turns[2], key=item.user) in told


def test_a_journal_whose_chain_lost_its_end_is_not_written_on(
    open_journal: Callable[..., Journal], reviews: Reviews, turns: list[str]
) -> None:
    change(reviews.journal, "DELETE FROM journal_chain")

    with pytest.raises(JournalError, match="lost its end: put a backup in its place"):
        open_journal().record_failure(Question(question="Why?"), "x", channel="batch")


def test_events_that_changed_places_are_told_with_where_they_belong(
    reviews: Reviews, turns: list[str]
) -> None:
    change(
        reviews.journal,
        "UPDATE journal_events SET number = 99 WHERE number = 2",
        "UPDATE journal_events SET number = 2 WHERE number = 4",
        "UPDATE journal_events SET number = 4 WHERE number = 99",
    )

    assert {
        "event 2 was moved (it belongs at 4)",
        "event 4 was moved (it belongs at 2)",
    } <= set(findings(reviews.journal))


def test_a_turn_put_in_from_outside_is_told(reviews: Reviews, turns: list[str]) -> None:
    change(
        reviews.journal,
        "INSERT INTO journal_turns (id, asked_at, channel, key_id, outcome, question_sealed) "
        "SELECT 'forged', asked_at, channel, key_id, outcome, question_sealed "
        "FROM journal_turns WHERE id = :id",
        id=turns[0],
    )

    assert findings(reviews.journal) == ["turn forged was put in from outside"]


def test_an_event_put_in_at_the_end_from_outside_is_told(
    reviews: Reviews, turns: list[str]
) -> None:
    change(
        reviews.journal,
        "INSERT INTO journal_events "
        "(number, at, kind, subject, actor, detail, digest, before, hash) "
        "SELECT number + 1, at, kind, 'forged', actor, detail, digest, hash, before "
        "FROM journal_events ORDER BY number DESC LIMIT 1",
    )

    assert "event 12 was put in from outside" in findings(reviews.journal)


def test_a_journal_put_back_whole_to_an_older_state_is_told_by_a_noted_end(
    tmp_path: Path, question: Question
) -> None:
    file = tmp_path / "journal.db"
    with Journal(f"sqlite:///{file}") as journal:
        journal.record_failure(question, "one", channel="batch")
    with closing(sqlite3.connect(file)) as original:
        original.execute("VACUUM INTO ?", [str(tmp_path / "older.db")])
    with Journal(f"sqlite:///{file}") as journal:
        journal.record_failure(question, "two", channel="batch")
        noted = verify(journal.vault()).end

    with Journal(f"sqlite:///{tmp_path / 'older.db'}") as older:
        assert findings(older) == []
        (finding,) = verify(older.vault(), noted).findings
        assert (finding.trouble, finding.id) == (Trouble.MISSING, "2")
        with pytest.raises(JournalError, match="no end of a chain"):
            verify(older.vault(), "yesterday")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal of forty events, to be copied and tampered with."""
    file = tmp_path_factory.mktemp("kept") / "journal.db"
    with Journal(f"sqlite:///{file}") as journal:
        for number in range(40):
            journal.record_failure(Question(question=f"Why {number}?"), "x", channel="batch")
    return file


_COLUMNS = {
    "journal_events": ("at", "kind", "subject", "actor", "detail", "digest", "before", "hash"),
    "journal_turns": ("asked_at", "channel", "key_id", "outcome", "question_sealed"),
}


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_row_can_be_altered_anywhere_without_being_found(
    kept: Path, tmp_path: Path, data: st.DataObject
) -> None:
    copy = kept.with_name("tampered.db")
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(kept)) as original:
        original.execute("VACUUM INTO ?", [str(copy)])
    table = data.draw(st.sampled_from(sorted(_COLUMNS)))
    number = data.draw(st.integers(1, 40))
    drop = data.draw(st.booleans())
    with closing(sqlite3.connect(copy, isolation_level=None)) as tampered:
        tampered.execute(f"DROP TRIGGER {table}_stay")
        if drop:
            tampered.execute(f"DELETE FROM {table} WHERE number = ?", [number])  # noqa: S608
        else:
            column = data.draw(st.sampled_from(_COLUMNS[table]))
            value = "2020-01-01 00:00:00.000000" if column in {"at", "asked_at"} else b"\x01odd"
            told = value if column in {"at", "asked_at", "question_sealed"} else "odd"
            update = f"UPDATE {table} SET {column} = ? WHERE number = ?"  # noqa: S608
            tampered.execute(update, [told, number])

    with Journal(f"sqlite:///{copy}") as journal:
        found: tuple[Finding, ...] = verify(journal.vault()).findings

    assert found
    if table == "journal_events":
        assert any(one.what == "event" and one.id == str(number) for one in found)
