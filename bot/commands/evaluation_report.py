"""How an evaluation reads: the table of figures, the table of tags, what went wrong, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from retrieval.evaluation import (
    DEPTH,
    FIGURES,
    BrokenFloor,
    Figure,
    Figures,
    Floors,
    Run,
    Score,
    misses,
)

if TYPE_CHECKING:
    from bot.journal.review import RunRecord

_NOTHING = "–"
_TAG_COLUMNS = ("right", "facts_right", "recall_at_5", "cited_documents_right")
_TAG_HEADINGS = ("right", "facts", f"found in {DEPTH}", "cited right")


def show_value(figure: Figure, value: float | None) -> str:
    """A figure's value as people read it, with its unit."""
    if value is None:
        return _NOTHING
    if figure.unit == "share":
        return f"{value:.1%}"
    if figure.unit == "ratio":
        return f"{value:.3f}"
    return f"{value:.0f}" if figure.unit == "words" else f"{value:.1f} ms"


def figures_table(
    run: Run, last: Run | None = None, plain: Run | None = None, floors: Floors | None = None
) -> RenderableType:
    """This run beside the last stored one, the plain stack and the floors.

    A value that misses its floor is marked with an exclamation mark, since colour may be off.
    """
    table = Table(box=None, pad_edge=False)
    table.add_column("figure")
    others = {
        "this run": run.figures,
        "last run": last.figures if last else None,
        "plain stack": plain.figures if plain else None,
    }
    shown = {name: figures for name, figures in others.items() if figures is not None}
    for name in shown:
        table.add_column(name, justify="right")
    bounds = floors.overall if floors else {}
    if bounds:
        table.add_column("floor", justify="right")
    for figure in FIGURES.values():
        values = [figures.get(figure.key) for figures in shown.values()]
        if all(value is None for value in values):
            continue
        cells = [show_value(figure, value) for value in values]
        floor = bounds.get(figure.key)
        if values[0] is not None and floor is not None and misses(figure.key, values[0], floor):
            cells[0] = f"[bold red]! {cells[0]}[/]"
        if bounds:
            sign = "≥" if figure.more_is_better else "≤"
            cells.append(_NOTHING if floor is None else f"{sign} {show_value(figure, floor)}")
        table.add_row(figure.label, *cells)
    return Group(Text(_title(run)), table)


def tags_table(run: Run) -> RenderableType:
    """For each tag how many questions it has and how many went right."""
    table = Table(title="By tag", title_justify="left", box=None, pad_edge=False)
    table.add_column("tag")
    for heading in ("questions", *_TAG_HEADINGS):
        table.add_column(heading, justify="right")
    for tag, figures in run.tags.items():
        count = sum(tag in score.tags for score in run.scores)
        cells = [show_value(FIGURES[key], figures.get(key)) for key in _TAG_COLUMNS]
        table.add_row(escape(tag), str(count), *cells)
    return table


def describe_floor(broken: BrokenFloor) -> str:
    """One line that says which floor broke and by how much."""
    figure = FIGURES[broken.figure]
    bound = "floor" if figure.more_is_better else "ceiling"
    where = f"{broken.tag}: " if broken.tag else ""
    value, floor = show_value(figure, broken.value), show_value(figure, broken.floor)
    return f"{bound} broken: {where}{figure.label} is {value}, {bound} {floor} ({figure.key})"


def failure_lines(scores: Sequence[Score]) -> Iterator[str]:
    """One line for each question that went wrong in some way, saying how."""
    for score in scores:
        faults = list(_faults(score))
        if faults:
            yield f"{score.id} [{', '.join(score.tags)}]: {'; '.join(faults)}"


def as_json(
    run: Run,
    last: Run | None,
    plain: Run | None,
    broken: Sequence[BrokenFloor],
    stored: Path | None,
    change: RunRecord | None = None,
) -> str:
    """Everything as one JSON object on one line."""
    data = {
        **run.model_dump(mode="json"),
        "last_run": _brief(last),
        "plain_stack": _brief(plain),
        "broken_floors": [floor.model_dump(mode="json") for floor in broken],
        "stored": str(stored) if stored else None,
        **({"journal": change.model_dump(mode="json")} if change else {}),
    }
    return json.dumps(data, ensure_ascii=False)


def describe_change(run: RunRecord) -> str:
    """How many of the journal's questions went right, and what changed since the run before."""
    told = f"right: {run.right} of {run.questions} ({run.right / max(run.questions, 1):.1%})"
    if run.before is None or run.now is None:
        return f"{told}; the first run of these questions"
    before, now = (round(share * run.common) for share in (run.before, run.now))
    return (
        f"{told}; of the {run.common} asked before, {before} → {now} right "
        f"({run.before:.1%} → {run.now:.1%})"
    )


def _brief(run: Run | None) -> dict[str, str | Figures] | None:
    return {"started": run.started.isoformat(), "figures": run.figures} if run else None


def _title(run: Run) -> str:
    answerable = sum(score.answerable for score in run.scores)
    return (
        f"{run.questions_file}: {run.questions} questions, {answerable} answerable, "
        f"as of {run.as_of}"
    )


def _faults(score: Score) -> Iterator[str]:
    if score.error is not None:
        yield f"no answer: {score.error}"
        return
    if score.outcome is not None and not score.outcome_right:
        yield f"{score.outcome}, should be {score.expected}"
    if score.missing:
        yield "lacks " + ", ".join(f'"{text}"' for text in score.missing)
    if score.forbidden:
        yield "says " + ", ".join(f'"{text}"' for text in score.forbidden)
    if score.answerable and score.rank is None:
        yield f"no right document in the first {DEPTH} passages"
    if score.answerable and score.citations and not score.cited_right:
        yield f"none of {score.citations} citations is of a right document"
    if score.quotes_inexact:
        yield "inexact quotes " + ", ".join(f"[{number}]" for number in score.quotes_inexact)
    if score.ungrounded:
        yield "unsupported numbers " + " | ".join(score.ungrounded)
    if score.claims_uncited:
        yield f"{score.claims_uncited} claims without a citation"
