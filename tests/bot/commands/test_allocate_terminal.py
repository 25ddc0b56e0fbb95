"""The questionnaire of `lodestone allocate` at a real terminal."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PATIENCE_S = 30.0
_COMMAND = """
import fcntl, signal, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGINT, signal.default_int_handler)
from bot.cli import main
main()
"""
"""With the terminal as its own, so that Ctrl-C comes from there; heard also where the tests run in
the background, whose children ignore it."""

_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """The command in a terminal of 100 columns, its words without colours."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self._side, other = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", _COMMAND, "allocate", *arguments],
            stdin=other,
            stdout=other,
            stderr=other,
            start_new_session=True,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT),
                "LODESTONE_HOME": str(home),
                "TERM": "xterm-256color",
                "COLUMNS": "100",
                "LANG": "C.UTF-8",
            },
        )
        os.close(other)
        self.seen = ""
        self._read = 0

    def shows(self, text: str) -> None:
        """Wait until something is shown that was not looked at before."""
        until = time.monotonic() + PATIENCE_S
        while text not in self.seen[self._read :]:
            assert time.monotonic() < until, self.seen[self._read :]
            assert self._more(), self.seen[self._read :]
        self._read = self.seen.index(text, self._read) + len(text)

    def type(self, text: str) -> None:
        """Type a line."""
        self.press(f"{text}\n")

    def press(self, keys: str) -> None:
        """Press keys."""
        os.write(self._side, keys.encode())

    def ends(self) -> int:
        """Read on to the end; the exit status."""
        while self._more():
            pass
        return self.process.wait(PATIENCE_S)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._side)

    def _more(self) -> bool:
        ready, _, _ = select.select([self._side], [], [], PATIENCE_S)
        try:
            got = os.read(self._side, 65536) if ready else b""
        except OSError:  # how Linux tells that the other side is closed
            got = b""
        self.seen += _COLOURS.sub("", got.decode(errors="replace")).replace("\r", "")
        return bool(got)


Open = Callable[..., Terminal]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Open]:
    opened: list[Terminal] = []

    def open_one(*arguments: str) -> Terminal:
        opened.append(Terminal(tmp_path / "home", *arguments))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


def test_wrong_answers_back_and_contradictions_end_in_a_mix(terminal: Open) -> None:
    shell = terminal("--as-of", "2026-11-22")
    shell.shows("Question 1 of 11")
    shell.type("soon")
    shell.shows("“soon” is none of the answers: give its number, 1 to 3, or its words.")
    shell.shows("Question 1 of 11")
    shell.type("in more than 10 years")
    shell.shows("Question 2 of 11")
    shell.type("")
    shell.shows("This question needs an answer.")
    shell.type("yes")
    shell.shows("Question 3 of 11")
    shell.type("back")
    shell.shows("Question 2 of 11")
    shell.type("y")
    shell.shows("Question 3 of 11")
    shell.type("n")
    shell.shows("Question 4 of 11")
    shell.type("5")
    shell.shows("Question 5 of 11")
    shell.type("1")
    shell.shows("Question 4 of 11")
    shell.shows("point in different directions")
    shell.type("3")
    shell.shows("Question 5 of 11")
    shell.type("3")
    shell.shows("Question 6 of 11")
    shell.type("３０％")
    shell.shows("Question 7 of 11")
    shell.type("yes")
    shell.shows("Question 8 of 11")
    shell.type("VTT")
    shell.shows("The fund “VTT” is not in the list. Is one of these meant: VT")
    shell.type("")
    shell.shows("Question 9 of 11")
    shell.type("skip")
    shell.shows("Question 10 of 11")
    shell.type("")
    shell.shows("Question 11 of 11")
    shell.type("")
    shell.shows("Allocation for 22 November 2026")
    shell.shows("53.75 %")
    shell.shows("made again by: lodestone journal replay")
    assert shell.ends() == 0
    assert "Traceback" not in shell.seen


@pytest.mark.parametrize(("keys", "status"), [("\x03", 130), ("\x04", 2)])
def test_ctrl_c_and_ctrl_d_leave_without_a_traceback_and_keep_nothing(
    terminal: Open, tmp_path: Path, keys: str, status: int
) -> None:
    shell = terminal()
    shell.shows("Question 1 of 11")
    shell.type("3")
    shell.shows("Question 2 of 11")
    shell.shows("> ")
    shell.press(keys)

    assert shell.ends() == status
    assert "Traceback" not in shell.seen
    database = tmp_path / "home" / "journal.db"
    if database.exists():
        with closing(sqlite3.connect(database)) as opened:
            (count,) = opened.execute("select count(*) from results").fetchone()
        assert count == 0


def test_a_terminal_that_is_closed_ends_it(terminal: Open) -> None:
    shell = terminal()
    shell.shows("Question 1 of 11")
    os.killpg(shell.process.pid, signal.SIGHUP)

    assert shell.ends() == -signal.SIGHUP


def test_in_japanese_it_asks_and_understands_japanese(terminal: Open) -> None:
    shell = terminal("--language", "ja", "--as-of", "2026-11-22")
    for answer in ("10年より先", "はい", "いいえ", "3", "3", "30", "はい", "なし", "", "", ""):
        shell.shows("> ")
        shell.type(answer)
    shell.shows("2026年11月22日の配分")
    assert shell.ends() == 0
