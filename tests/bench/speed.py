"""How fast Lodestone is beside the plain LangChain stack, in one run: `make bench`.

The two are measured in turn, A B then B A, so that a busy moment of the machine hits both. Warm
figures come from two processes that run all along; cold ones from whole processes, start to end.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, Self

from pydantic import BaseModel, ConfigDict
from rich.console import Console
from rich.table import Table

from corpus import Library
from retrieval.evaluation import GoldenQuestion, load_golden, percentile
from tests.bench.plain_stack import build_index
from tests.bench.worker import PLAIN_FOLDER

ROOT = Path(__file__).parents[2]
QUESTIONS = ROOT / "tests" / "golden" / "dev.jsonl"
HOME = PLAIN_FOLDER / "home"
RESULTS = PLAIN_FOLDER / "speed.json"
COLD_QUESTION = "What tariff do Japanese cars pay today?"
WARM_UP = 3
"""Questions that are asked first and not counted."""
ROUNDS = 3
"""How often each question is asked; its quickest time counts."""
MEMORY_QUESTIONS = 20


class Measured(BaseModel):
    """One row: what was measured, on both sides, and the bound it should keep.

    `ours` and `peer` are in `unit`; `bound` is on their ratio where there is a peer, else on ours.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    unit: str
    ours: float
    peer: float | None = None
    bound: float | None = None

    @property
    def ratio(self) -> float | None:
        """Ours over the peer's; below 1 we are faster or smaller."""
        return self.ours / self.peer if self.peer else None

    @property
    def is_kept(self) -> bool:
        """Whether the bound is kept, where there is one."""
        value = self.ours if self.peer is None else self.ratio
        return self.bound is None or value is None or value <= self.bound


class Worker:
    """A process that holds one system; see `tests.bench.worker`."""

    def __init__(self, system: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.worker", system],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def __enter__(self) -> Self:
        self._read()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def ask(self, golden: GoldenQuestion) -> float:
        """Milliseconds this question takes, as the worker itself measures them."""
        question = golden.as_question().model_dump(mode="json", exclude_none=True)
        return float(self._request({"ask": question})["ms"])

    def memory(self) -> dict[str, float]:
        """`VmHWM` and `VmRSS` in MiB."""
        return {key: float(value) for key, value in self._request({"memory": True}).items()}

    def _request(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(
                f"the worker {self._process.args!r} ended; run it by hand to see why"
            )
        reply: dict[str, Any] = json.loads(line)
        return reply


def environment() -> dict[str, str]:
    """What the measured processes see: no settings but a home of the bench's own, no network."""
    kept = {k: v for k, v in os.environ.items() if not k.upper().startswith("LODESTONE_")}
    return kept | {
        "LODESTONE_HOME": str((ROOT / HOME).absolute()),
        "HF_HUB_OFFLINE": "1",
        "ANONYMIZED_TELEMETRY": "False",
        "PYTHONPATH": str(ROOT),
    }


def lodestone(*arguments: str) -> list[str]:
    """The command as it is installed beside this interpreter, else from the source."""
    script = Path(sys.executable).parent / "lodestone"
    start = [str(script)] if script.exists() else [sys.executable, "-c", _FROM_SOURCE]
    return [*start, *arguments]


_FROM_SOURCE = "from bot.cli import main; main()"


def warm(questions: Sequence[GoldenQuestion]) -> list[Measured]:
    """A whole cited answer beside the plain stack's retrieval, over all questions.

    Each question is asked in several rounds and its quickest time taken, on both sides: what other
    processes of the machine do then weighs less, and the percentiles tell the questions apart.
    """
    with Worker("lodestone") as ours, Worker("plain") as peer:
        for golden in questions[:WARM_UP]:
            ours.ask(golden)
            peer.ask(golden)
        times: dict[Worker, dict[str, float]] = {ours: {}, peer: {}}
        for turn, golden in enumerate(question for _ in range(ROUNDS) for question in questions):
            for worker in (ours, peer) if turn % 2 == 0 else (peer, ours):
                spent = worker.ask(golden)
                times[worker][golden.id] = min(spent, times[worker].get(golden.id, spent))
    return [
        Measured(
            name=f"warm: whole cited answer / plain retrieval, {label}",
            unit="ms",
            ours=percentile(times[ours].values(), share) or 0,
            peer=percentile(times[peer].values(), share),
            bound=1,
        )
        for label, share in (("p50", 0.5), ("p95", 0.95))
    ]


def cold(repeats: int) -> Measured:
    """`lodestone ask` as a process beside a process that retrieves once with the plain stack."""
    place = build_index(PLAIN_FOLDER, Library.load())
    ours = lodestone("ask", COLD_QUESTION)
    peer = [sys.executable, "-m", "tests.bench.first_retrieval", str(place), COLD_QUESTION]
    ours_s, peer_s = in_turn(ours, peer, repeats)
    return Measured(
        name="cold: lodestone ask / plain stack's first retrieval",
        unit="s",
        ours=ours_s,
        peer=peer_s,
        bound=1 / 3,
    )


def resident(questions: Sequence[GoldenQuestion]) -> list[Measured]:
    """Memory of each system's process after the same questions."""
    found: dict[str, dict[str, float]] = {}
    for system in ("lodestone", "plain"):
        with Worker(system) as worker:
            for golden in questions[:MEMORY_QUESTIONS]:
                worker.ask(golden)
            found[system] = worker.memory()
    names = {"VmHWM": "memory after 20 questions, peak", "VmRSS": "memory after 20 questions"}
    # The bound is on the size itself, so the peer's stands in a row of its own.
    return [
        Measured(name=f"{name}{side}", unit="MiB", ours=found[system][key], bound=bound)
        for key, name in names.items()
        for system, side, bound in (("lodestone", "", 350), ("plain", " (plain stack)", None))
    ]


def start_up(repeats: int) -> list[Measured]:
    """`lodestone --help` beside an interpreter that does nothing."""
    ours, empty = in_turn(lodestone("--help"), [sys.executable, "-c", "pass"], repeats)
    return [
        Measured(name="lodestone --help", unit="s", ours=ours, bound=0.5),
        Measured(name="python -c pass", unit="s", ours=empty),
    ]


def in_turn(first: list[str], second: list[str], repeats: int) -> tuple[float, float]:
    """Median seconds of two commands, run alternately; one run of each is thrown away."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(repeats + 1):
        for which in (0, 1) if turn % 2 == 0 else (1, 0):
            seconds = run_once((first, second)[which])
            if turn > 0:
                times[which].append(seconds)
    return statistics.median(times[0]), statistics.median(times[1])


def run_once(command: list[str]) -> float:
    """Seconds from start to end of a process; it must end well."""
    begin = perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, check=False)
    seconds = perf_counter() - begin
    if done.returncode != 0:
        raise RuntimeError(f"{command!r} failed: {done.stderr.decode(errors='replace')[-500:]}")
    return seconds


def table(rows: Sequence[Measured], load: float = 0) -> Table:
    """The rows as people read them; a bound that is not kept is marked.

    `load` is how many processes ran already when the bench began: near 0, or the figures are noisy.
    """
    title = f"Speed and size, in one run; load of the machine before it: {load:.1f}"
    shown = Table(title=title, title_justify="left", box=None)
    shown.add_column("measure")
    for heading in ("lodestone", "plain stack", "ratio", "bound"):
        shown.add_column(heading, justify="right")
    for row in rows:
        cells = [f"{row.ours:.3g} {row.unit}"]
        cells.append("–" if row.peer is None else f"{row.peer:.3g} {row.unit}")
        cells.append("–" if row.ratio is None else f"{row.ratio:.2f}")
        mark = "" if row.is_kept else "! "
        cells.append("–" if row.bound is None else f"{mark}≤ {row.bound:.3g}")
        shown.add_row(row.name, *cells)
    return shown


def main() -> None:
    """Measure, print the table, write the results beside the bench's indexes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    parser.add_argument("--repeats", type=int, default=5, help="of each cold measurement")
    options = parser.parse_args()
    questions = load_golden(options.questions).questions
    load = os.getloadavg()[0]
    # The index is built beforehand, by a process of its own: building needs far more memory.
    run_once(lodestone("index"))
    rows = [
        *warm(questions),
        cold(options.repeats),
        *resident(questions),
        *start_up(options.repeats),
    ]
    shown = [row.model_dump() | {"ratio": row.ratio, "is_kept": row.is_kept} for row in rows]
    results = {"load_before": load, "questions": len(questions), "rows": shown}
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    Console(width=110).print(table(rows, load))


if __name__ == "__main__":
    os.chdir(ROOT)
    main()
