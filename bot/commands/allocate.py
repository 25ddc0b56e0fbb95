"""`lodestone allocate`: a mix by published rules, from answers, a profile or a file of profiles."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.allocate_views import diff, explain, funds, rules, table
from bot.commands.allocation_options import AsOf, Language, ProfileFile, open_allocation

if TYPE_CHECKING:
    from bot.allocation import Allocation, Profile
    from bot.commands.allocation_options import Opened

allocate_app = typer.Typer(
    invoke_without_command=True,
    help="A mix by published rules, every percentage point with its rule and source. Not advice.",
)
allocate_app.command()(table)
allocate_app.command()(explain)
allocate_app.command()(rules)
allocate_app.command()(diff)
allocate_app.command()(funds)


@allocate_app.callback()
def allocate(  # noqa: PLR0917 - one option each
    context: typer.Context,
    profile: ProfileFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the Allocation as JSON.")] = False,
    batch: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.jsonl",
            help="One Profile object a line in, one Allocation out; not kept in the journal.",
        ),
    ] = None,
    as_of: AsOf = None,
    chart: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Also write the mix as a picture.")
    ] = None,
    dark: Annotated[bool, typer.Option("--dark", help="Make the picture dark.")] = False,
    language: Language = "en",
) -> None:
    """Answer a few questions, or give a profile, and get a mix with all its reasons."""
    from corpus.errors import ProfileError

    given = profile or batch or as_json or as_of or chart or dark
    if context.invoked_subcommand is not None:
        if given:
            raise ProfileError(f"write the options after the word {context.invoked_subcommand}")
        return
    if batch is not None and (profile or as_of or chart):
        raise ProfileError("with --batch, profiles and their days stand in the file")
    opened = open_allocation(language)
    if batch is not None:
        _allocate_batch(opened, batch)
        return
    answers = opened.read(profile) if profile else _interview(opened, as_json=as_json)
    result = opened.allocate(answers, as_of)
    if as_json:
        typer.echo(result.to_json())
    else:
        opened.renderer().show(result)
    # Shown first: a journal or a picture that is slow or fails does not cost the result.
    sys.stdout.flush()
    if opened.record(result) and not as_json:
        opened.renderer().recorded(result)
    if chart is not None:
        _write_chart(opened, result, chart, dark=dark)


def _allocate_batch(opened: Opened, path: Path) -> None:
    # Not kept in the journal: writing a result down takes three times as long as making it.
    from bot.allocation.batch import allocation_lines
    from corpus.errors import ProfileError

    try:
        file = path.open("rb")
    except OSError as error:
        raise ProfileError(f"{path}: cannot be read ({error.strerror})") from error
    with file:
        allocator, permit = opened.allocator, opened.switch.permit
        for line in allocation_lines(allocator, file, opened.today, permit):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


def _interview(opened: Opened, *, as_json: bool) -> Profile:
    from rich.console import Console

    from bot.allocation.terminal import interview

    # Where a program reads the result, the questions go to stderr.
    return interview(opened.allocator, Console(highlight=False, emoji=False, stderr=as_json))


def _write_chart(opened: Opened, result: Allocation, path: Path, *, dark: bool) -> None:
    from bot.allocation.chart import draw_allocation
    from bot.pictures import DARK, LIGHT
    from corpus.errors import AllocationError

    if result.outcome != "allocation":
        raise AllocationError(f"there is no mix to draw: {result.warnings[0]}")
    try:
        path.write_bytes(draw_allocation(result, opened.allocator.words, DARK if dark else LIGHT))
    except OSError as error:
        raise AllocationError(f"{path}: cannot be written ({error.strerror})") from error
