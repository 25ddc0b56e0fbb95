"""`lodestone journal export|erase|verify|goldens|gaps|replay`, typed as a person would."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest

from bot.database.batching import Batcher
from bot.journal import Journal, replay
from bot.journal.review import GoldenKind, Judgement, Reviews, Verdict
from bot.meetings.store import Meetings
from bot.state import MemoryKey, State
from bot.state.memory import Remembered
from retrieval.answer import Answer, Outcome, Question
from tests.databases import bytes_in


class Ran(Protocol):
    """Exit status and what was written."""

    status: int
    out: str
    err: str


Lodestone = Callable[..., Ran]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A HOME without an index: none of these commands answers anything."""
    monkeypatch.setenv("LODESTONE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def turn(folder: Path) -> str:
    """Somebody's refused question, judged and promoted, and an older one of another's."""
    with Journal(f"sqlite:///{folder / 'journal.db'}") as journal:
        for user, days in ((8, 100), (7, 0)):
            question = Question(question=f"What of uranium, asks {user}?")
            answer = Answer(
                question_id=question.id,
                question=question.question,
                as_of=date(2026, 1, 1),
                language="en",
                outcome=Outcome.NOT_IN_CORPUS,
                text="Nothing.",
                composer="extractive",
                corpus_fingerprint="f",
            )
            asked = datetime.now(UTC) - timedelta(days=days)
            journal.record(question, answer, channel="telegram", user_id=user, asked_at=asked)
        reviews = Reviews(journal)
        judgement = Judgement(verdict=Verdict.CORRECT, version=0, tags=("metals",))
        reviews.judge(answer.id, judgement, reviewer="ann")
        reviews.promote(answer.id, None, kind=GoldenKind.GOLDEN, reviewer="ann")
        return answer.id


def test_an_export_goes_to_a_file_or_a_pipe_as_the_filters_have_it(
    lodestone: Lodestone, turn: str, tmp_path: Path
) -> None:
    file = tmp_path / "turns.csv"
    told = lodestone("journal", "export", "--output", str(file), "--tag", "metals")
    piped = lodestone("journal", "export", "--format", "jsonl", "--verdict", "unreviewed")

    assert (told.status, told.out) == (0, "")
    assert "1 turns in" in told.err
    with file.open(newline="") as opened:
        assert [row["id"] for row in csv.DictReader(opened)] == [turn]
    assert [json.loads(line)["question"] for line in piped.out.splitlines()] == [
        "What of uranium, asks 8?"
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--format", "xls"), 'no format "xls": one of csv, jsonl, parquet'),
        (("--verdict", "fine"), "--verdict: "),
        (("--format", "parquet"), "add --output FILE"),
        (("--since", "yesterday"), "does not match the format"),
    ],
)
def test_an_export_that_cannot_be_is_told_on_one_line(
    lodestone: Lodestone, turn: str, arguments: tuple[str, ...], said: str
) -> None:
    told = lodestone("journal", "export", *arguments)

    assert told.status == 2
    assert said in told.err
    assert told.err.count("\n") == 1


def test_a_person_is_erased_and_the_journal_still_holds(
    lodestone: Lodestone, turn: str, tmp_path: Path
) -> None:
    file = tmp_path / "turns.jsonl"
    lodestone("journal", "export", "--format", "jsonl", "--output", str(file))

    refused = lodestone("journal", "erase", "7")
    erased = lodestone("journal", "erase", "7", "--yes")

    assert (refused.status, "add --yes" in refused.err) == (2, True)
    assert erased.out.splitlines() == ["1 turns can no longer be read", f"taken out of {file}"]
    assert "asks 7" not in file.read_text()
    assert "(erased)" in lodestone("journal", "list").out
    assert lodestone("journal", "show", turn).status == 1
    verified = lodestone("journal", "verify")
    assert (verified.status, "events hold; the chain ends at" in verified.out) == (0, True)
    assert lodestone("journal", "erase", "7", "--yes").out == "0 turns can no longer be read\n"


async def test_who_is_erased_by_their_number_is_gone_from_chats_and_minutes_too(
    lodestone: Lodestone, turn: str, folder: Path
) -> None:
    del turn
    question = Question(question="What of the quokka?")
    answer = Answer(
        question_id=question.id, question=question.question, as_of=date(2026, 1, 1), language="en",
        outcome=Outcome.NOT_IN_CORPUS, text="Nothing.", composer="extractive",
        corpus_fingerprint="f",
    )  # fmt: skip
    key = MemoryKey(-5, None, None)
    with Journal(f"sqlite:///{folder / 'journal.db'}") as journal:
        state, meetings = State(Batcher(journal.database)), Meetings(journal.vault())
        await state.memory.remember(key, Remembered(), question.text, answer, user_id=7)
        await state.batcher.close()
        meeting = meetings.start(
            "Copper", chat_id=-5, thread_id=None, owner_id=8, language="en", zone="UTC"
        )
        meetings.add(meeting.id, question, answer, asker_id=7, asker="Ada")

    assert lodestone("journal", "erase", "7", "--yes").status == 0

    with Journal(f"sqlite:///{folder / 'journal.db'}") as journal:
        minutes = Meetings(journal.vault()).minutes(meeting.id)
        with journal.database.reading() as session:
            assert state.memory.load(session, key).turns == ()
    assert minutes is not None
    assert [entry.withdrawn for entry in minutes.entries] == [True]
    assert b"quokka" not in bytes_in(folder, "journal.db*")


def test_nobody_of_such_a_name_is_erased(lodestone: Lodestone, turn: str) -> None:
    told = lodestone("journal", "erase", "bob", "--yes")

    assert told.status == 2
    assert '"bob" is nobody' in told.err


def test_the_terminals_own_questions_can_be_erased(lodestone: Lodestone, folder: Path) -> None:
    with Journal(f"sqlite:///{folder / 'journal.db'}") as journal:
        journal.record_failure(Question(question="Why?"), "x", channel="terminal")

    assert lodestone("journal", "erase", "local", "--yes").out.startswith("1 turns")


def test_tampering_is_told_and_ends_with_status_1(
    lodestone: Lodestone, turn: str, folder: Path
) -> None:
    noted = json.loads(lodestone("journal", "verify", "--json").out)["end"]
    assert lodestone("journal", "verify", "--noted", noted).status == 0
    with closing(sqlite3.connect(folder / "journal.db", isolation_level=None)) as database:
        database.execute("DROP TRIGGER journal_turns_stay")
        database.execute("UPDATE journal_turns SET outcome = 'answered' WHERE id = ?", [turn])

    told = lodestone("journal", "verify")

    assert (told.status, told.out) == (1, f"turn {turn} was changed\n")
    assert "tampered with" in told.err
    assert lodestone("journal", "verify", "--noted", "yesterday").status == 1


def test_golden_questions_are_told_with_where_they_came_from(
    lodestone: Lodestone, turn: str, tmp_path: Path
) -> None:
    file = tmp_path / "golden.jsonl"
    plain = lodestone("journal", "goldens", "--output", str(file))
    whole = json.loads(lodestone("journal", "goldens", "--json").out)

    assert "1 golden questions in" in plain.err
    assert json.loads(file.read_text())["question"] == "What of uranium, asks 7?"
    assert (whole["turn_id"], whole["reviewer"]) == (turn, "ann")


def test_gaps_are_told_by_how_many_asked(lodestone: Lodestone, turn: str) -> None:
    told = lodestone("journal", "gaps")

    assert told.out.split(maxsplit=1) == ["2", "What of uranium, asks 7?\n"]
    assert json.loads(lodestone("journal", "gaps", "--json").out)["count"] == 2


def test_a_result_is_made_again(
    lodestone: Lodestone, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = iter(['{"points": 5}', '{"points": 6}', '{"points": 6}'])
    monkeypatch.setattr(replay, "_loaders", {"sum": lambda: lambda _: next(made)})
    with Journal(f"sqlite:///{folder / 'journal.db'}") as journal:
        result = journal.record_result("sum", '{"points": 5}', channel="terminal")

    same, other = lodestone("journal", "replay", result), lodestone("journal", "replay", result)

    assert (same.status, same.out) == (0, '{"points": 5}\n')
    assert same.err == f"sum {result} comes out the same\n"
    assert (other.status, other.out) == (1, '{"points": 6}\n')
    assert other.err == f"points: 5 → 6\nsum {result} comes out otherwise\n"
    assert json.loads(lodestone("journal", "replay", result, "--json").out)["kind"] == "sum"


def test_what_is_too_old_is_dropped_by_any_of_the_commands(
    lodestone: Lodestone, turn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LODESTONE_RETENTION_DAYS", "30")

    told = lodestone("journal", "list")

    assert "1 turns older than 30 days were dropped" in told.err
    assert told.out.count("\n") == 1
    assert "dropped" not in lodestone("journal", "list").err
    monkeypatch.setenv("LODESTONE_RETENTION_DAYS", "0")
    assert lodestone("journal", "list").status == 2


def test_a_key_that_is_too_short_is_refused(
    lodestone: Lodestone, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LODESTONE_JOURNAL_KEY", "short")

    told = lodestone("journal", "list")

    assert told.status == 2
    assert "openssl rand -base64 32" in told.err


@pytest.mark.parametrize(
    "command",
    [("verify",), ("goldens",), ("export",), ("gaps",), ("erase", "7", "--yes"), ("list",)],
)
def test_a_journal_that_does_not_exist_troubles_nothing(
    lodestone: Lodestone, folder: Path, command: tuple[str, ...]
) -> None:
    assert lodestone("journal", *command).status == 0
