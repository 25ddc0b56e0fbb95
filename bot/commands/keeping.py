"""`lodestone journal` beyond reading: export, erase, verify, golden questions, gaps, replay."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.journal import Journal

ACTOR = "terminal"
"""Who acts, in the chain, where there is no sign-in."""

_Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE")]
_Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Default: stdout.")
]
_AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@contextmanager
def kept_journal() -> Iterator[Journal]:
    """The journal of the settings, without what is older than they allow."""
    from bot.session import open_journal, retain
    from bot.settings import load_settings

    settings = load_settings()
    with open_journal(settings) as journal:
        retain(journal, settings)
        yield journal


def export(
    form: Annotated[str, typer.Option("--format", help="csv, jsonl or parquet.")] = "csv",
    output: _Output = None,
    *,
    text: Annotated[str, typer.Option(help="Words that must all stand in a turn.")] = "",
    verdict: Annotated[str | None, typer.Option(help="A verdict, or `unreviewed`.")] = None,
    tag: Annotated[str | None, typer.Option(help="A reviewer's tag.")] = None,
    since: _Day = None,
    until: _Day = None,
    language: Annotated[str | None, typer.Option(help="As `en`.")] = None,
    composer: Annotated[str | None, typer.Option(help="As `extractive`.")] = None,
    document: Annotated[str | None, typer.Option(help="A document that is cited.")] = None,
    user: Annotated[str | None, typer.Option(help="A pseudonym, or its beginning.")] = None,
    outcome: Annotated[str | None, typer.Option(help="As `answered`.")] = None,
) -> None:
    """Write turns with their verdicts, tags and comments to a file. It holds personal text."""
    from bot.journal.export import FORMS, export_turns
    from corpus.errors import UsageError

    chosen = next((one for one in FORMS if one == form), None)
    if chosen is None:
        raise UsageError(f'no format "{form}": one of {", ".join(FORMS)}')
    filters = _filters(
        text=text,
        verdict=verdict,
        tag=tag,
        since=since.date() if since else None,
        until=until.date() if until else None,
        language=language,
        composer=composer,
        document=document,
        user=user,
        outcome=outcome,
    )
    with kept_journal() as journal:
        count = export_turns(journal.vault(), chosen, output, filters=filters, actor=ACTOR)
    if output is not None:
        typer.echo(f"{count} turns in {output}", err=True)


def erase(
    user: Annotated[
        str, typer.Argument(metavar="USER", help="A Telegram id, a pseudonym, or `local`.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a person: nothing of theirs can be read any more. It cannot be taken back."""
    from bot.journal.erasure import erase as erase_person
    from bot.journal.owner import LOCAL, owner_of
    from corpus.errors import UsageError

    user_id: int | None = None
    if user == LOCAL:
        chosen: dict[str, str] = {"owner": owner_of(None)}
    elif re.fullmatch(r"-?\d{1,19}", user, re.ASCII):
        user_id = int(user)
        chosen = {"owner": owner_of(user_id)}
    elif re.fullmatch(r"u[0-9a-f]{15}", user):
        chosen = {"pseudonym": user}
    else:
        raise UsageError(
            f'"{user}" is nobody: give a Telegram id, a pseudonym as the review pages and exports '
            "show it, or `local`"
        )
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("erasing cannot be taken back: add --yes if you mean it")
        typer.confirm(f"Erase {user} for good?", abort=True)
    with kept_journal() as journal:
        if user_id is not None and not journal.database.is_missing():
            _forget_in_telegram(journal, user_id)
        erased = erase_person(journal.vault(), **chosen)
    typer.echo(f"{erased.turns} turns can no longer be read")
    for path in erased.rewritten:
        typer.echo(f"taken out of {path}")
    for place in erased.left:
        typer.echo(f"see to it yourself: {place}", err=True)


def _forget_in_telegram(journal: Journal, user_id: int) -> None:
    """What the bot keeps of a person besides the journal, found by their number or their key."""
    from bot.meetings.store import Meetings
    from bot.state.state import forget_person

    Meetings(journal.vault()).forget(user_id)
    with journal.database.writing() as session:
        forget_person(session, user_id)


def verify(
    noted: Annotated[
        str | None,
        typer.Option(metavar="NUMBER:HASH", help="An end of the chain that was told before."),
    ] = None,
    as_json: _AsJson = False,
) -> None:
    """Find what was changed, dropped, moved or put in from outside. Exit status 1: something was.

    Note the end it tells somewhere else: held to it, a journal put back whole to an older state is
    found as well.
    """
    from bot.journal.verify import verify as hold_to_chain

    with kept_journal() as journal:
        verified = hold_to_chain(journal.vault(), noted)
    if as_json:
        typer.echo(verified.model_dump_json())
    else:
        for finding in verified.findings:
            typer.echo(str(finding))
        if not verified.findings:
            typer.echo(f"{verified.events} events hold; the chain ends at {verified.end}")
    if verified.findings:
        typer.echo(f"{len(verified.findings)} findings: the journal was tampered with", err=True)
        raise typer.Exit(1)


def goldens(
    output: _Output = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="With where each came from, one JSON object a line.")
    ] = False,
) -> None:
    """Write the promoted golden questions as JSON lines for `lodestone eval --questions`."""
    from bot.journal.export import export_goldens
    from bot.journal.review import Reviews

    with kept_journal() as journal:
        if as_json:
            for record in Reviews(journal).goldens():
                typer.echo(record.model_dump_json())
            return
        count = export_goldens(journal.vault(), output, actor=ACTOR)
    if output is not None:
        typer.echo(f"{count} golden questions in {output}", err=True)


def gaps(
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many gaps.")] = 20,
    as_json: _AsJson = False,
) -> None:
    """Show what people ask and the documents do not hold, the most asked first."""
    from bot.journal.review import Reviews
    from bot.settings import load_settings
    from retrieval.answer import clean_text
    from retrieval.embedding import load_embedding

    settings = load_settings()
    with kept_journal() as journal:
        model = load_embedding(settings.embedding, settings.home / "models")
        reviews = Reviews(journal, embed=model)
        while reviews.refresh_gaps():
            pass
        found = reviews.gaps(limit)
    for gap in found:
        if as_json:
            typer.echo(gap.model_dump_json())
            continue
        example = " ".join(clean_text(gap.examples[0]).split()) if gap.examples else "(erased)"
        near = f"  (nearest: {', '.join(gap.documents)})" if gap.documents else ""
        typer.echo(f"{gap.count:>5}  {example}{near}")
    if not found:
        typer.echo("No unanswered questions yet.", err=True)


def replay(
    result_id: Annotated[
        str, typer.Argument(metavar="ID", help="A result's id, or enough of its beginning.")
    ],
    as_json: _AsJson = False,
) -> None:
    """Make a stored result again, to the last byte, and compare. Exit status 1: it differs.

    The result goes to stdout, the verdict to stderr.
    """
    from bot.allocation.recording import KINDS
    from bot.journal.replay import register
    from bot.journal.replay import replay as make_again
    from retrieval.answer import clean_text

    for kind in KINDS:
        register(kind, _allocation_replayer)
    with kept_journal() as journal:
        again = make_again(journal.result(result_id))
    if as_json:
        typer.echo(again.model_dump_json())
    else:
        typer.echo(again.again)
        for one in again.differences:
            told = clean_text(f"{one.path}: {one.stored} → {one.again}").replace("\n", " ")
            typer.echo(told, err=True)
        verdict = "comes out the same" if again.same else "comes out otherwise"
        typer.echo(f"{again.kind} {again.id} {verdict}", err=True)
    if not again.same:
        raise typer.Exit(1)


def _allocation_replayer() -> Callable[[str], str]:
    from bot.allocation.recording import replayer
    from bot.settings import load_settings
    from corpus import Library

    return replayer(Library.load(load_settings().corpus))


COMMANDS: dict[str, Callable[..., Any]] = {
    "export": export,
    "erase": erase,
    "verify": verify,
    "goldens": goldens,
    "gaps": gaps,
    "replay": replay,
}


def _filters(**given: object) -> Any:  # noqa: ANN401 - Filters, loaded late
    from pydantic import ValidationError

    from bot.journal.review import Filters
    from corpus.errors import UsageError

    try:
        return Filters.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise UsageError(f"--{first['loc'][0]}: {first['msg']}") from error
