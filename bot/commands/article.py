"""`lodestone corpus article`: how each of the article's checkable claims stands today."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from corpus import ArticleClaim, Library


def article(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a claim.")] = False,
) -> None:
    """Show the ledger of the article's claims: how each stands, since when, on what evidence."""
    from bot.settings import load_settings
    from corpus import Library
    from corpus.errors import CorpusError

    library = Library.load(load_settings().corpus)
    if not library.claims:
        raise CorpusError(f"{library.folder}: there is no ledger of claims (claims.yaml)")
    if as_json:
        for claim in library.claims:
            typer.echo(claim.model_dump_json())
        return
    for claim in library.claims:
        for line in _lines(claim, library):
            typer.echo(line)
        typer.echo("")
    counts = Counter(claim.standing.value for claim in library.claims)
    listed = ", ".join(f"{count} {standing}" for standing, count in counts.most_common())
    typer.echo(f"{len(library.claims)} claims: {listed}.")


def _lines(claim: ArticleClaim, library: Library) -> list[str]:
    since = f" since {claim.since}" if claim.since else ""
    lines = [f"{claim.id}  {claim.standing.value.upper()}{since}: {claim.claim}"]
    lines.append(f"     {claim.summary}")
    for evidence in claim.evidence:
        title = library.get(evidence.document).title if evidence.document in library else "?"
        lines.append(f"     - {title} ({evidence.document}):")
        lines.append(f"       “{evidence.quote}”")
    return lines
