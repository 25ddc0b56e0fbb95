"""The bench's own arithmetic and its workers' protocol; the figures are for `make bench`."""

from __future__ import annotations

import io
import sys

import pytest
from rich.console import Console

from retrieval.answer import Question
from tests.bench.speed import Measured, environment, in_turn, run_once, table
from tests.bench.worker import memory, reply_to


@pytest.mark.parametrize(
    ("ours", "peer", "bound", "is_kept"),
    [
        (5, 10, 0.5, True),
        (6, 10, 0.5, False),
        (300, None, 350, True),
        (400, None, 350, False),
        (9, None, None, True),
    ],
)
def test_a_bound_is_on_the_ratio_where_there_is_a_peer_and_else_on_the_value(
    ours: float, peer: float | None, bound: float | None, is_kept: bool
) -> None:
    row = Measured(name="x", unit="ms", ours=ours, peer=peer, bound=bound)
    assert row.is_kept == is_kept


def test_a_bound_that_is_not_kept_is_marked_in_the_table() -> None:
    file = io.StringIO()
    rows = [
        Measured(name="warm", unit="ms", ours=12, peer=8, bound=1),
        Measured(name="memory", unit="MiB", ours=300, bound=350),
    ]
    Console(file=file, width=110).print(table(rows))
    shown = {line.split()[0]: line.split()[1:] for line in file.getvalue().splitlines() if line}
    assert shown["warm"] == ["12", "ms", "8", "ms", "1.50", "!", "≤", "1"]
    assert shown["memory"] == ["300", "MiB", "–", "–", "≤", "350"]


def test_commands_are_run_in_turn_and_their_median_is_taken() -> None:
    slow = [sys.executable, "-c", "import time; time.sleep(0.2)"]
    slow_s, quick_s = in_turn(slow, [sys.executable, "-c", "pass"], 1)
    assert slow_s > quick_s > 0


def test_a_command_that_fails_stops_the_bench() -> None:
    with pytest.raises(RuntimeError, match="boom"):
        run_once([sys.executable, "-c", "raise SystemExit('boom')"])


def test_measured_processes_see_no_settings_but_a_home_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LODESTONE_MODEL", "openai:some")
    seen = environment()
    assert [key for key in seen if key.startswith("LODESTONE_")] == ["LODESTONE_HOME"]
    assert seen["HF_HUB_OFFLINE"] == "1"


def test_a_worker_times_each_question_and_tells_its_memory() -> None:
    asked: list[str] = []

    def note(question: Question) -> None:
        asked.append(question.question)

    reply = reply_to({"ask": {"question": "What do cars pay?"}}, note)
    assert asked == ["What do cars pay?"]
    assert 0 <= reply["ms"] < 1000
    sizes = reply_to({"memory": True}, note)
    assert sizes.keys() == memory().keys()
    assert sizes["VmHWM"] >= sizes["VmRSS"] * 0.9 > 0
