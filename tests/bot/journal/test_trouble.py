from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Pool, event

from bot.journal import Journal
from corpus.errors import JournalError, LodestoneError, StorageError
from retrieval.answer import Answer, Question

MakeAnswer = Callable[..., Answer]


def _one_line(error: pytest.ExceptionInfo[LodestoneError]) -> str:
    message = str(error.value)
    assert message.isprintable()
    return message


@pytest.fixture
def kept(url: str, question: Question, answered: MakeAnswer) -> Answer:
    """An answer already in the journal, which is closed."""
    answer = answered()
    with Journal(url) as journal:
        journal.record(question, answer, channel="terminal")
    return answer


@pytest.fixture
def no_room() -> Iterator[None]:
    """Every database opened from here on is as large as it may become."""

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    event.listen(Pool, "connect", limit)
    yield
    event.remove(Pool, "connect", limit)


def test_a_full_disk_is_told_and_nothing_of_the_turn_is_kept(
    kept: Answer, no_room: None, url: str, question: Question, answered: MakeAnswer
) -> None:
    # Texts are compressed, so it takes one that cannot be.
    big = answered(text=random.Random(0).randbytes(100_000).hex())
    with Journal(url) as journal:
        with pytest.raises(StorageError, match="no room left: free some space") as error:
            journal.record(question, big, channel="terminal")

        assert [turn.id for turn in journal.turns()] == [kept.id]
    assert url.removeprefix("sqlite:///") in _one_line(error)


def test_while_another_process_writes_turns_can_be_read_but_not_written(
    kept: Answer, url: str, file: Path, question: Question, answered: MakeAnswer
) -> None:
    with (
        closing(sqlite3.connect(file, isolation_level=None)) as other,
        Journal(url, lock_timeout_s=0.05) as journal,
    ):
        other.execute("BEGIN IMMEDIATE")

        assert [turn.id for turn in journal.turns()] == [kept.id]
        with pytest.raises(StorageError, match="locked by another process: wait") as error:
            journal.record(question, answered(), channel="terminal")
        _one_line(error)

        other.execute("ROLLBACK")
        journal.record(question, answered(), channel="terminal")
        assert len(journal.turns()) == 2


def test_a_read_only_journal_can_be_read_and_says_why_it_cannot_be_written(
    kept: Answer, file: Path, question: Question, answered: MakeAnswer
) -> None:
    with Journal(f"sqlite:///file:{file}?mode=ro&uri=true") as journal:
        assert journal.turn(kept.id).answer == kept
        with pytest.raises(StorageError, match="read-only: make the file") as error:
            journal.record(question, answered(), channel="terminal")
    _one_line(error)


def test_a_home_below_a_file_is_told_with_the_reason(
    tmp_path: Path, question: Question, answered: MakeAnswer
) -> None:
    (tmp_path / "home").write_text("a file, no folder")

    with (
        Journal(f"sqlite:///{tmp_path / 'home' / 'journal.db'}") as journal,
        pytest.raises(StorageError, match=r"cannot be made .* set LODESTONE_HOME") as error,
    ):
        journal.record(question, answered(), channel="terminal")
    _one_line(error)


def test_a_folder_in_place_of_the_journal_is_told(
    url: str, file: Path, question: Question, answered: MakeAnswer
) -> None:
    file.mkdir(parents=True)

    with (
        Journal(url) as journal,
        pytest.raises(StorageError, match="cannot be opened: see that it is a file") as error,
    ):
        journal.record(question, answered(), channel="terminal")
    _one_line(error)


@pytest.mark.parametrize(
    "content",
    [
        b"hello",
        b"a letter to my aunt\n" * 1000,
        b"\x00" * 8192,
        b"SQLite format 3\x00" + b"\xff" * 9000,
    ],
    ids=["a few bytes", "another file", "zeros", "a broken header"],
)
def test_a_file_that_is_no_journal_is_told_and_left_as_it_is(
    url: str, file: Path, question: Question, answered: MakeAnswer, content: bytes
) -> None:
    file.parent.mkdir()
    file.write_bytes(content)

    with Journal(url) as journal:
        with pytest.raises(JournalError, match="left untouched: move it aside") as error:
            journal.record(question, answered(), channel="terminal")
        with pytest.raises(JournalError, match="left untouched"):
            journal.turns()

    _one_line(error)
    assert file.read_bytes() == content
    assert list(file.parent.iterdir()) == [file]


def test_a_journal_damaged_within_is_told_and_left_as_it_is(
    kept: Answer, url: str, file: Path
) -> None:
    sound = file.read_bytes()
    damaged = sound[:4096] + b"\xde\xad\xbe\xef" * ((len(sound) - 4096) // 4)
    file.write_bytes(damaged)

    with (
        Journal(url) as journal,
        pytest.raises(JournalError, match="damaged or no SQLite database") as error,
    ):
        journal.turn(kept.id)

    _one_line(error)
    assert file.read_bytes() == damaged


def test_a_journal_of_a_newer_version_is_refused_and_left_as_it_is(
    kept: Answer, url: str, file: Path, question: Question, answered: MakeAnswer
) -> None:
    with closing(sqlite3.connect(file)) as newer, newer:
        newer.execute("UPDATE lodestone_version SET version_num = '9999'")

    with Journal(url) as journal:
        with pytest.raises(JournalError, match=r'schema "9999", newer .* upgrade') as error:
            journal.record(question, answered(), channel="terminal")
        with pytest.raises(JournalError, match="newer"):
            journal.turns()

    _one_line(error)
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("SELECT id FROM journal_turns").fetchall() == [(kept.id,)]


def test_a_turn_that_this_version_cannot_read_is_told_and_the_others_are_read(
    kept: Answer, url: str, file: Path, question: Question, answered: MakeAnswer
) -> None:
    with closing(sqlite3.connect(file)) as other, other:
        # Texts are bound to their turn: those of another are no better than none.
        other.execute(
            "INSERT INTO journal_turns (id, asked_at, channel, outcome, key_id, question_sealed) "
            "SELECT 'odd', '2020-01-01 00:00:00.000000', 'terminal', 'failed', key_id, "
            "question_sealed FROM journal_turns"
        )

    with Journal(url) as journal:
        with pytest.raises(JournalError, match="odd question cannot be read: it was alt") as error:
            journal.turn("odd")
        assert journal.turn(kept.id).answer == kept
        assert len(journal.turns()) == 2
    _one_line(error)


def test_half_a_character_in_a_question_does_not_keep_it_out(journal: Journal) -> None:
    journal.record_failure(Question(question="Cars \ud83d?"), "why", channel="batch")

    (turn,) = journal.turns()
    assert turn.question.startswith("Cars")
    turn.question.encode()


@pytest.mark.parametrize(
    "address",
    [
        "nonsense",
        "",
        "postgresql://me:secret@host:port/name",
        "mysql://me:secret@host/name",
        "nosuchdatabase://me:secret@host/name",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite+aiosqlite:///journal.db",
    ],
)
def test_an_address_that_cannot_hold_a_journal_is_told_with_those_that_can(address: str) -> None:
    with pytest.raises(JournalError, match="use sqlite:///FILE or postgresql://") as error:
        Journal(address).turns()

    assert "secret" not in _one_line(error)


def test_a_copy_made_by_vacuum_is_written_with_a_write_ahead_log_again(
    kept: Answer, file: Path, question: Question, answered: MakeAnswer
) -> None:
    copy = file.with_name("copy.db")
    with closing(sqlite3.connect(file)) as original:
        original.execute("VACUUM INTO ?", [str(copy)])

    with Journal(f"sqlite:///{copy}") as journal:
        journal.record(question, answered(), channel="terminal")
        assert len(journal.turns()) == 2

    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
