"""How good the answers are beside the plain LangChain stack, on the same questions in one run.

The plain stack finds passages and writes no answer, so it is held to what it finds: whether a right
document is among its five chunks, and whether the chunks hold the facts. Its run is stored beside
those of `lodestone eval`, which then shows it.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from rich.console import Console

from bot.commands.evaluate import EVALUATIONS, conduct
from bot.commands.evaluation_report import figures_table, tags_table
from bot.settings import load_settings
from corpus import Library
from retrieval.chain import build_chain
from retrieval.evaluation import (
    PLAIN_STACK,
    GoldenSet,
    Run,
    Score,
    latest_check,
    load_golden,
    save_run,
    score_passages,
    summarise,
)
from tests.bench.plain_stack import build_index, find, open_index
from tests.bench.worker import PLAIN_FOLDER

QUESTIONS = Path("tests/golden/dev.jsonl")
RESULTS = PLAIN_FOLDER / "quality.json"


def measure_plain(golden: GoldenSet, library: Library) -> Run:
    """Ask the plain stack every question. It keeps no history, so a follow-up stands alone."""
    started = datetime.now(UTC)
    index = open_index(build_index(PLAIN_FOLDER, library))
    find(index, golden.questions[0].question)
    scores: list[Score] = []
    for question in golden.questions:
        begin = perf_counter()
        found = find(index, question.question)
        scores.append(score_passages(question, found, (perf_counter() - begin) * 1000))
    return summarise(
        golden,
        scores,
        system=PLAIN_STACK,
        started=started,
        as_of=latest_check(library),
        corpus_fingerprint=library.fingerprint,
    )


def measure_lodestone(golden: GoldenSet, library: Library) -> Run:
    """Ask Lodestone every question, as `lodestone eval` does."""
    day = latest_check(library)
    configuration = load_settings().configuration()
    chain = build_chain(configuration, library=library, today=lambda: day)
    return conduct(golden, library, chain.invoke, day)


def main() -> None:
    """Measure both, print them side by side, write the figures, store the plain stack's run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    options = parser.parse_args()
    settings = load_settings()
    library = Library.load(settings.corpus)
    golden = load_golden(options.questions, library)
    plain = measure_plain(golden, library)
    save_run(plain, settings.home / EVALUATIONS)
    ours = measure_lodestone(golden, library)
    figures = {run.system: {"figures": run.figures, "tags": run.tags} for run in (ours, plain)}
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    console = Console(width=110)
    console.print(figures_table(ours, plain=plain))
    console.print()
    console.print(tags_table(ours))


if __name__ == "__main__":
    main()
