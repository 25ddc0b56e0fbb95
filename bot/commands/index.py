"""`lodestone index`: build or refresh the index, and say what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from retrieval.indexing import Changes

_NAMED = 5
"""Documents named one by one in the report; the others are counted."""


def index(
    rebuild: Annotated[bool, typer.Option(help="Embed every document again.")] = False,
) -> None:
    """Build the index, or bring it up to date with the documents."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from bot.output import printable, warn
    from bot.settings import load_settings
    from corpus import Library
    from retrieval.embedding import load_embedding
    from retrieval.engine import index_folder
    from retrieval.indexing import refresh_index

    configuration = load_settings().configuration()
    library = Library.load(configuration.corpus)
    for error in library.broken:
        warn(f"left out: {error}")
    console = Console(stderr=True)
    model = load_embedding(configuration.embedding, configuration.home / "models")
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
    )
    with Progress(
        *columns,
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task("embedding", total=None)
        changes = refresh_index(
            index_folder(configuration),
            library,
            model,
            rebuild=rebuild,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
            waiting=lambda: warn("another process is building the index: waiting for it"),
        )
    typer.echo(printable(_report(changes, len(library))))


def _report(changes: Changes, documents: int) -> str:
    size = f"{documents} documents in {changes.passages} passages"
    if not changes:
        return f"The index is up to date: {size}."
    lines = [f"The index holds {size}."]
    if changes.rebuilt_because:
        lines.append(f"Built anew: {changes.rebuilt_because}.")
    for verb, names in (
        ("added", changes.added),
        ("changed", changes.changed),
        ("removed", changes.removed),
    ):
        if names:
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            lines.append(f"{len(names)} {verb}: {', '.join(names[:_NAMED])}{more}.")
    return "\n".join(lines)
