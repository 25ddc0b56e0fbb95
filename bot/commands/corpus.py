"""`lodestone corpus`: what the documents are, what they say, and whether they are sound."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.article import article
from bot.commands.timeline import timeline
from bot.output import printable

if TYPE_CHECKING:
    from corpus import Document, Library

corpus_app = typer.Typer(help="The documents: list, show, check.", no_args_is_help=True)
corpus_app.command("article")(article)
corpus_app.command("timeline")(timeline)


@corpus_app.command("list")
def list_documents() -> None:
    """List every document: id, status, date, title."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    library = _library()
    console = Console(highlight=False)
    if not console.is_terminal:
        for document in library:
            fields = (document.id, document.status, str(document.published), document.title)
            typer.echo(printable("\t".join(fields)))
        return
    table = Table("id", "status", "published", "title", box=None, header_style="bold")
    for document in library:
        title = escape(printable(document.title))
        table.add_row(document.id, document.status, str(document.published), title)
    console.print(table)
    console.print(f"{len(library)} documents, fingerprint {library.fingerprint}")


@corpus_app.command("show")
def show_document(
    document_id: Annotated[str, typer.Argument(metavar="ID", help="As `corpus list` gives it.")],
    body: Annotated[
        bool, typer.Option("--body", help="The body alone, byte for byte: what offsets count in.")
    ] = False,
) -> None:
    """Show one document: what it is, how it stands, where it comes from, and its text."""
    document = _library().get(document_id)
    if body and not sys.stdout.isatty():
        typer.echo(document.body, nl=False)
    elif body:
        typer.echo(printable(document.body), nl=False)
    else:
        typer.echo(printable("\n".join([*_facts(document), "", document.body])))


@corpus_app.command("check")
def check() -> None:
    """Look for what is wrong with the corpus; exit status 1 when there is anything."""
    from corpus import check_corpus

    library = _library()
    problems = check_corpus(library)
    for problem in problems:
        typer.echo(printable(str(problem)))
    if problems:
        noun = "problem" if len(problems) == 1 else "problems"
        typer.echo(f"{len(problems)} {noun} in {library.folder}", err=True)
        raise typer.Exit(1)
    typer.echo(f"{len(library)} documents and {len(library.claims)} claims: no problem found.")


def _library() -> Library:
    from bot.settings import load_settings
    from corpus import Library

    return Library.load(load_settings().corpus)


def _facts(document: Document) -> list[str]:
    """The front matter, a line a fact."""
    first, last = document.effective_from or "not known", document.effective_until or "no end known"
    lines = [
        document.title,
        f"{document.kind.value}, {document.issuer}",
        f"status: {document.status.value}, checked {document.checked}",
        f"published: {document.published}",
        f"applies from: {first}, until: {last}",
    ]
    if document.is_own_summary:
        lines.insert(2, "our own summary, not the official text")
    if document.next_date:
        lines.append(f"next: {document.next_date}: {document.next_event}")
    for name, ids in (
        ("supersedes", document.supersedes),
        ("superseded by", document.superseded_by),
    ):
        if ids:
            lines.append(f"{name}: {', '.join(ids)}")
    lines.append(f"official address: {document.official_url or 'none known'}")
    lines += [f"source: {s.title} ({s.publisher}, {s.date or 'undated'})" for s in document.sources]
    return lines
