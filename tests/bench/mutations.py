"""How many false claims the verifier catches, and how many true ones it rejects.

    python -m tests.bench.mutations [--each N] [--seed N] [--show KIND] [--half NAME]

Claims are made from the corpus, the same ones for the same seed. Rules were written against the
first half of the documents. Misses in the second half were read too, late, and a few general
rules were mended after them; so that half is a second sample and no unseen one. The claims
written by hand are the hardest rows, and the nearest to what a chat model writes.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import defaultdict
from dataclasses import dataclass, field
from random import Random

from rich.console import Console
from rich.table import Table

from corpus import Library
from retrieval.verify import check_claim
from tests.bench.mutation.honest import honest_cases
from tests.bench.mutation.material import Case, sentences, written_by_hand
from tests.bench.mutation.mutated import mutated_cases

SEED = 20261122
FLOORS = {
    "number": 0.99,
    "unit": 0.99,
    "date": 0.99,
    "entity": 0.99,
    "negation added": 0.90,
    "negation dropped": 0.90,
    "hedge dropped": 0.90,
    "hedge added": 0.90,
    "wrong source, same document": 0.95,
    "wrong source, other document": 0.95,
}
MOST_REJECTED = 0.05


@dataclass
class Tally:
    """Results of one half of the documents."""

    caught: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    rejected: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    milliseconds: list[float] = field(default_factory=list)
    wrong: list[tuple[Case, str]] = field(default_factory=list)

    def share_rejected(self) -> float:
        """Of all honest claims."""
        every = [outcome for outcomes in self.rejected.values() for outcome in outcomes]
        return sum(every) / len(every)

    def share_caught(self, kind: str) -> float:
        """Of the mutated claims of one kind."""
        return sum(self.caught[kind]) / len(self.caught[kind])


def measure(library: Library, *, held_out: bool, each: int, seed: int = SEED) -> Tally:
    """Put `each` claims of every kind to the verifier."""
    random = Random(f"{seed}-{held_out}")  # noqa: S311 - a bench wants the same claims each time
    material = sentences(library, held_out=held_out)
    cases = [
        *honest_cases(material, random, each=each),
        *mutated_cases(material, random, each=each),
    ]
    if not held_out:
        cases += written_by_hand()
    check_claim("A first claim reads the word lists.", ["A first claim reads the word lists."])
    tally = Tally()
    for case in cases:
        start = time.thread_time()
        verdict = check_claim(case.claim, case.quotes)
        tally.milliseconds.append((time.thread_time() - start) * 1000)
        outcomes = tally.rejected if case.honest else tally.caught
        outcomes[case.kind].append(not verdict.ok)
        if verdict.ok != case.honest:
            reasons = "; ".join(f"{f.reason}: {f.detail}" for f in verdict.failures)
            tally.wrong.append((case, reasons))
    return tally


def _table(halves: dict[str, Tally]) -> Table:
    table = Table(title="The verifier against the mutation bench")
    for heading in ("kind", "asked for", *halves):
        table.add_column(heading, justify="left" if heading == "kind" else "right")

    def row(kind: str, wanted: str, side: str, label: str = "") -> None:
        cells = []
        for tally in halves.values():
            outcomes: list[bool] = getattr(tally, side).get(kind, [])
            cells.append(
                f"{sum(outcomes) / len(outcomes):7.1%} of {len(outcomes)}" if outcomes else "-"
            )
        table.add_row(label or kind, wanted, *cells)

    first = next(iter(halves.values()))
    for kind in first.caught:
        row(kind, f">= {FLOORS[kind]:.0%}" if kind in FLOORS else "", "caught")
    table.add_section()
    for kind in first.rejected:
        row(kind, "", "rejected", f"honest, rejected: {kind}")
    table.add_section()
    table.add_row(
        "honest, rejected: all",
        f"<= {MOST_REJECTED:.0%}",
        *(f"{tally.share_rejected():.1%}" for tally in halves.values()),
    )
    for name, share in (("median", 50), ("95th percentile", 95), ("99th percentile", 99)):
        cells = (
            f"{statistics.quantiles(t.milliseconds, n=100)[share - 1]:.2f} ms"
            for t in halves.values()
        )
        table.add_row(f"time a claim, {name}", "< 1 ms" if share == 50 else "", *cells)
    return table


def main() -> None:
    """Print the table, and with `--show` what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--each", type=int, default=150, help="claims of every kind and half")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--half", choices=["first", "second", "both"], default="both")
    parser.add_argument("--show", help="print the wrong verdicts of this kind, or `all`")
    arguments = parser.parse_args()
    library = Library.load()
    names = {"first": False, "second": True}
    halves = {
        name: measure(library, held_out=held_out, each=arguments.each, seed=arguments.seed)
        for name, held_out in names.items()
        if arguments.half in (name, "both")
    }
    console = Console(width=160)
    for tally in halves.values():
        for case, reasons in tally.wrong if arguments.show else ():
            if arguments.show in ("all", case.kind):
                lines = (case.kind, f"claim  {case.claim}", *case.quotes, reasons)
                console.print("\n  ".join(lines), markup=False, highlight=False)
    console.print(_table(halves))


if __name__ == "__main__":
    main()
