"""Damage, no room, no model, Ctrl-C, a kill, two at once: one clear line, nothing lost."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
from pathlib import Path

import pytest

from tests.e2e.cli.conftest import COPPER, Command, finish, wait_for

pytestmark = pytest.mark.e2e


def test_a_damaged_index_is_built_anew_before_the_answer_and_said_so(indexed: Command) -> None:
    (damaged,) = indexed.generations()
    (damaged / "chroma" / "chroma.sqlite3").write_bytes(b"\xa5" * 100_000)
    status, out, err = indexed.run("ask", COPPER, "--json")
    assert status == 0
    assert json.loads(out)["outcome"] == "answered"
    assert err[0].startswith(f"lodestone: the vector index at {damaged}/chroma is damaged")
    assert err[0].endswith("building it now, which takes about half a minute")
    assert err[1] == "The index holds 2 documents in 10 passages."
    assert indexed.run("ask", COPPER)[2] == []


def test_no_room_for_the_index_is_told_and_leaves_nothing(command: Command) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    status, out, err = command.run("index", limit=limit)
    assert (status, out) == (1, "")
    assert len(err) == 1
    assert "cannot be written" in err[0]
    assert "free some space or set LODESTONE_HOME" in err[0]
    assert command.generations() == []


def test_a_model_that_is_not_there_is_one_line(command: Command) -> None:
    command.environment["LODESTONE_EMBEDDING"] = "no/such-model"
    status, out, err = command.run("index")
    assert (status, out) == (1, "")
    assert len(err) == 1
    assert err[0].startswith("lodestone: the embedding model 'no/such-model' cannot be loaded (")
    assert "set LODESTONE_EMBEDDING to 'minilm'" in err[0]


def test_ctrl_c_while_indexing_leaves_nothing_half_written(command: Command) -> None:
    process = command.start("index")
    wait_for((command.index / ".lock").exists)
    process.send_signal(signal.SIGINT)
    assert finish(process) == (130, "", ["lodestone: stopped"])
    assert command.generations() == []
    assert not (command.index / "current").exists()


def test_ctrl_c_while_a_question_waits_for_the_index_stops_both_and_says_so_once(
    command: Command,
) -> None:
    process = command.start("ask", COPPER)
    wait_for((command.index / ".lock").exists)
    os.killpg(process.pid, signal.SIGINT)
    status, out, err = finish(process)
    assert (status, out) == (130, "")
    assert err[1:] == ["lodestone: stopped"]
    assert command.generations() == []


def test_ctrl_c_in_a_batch_keeps_the_answers_given_so_far(indexed: Command) -> None:
    process = indexed.start("ask", "--batch", "/dev/stdin", stdin=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f'{{"id": "first", "question": "{COPPER}"}}\n' + " " * 100_000)
    process.stdin.flush()
    answer = json.loads(process.stdout.readline())
    process.send_signal(signal.SIGINT)
    assert answer["question_id"] == "first"
    assert finish(process) == (130, "", ["lodestone: stopped"])
    status, listed, _ = indexed.run("journal", "list")
    assert status == 0
    assert COPPER[:20] in listed


def test_a_killed_build_is_cleared_away_and_done_by_the_next(command: Command) -> None:
    process = command.start("index")
    wait_for((command.index / ".lock").exists)
    wait_for(lambda: command.generations() or process.poll() is not None)
    process.kill()
    process.communicate()
    status, out, err = command.run("index")
    assert (status, err) == (0, [])
    assert "2 documents in 10 passages" in out
    current = (command.index / "current").read_text(encoding="ascii")
    assert [path.name for path in command.generations()] == [current]


def test_of_two_at_once_one_waits_and_finds_the_index_fresh(command: Command) -> None:
    first = command.start("index")
    wait_for((command.index / ".lock").exists)
    second = command.run("index")
    assert finish(first)[::2] == (0, [])
    assert second == (
        0,
        "The index is up to date: 2 documents in 10 passages.\n",
        ["lodestone: another process is building the index: waiting for it"],
    )


def test_a_home_below_a_file_is_told_without_an_answer(command: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    command.environment["LODESTONE_HOME"] = str(tmp_path / "file" / "home")
    status, out, err = command.run("ask", COPPER)
    assert (status, out) == (1, "")
    assert err == [
        "lodestone: there is no index yet: building it now, which takes about half a minute",
        f"lodestone: the index cannot be written below {tmp_path}/file/home/index (Not a directory)"
        ": free some space or set LODESTONE_HOME to a folder that can be written",
        "lodestone: the index could not be built, for the reason given above",
    ]
