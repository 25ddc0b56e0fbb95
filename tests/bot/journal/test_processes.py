from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.database.migrate import known_versions
from bot.journal import Journal
from retrieval.answer import Answer, Question

WRITERS = 4
TURNS = 25

WRITER = """
import sys
from bot.journal import Journal
from bot.journal import store  # loaded before the start, so that all begin at once
from retrieval.answer import Answer, Question

answer = Answer.model_validate_json(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
journal = Journal(sys.argv[1])
for number in range(int(sys.argv[3])):
    turn = answer.model_copy(update={"id": f"{sys.argv[4]}-{number}"})
    journal.record(Question(question=f"question {number}"), turn, channel="batch")
    print(turn.id, flush=True)
"""


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite:///{file}"


def _writer(url: str, answer: Answer, turns: int, name: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, url, answer.model_dump_json(), str(turns), name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", process.communicate()[1]
    return process


def _start(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


@pytest.mark.parametrize("again", range(3))
def test_processes_that_start_and_write_at_once_lose_no_turn(
    url: str, file: Path, answered: Callable[..., Answer], again: int
) -> None:
    writers = [_writer(url, answered(), TURNS, f"{again}-{n}") for n in range(WRITERS)]
    for writer in writers:
        _start(writer)
    for writer in writers:
        _, complaints = writer.communicate(timeout=60)
        assert complaints == ""
        assert writer.returncode == 0

    with Journal(url) as journal:
        ids = {turn.id for turn in journal.turns(WRITERS * TURNS * 2)}
    assert ids == {f"{again}-{n}-{turn}" for n in range(WRITERS) for turn in range(TURNS)}
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert database.execute("SELECT version_num FROM lodestone_version").fetchall() == [
            (known_versions()[-1],)
        ]
        assert database.execute("SELECT count(*) FROM journal_passages").fetchone() == (
            2 * WRITERS * TURNS,
        )


def test_a_killed_process_loses_no_turn_it_had_written(
    url: str, file: Path, answered: Callable[..., Answer]
) -> None:
    writer = _writer(url, answered(), 100_000, "killed")
    _start(writer)
    assert writer.stdout is not None
    written = [writer.stdout.readline().strip() for _ in range(20)]
    writer.send_signal(signal.SIGKILL)
    rest, _ = writer.communicate(timeout=60)
    written += rest.split()

    with Journal(url) as journal:
        ids = {turn.id for turn in journal.turns(100_000)}
        assert set(written) <= ids
        assert journal.turn(written[-1]).answer is not None
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_threads_share_one_journal(
    journal: Journal, question: Question, answered: Callable[..., Answer]
) -> None:
    errors: list[Exception] = []

    def write() -> None:
        try:
            for _ in range(10):
                journal.record(question, answered(), channel="telegram")
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert len(journal.turns(200)) == 80
