"""`lodestone corpus timeline`: what was in force when, as text or as a picture."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer


def timeline(  # noqa: PLR0917 - options, which nobody gives by position
    topic: Annotated[
        str | None, typer.Argument(help="A topic, some words, or a document's id.")
    ] = None,
    png: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the picture to this file too.")
    ] = None,
    dark: Annotated[bool, typer.Option("--dark", help="The picture on a dark ground.")] = False,
    language: Annotated[str, typer.Option(help="en or ja.")] = "en",
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="The date to speak for, as 2025-06-30.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the rows as JSON.")] = False,
) -> None:
    """Show which measures were in force when, first to last, and what comes next."""
    from bot.output import printable
    from bot.settings import load_settings, today
    from bot.timeline import timeline_of
    from bot.timeline.telling import timeline_text
    from bot.words import LANGUAGES, words_for
    from corpus import Library
    from corpus.errors import CorpusError, StorageError, UsageError

    if language not in LANGUAGES:
        raise UsageError(f"--language {language!r}: there are words in {' and '.join(LANGUAGES)}")
    words = words_for(language)
    day = _day(as_of) or today()
    library = Library.load(load_settings().corpus)
    # In a terminal there is room for everything.
    rows = timeline_of(library, topic or "", day=day, most=None)
    if not rows.rows:
        raise CorpusError(
            f"{words.timeline.nothing.format(words=rows.asked)} "
            "See the topics and ids with: lodestone corpus list"
        )
    if as_json:
        typer.echo(rows.model_dump_json())
    else:
        typer.echo(printable(timeline_text(rows, words)))
    if png:
        from bot.pictures import DARK, LIGHT
        from bot.timeline.figure import timeline_picture

        drawn = timeline_of(library, topic or "", day=day)
        picture = timeline_picture(drawn, words, DARK if dark else LIGHT)
        try:
            png.write_bytes(picture)
        except OSError as error:
            raise StorageError(
                f"{png}: cannot be written ({error.strerror}): name a file in a writable folder"
            ) from error
        typer.echo(f"picture: {png}", err=True)


def _day(text: str | None) -> date | None:
    from corpus.errors import UsageError

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--as-of {text!r}: not a date; write it as 2025-06-30") from None
