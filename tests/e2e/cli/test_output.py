"""What a shell or another program sees of `lodestone ask`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.cli.conftest import COPPER, Command

pytestmark = pytest.mark.e2e


def piped(command: Command, *arguments: str, into: str) -> subprocess.CompletedProcess[str]:
    """Run a command with a shell's pipe or redirection behind it."""
    line = f'"$0" -m bot.cli "$@" {into}'
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line, sys.executable, *arguments],
        cwd=command.folder,
        env=command.environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_stdout_holds_one_json_object_and_stderr_nothing(indexed: Command) -> None:
    status, out, err = indexed.run("ask", COPPER, "--json")
    assert (status, err) == (0, [])
    answer = json.loads(out)
    assert answer["citations"]
    for citation in answer["citations"]:
        shown = indexed.run("corpus", "show", citation["document_id"], "--body")
        assert citation["quote"] == shown[1][citation["start"] : citation["end"]]


def test_a_reader_that_closes_early_is_no_trouble(indexed: Command, tmp_path: Path) -> None:
    batch = tmp_path / "batch.jsonl"
    batch.write_text(f'{{"question": "{COPPER}"}}\n' * 50, encoding="utf-8")
    for arguments in (["ask", COPPER], ["ask", "--batch", str(batch)], ["corpus", "list"]):
        done = piped(indexed, *arguments, into="| head -1")
        assert done.stdout.count("\n") == 1
        assert done.stderr == ""


def test_a_full_disk_behind_stdout_is_one_line(indexed: Command) -> None:
    for arguments in (["ask", COPPER, "--json"], ["corpus", "show", "s232-copper-10962"]):
        done = piped(indexed, *arguments, into="> /dev/full")
        assert done.returncode == 1
        assert done.stderr == "lodestone: the output: No space left on device\n"


def test_output_is_utf8_whatever_the_locale_says(indexed: Command) -> None:
    indexed.environment |= {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    status, out, err = indexed.run("ask", "銅の関税は何パーセントですか。")
    assert (status, err) == (0, [])
    assert "出典" in out


def test_bytes_that_are_no_text_in_an_argument_do_no_harm(indexed: Command) -> None:
    done = subprocess.run(
        [sys.executable.encode(), b"-m", b"bot.cli", b"ask", b"copper \xff\xfe tariff", b"--json"],
        cwd=indexed.folder,
        env=indexed.environment,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["question"] == "copper \ufffd\ufffd tariff"
