"""`lodestone eval`: ask the golden questions, print the figures, hold them to their floors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.journal.review import RunRecord
    from bot.settings import Settings
    from corpus import Library
    from retrieval.answer import Answer, Question
    from retrieval.evaluation import GoldenSet, Run

EVALUATIONS = "evaluations"
"""The folder below HOME in which runs are stored."""


def evaluate(
    *,
    questions: Annotated[
        Path | None,
        typer.Option(metavar="FILE.jsonl", help="golden questions, one JSON object a line"),
    ] = None,
    journal: Annotated[
        bool,
        typer.Option(
            "--journal", help="the golden questions and regression tests that reviewers promoted"
        ),
    ] = False,
    floors: Annotated[
        Path | None,
        typer.Option(metavar="FILE.yaml", help="bounds; a broken one gives exit status 1"),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help="the day undated questions are asked for; default: when the corpus was checked",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
    failures: Annotated[
        bool, typer.Option("--failures", help="list what went wrong, by question")
    ] = False,
    save: Annotated[bool, typer.Option(help="store the run, to compare the next one")] = True,
) -> None:
    """Measure the answers on golden questions, beside the last run and the plain stack."""
    from rich.console import Console

    from bot.commands import evaluation_report as report
    from bot.settings import load_settings
    from corpus import Library
    from corpus.errors import UsageError
    from retrieval.evaluation import (
        PLAIN_STACK,
        Floors,
        broken_floors,
        last_run,
        latest_check,
        load_floors,
        load_golden,
        save_run,
    )

    # What can be wrong with the files is found before the first, slow question.
    if (questions is None) is not journal:
        raise UsageError("give either --questions FILE.jsonl or --journal")
    settings = load_settings()
    library = Library.load(settings.corpus)
    golden = load_golden(questions, library) if questions else promoted(settings, library)
    bounds = load_floors(floors) if floors else Floors()
    day = as_of.date() if as_of else latest_check(library)

    from retrieval.chain import build_chain

    chain = build_chain(settings.configuration(), library=library, today=lambda: day)
    run = conduct(golden, library, chain.invoke, day)

    folder = settings.home / EVALUATIONS
    last = last_run(folder, golden.digest)
    plain = last_run(folder, golden.digest, PLAIN_STACK)
    if plain is not None and plain.corpus_fingerprint != library.fingerprint:
        plain = None
    broken = broken_floors(run, bounds)
    stored = save_run(run, folder) if save and not journal else None
    change = store_in_journal(settings, run) if save and journal else None

    if as_json:
        typer.echo(report.as_json(run, last, plain, broken, stored, change))
    else:
        console = Console()
        console.print(report.figures_table(run, last, plain, bounds))
        console.print()
        console.print(report.tags_table(run))
        if change is not None:
            console.print()
            console.print(report.describe_change(change))
    if failures:
        for line in report.failure_lines(run.scores):
            typer.echo(line, err=as_json)
    for floor in broken:
        typer.echo(report.describe_floor(floor), err=True)
    if broken:
        raise typer.Exit(1)


def promoted(settings: Settings, library: Library) -> GoldenSet:
    """The golden questions and regression tests of the journal.

    Raises:
        UsageError: there are none.
    """
    from bot.journal.review import Reviews
    from bot.session import open_journal
    from corpus.errors import UsageError
    from retrieval.evaluation import GoldenSet

    with open_journal(settings) as journal:
        found = Reviews(journal, library=library).golden_questions()
    if not found:
        raise UsageError(
            "no golden questions in the journal yet: promote turns in the review pages "
            "(lodestone review)"
        )
    return GoldenSet(name="journal", questions=tuple(found))


def store_in_journal(settings: Settings, run: Run) -> RunRecord:
    """Keep a run of the journal's own questions there, compared with the one before."""
    from bot.journal.review import Reviews
    from bot.session import open_journal

    with open_journal(settings) as journal:
        return Reviews(journal).record_run(run, actor="terminal")


def conduct(
    golden: GoldenSet, library: Library, ask: Callable[[Question], Answer], day: date
) -> Run:
    """Ask every question, with a progress bar on stderr where someone watches.

    The first question is asked once more beforehand, unmeasured: the time to an answer is that of
    a process that runs, and loading the models is not part of it.

    Args:
        golden: the questions.
        library: the documents quotes are held to.
        ask: from question to answer.
        day: the date undated questions are asked for, which `ask` must already know.
    """
    from contextlib import suppress
    from time import perf_counter

    from rich.console import Console
    from rich.progress import track

    from corpus.errors import LodestoneError
    from retrieval.evaluation import ask_all, summarise

    started = datetime.now(UTC)
    with suppress(LodestoneError):
        ask(golden.questions[0].as_question())
    console = Console(stderr=True)
    scores = list(
        track(
            ask_all(golden, ask, library, perf_counter),
            description="asking",
            total=len(golden.questions),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
    )
    return summarise(
        golden, scores, started=started, as_of=day, corpus_fingerprint=library.fingerprint
    )
