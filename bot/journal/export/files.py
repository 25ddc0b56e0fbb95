"""Exports: written whole or not at all, and known, so that a person can be taken out again."""

from __future__ import annotations

import json
import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal, get_args

from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import insert

from bot.journal.export import formats
from bot.journal.export.rows import ExportedTurn, read_turns
from bot.journal.review.goldens import all_goldens, usable
from bot.journal.review.records import Filters
from bot.journal.schema import ExportRow
from bot.journal.vault import Vault
from corpus.errors import StorageError, UsageError
from retrieval.answer import new_id

Form = Literal["csv", "jsonl", "parquet"]
FORMS: tuple[Form, ...] = get_args(Form)
_GOLDENS = "goldens"


class ExportedFile(BaseModel):
    """An export as the journal knows it; `path` null: it went to a pipe or a browser."""

    model_config = ConfigDict(frozen=True)

    form: str
    path: str | None
    at: AwareDatetime
    actor: str


def export_turns(
    vault: Vault, form: Form, path: Path | None, *, filters: Filters, actor: str
) -> int:
    """Write the turns that fit to a file, or to stdout; it is noted in the chain.

    Args:
        vault: the journal.
        form: of the file.
        path: the file; None: stdout.
        filters: which turns.
        actor: who exports.

    Returns:
        How many turns.

    Raises:
        UsageError: Parquet to a terminal or pipe, or its library is missing.
        StorageError: the file cannot be written.
    """
    if form == "parquet" and path is None:
        raise UsageError("Parquet cannot be written to a pipe: add --output FILE")
    # Noted before it is written, so that no file is out without the journal knowing.
    export_id = _note(vault, form, path, actor)
    count = _write(form, path, read_turns(vault, filters))
    _note_count(vault, export_id, count)
    return count


def turn_lines(
    vault: Vault, form: Literal["csv", "jsonl"], *, filters: Filters, actor: str
) -> Iterator[str]:
    """The same as text, piece by piece, for a browser; it is noted in the chain."""
    export_id = _note(vault, form, None, actor)
    counted = 0

    def turns() -> Iterator[ExportedTurn]:
        nonlocal counted
        for turn in read_turns(vault, filters):
            counted += 1
            yield turn

    if form == "jsonl":
        yield from (f"{turn.model_dump_json()}\n" for turn in turns())
    else:
        yield from formats.csv_pieces(turn.flat() for turn in turns())
    _note_count(vault, export_id, counted)


def turn_parquet(vault: Vault, *, filters: Filters, actor: str) -> IO[bytes]:
    """The same as Parquet, for a browser: a file without a name, gone once it is closed.

    Raises:
        UsageError: the library for it is not installed; then nothing was exported.
    """
    formats.require_parquet()
    export_id = _note(vault, "parquet", None, actor)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller sends and closes it
    try:
        count = formats.write_parquet((turn.flat() for turn in read_turns(vault, filters)), file)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    _note_count(vault, export_id, count)
    return file


def golden_lines(vault: Vault, *, actor: str) -> tuple[str, ...]:
    """The golden questions in use as JSON lines, for a browser; it is noted in the chain."""
    vault.keyring()
    with vault.reading() as work:
        questions = usable(all_goldens(work, retired=False))
    _note_count(vault, _note(vault, _GOLDENS, None, actor), len(questions))
    return tuple(f"{question.model_dump_json()}\n" for question in questions)


def export_goldens(vault: Vault, path: Path | None, *, actor: str) -> int:
    """Write the golden questions in use as JSON lines that `lodestone eval --questions` reads."""
    vault.keyring()
    with vault.reading() as work:
        questions = usable(all_goldens(work, retired=False))
    export_id = _note(vault, _GOLDENS, path, actor)
    lines = (question.model_dump_json() for question in questions)
    if path is None:
        count = formats.write_jsonl(lines, sys.stdout)
    else:
        with _whole(path) as scratch, scratch.open("w", encoding="utf-8") as file:
            count = formats.write_jsonl(lines, file)
    _note_count(vault, export_id, count)
    return count


def take_out(export: ExportedFile, key_id: str, goldens: set[str]) -> bool:
    """Take an erased person's rows out of a file; whether there were any.

    Raises:
        StorageError: the file cannot be written.
        OSError, ValueError: it cannot be read, or is no longer what was written.
    """
    assert export.path is not None  # noqa: S101 - the caller tells those apart
    path = Path(export.path)

    def keep(row: formats.Row) -> formats.Row | None:
        if row.get("user") == key_id or row.get("id") in goldens:
            return None
        said = row.get("feedback")
        if isinstance(said, list):
            return {**row, "feedback": [one for one in said if one.get("user") != key_id]}
        if key_id in (row.get("feedback_by") or "").split():
            # Whose words are whose is not told in a table, so all of this turn's go.
            return {**row, "feedback": "", "feedback_by": ""}
        return row

    with _whole(path) as scratch:
        if export.form == "parquet":
            return bool(formats.keep_parquet(path, scratch, keep))
        copy = formats.keep_csv if export.form == "csv" else formats.keep_jsonl
        with (
            path.open(encoding="utf-8", newline="") as source,
            scratch.open("w", encoding="utf-8", newline="") as target,
        ):
            return bool(copy(source, target, keep))


def _write(form: Form, path: Path | None, turns: Iterable[ExportedTurn]) -> int:
    if form == "parquet":
        assert path is not None  # noqa: S101 - refused before
        with _whole(path) as scratch:
            return formats.write_parquet((turn.flat() for turn in turns), scratch)
    write: Callable[[Any], int] = (
        (lambda file: formats.write_csv((turn.flat() for turn in turns), file))
        if form == "csv"
        else (lambda file: formats.write_jsonl((one.model_dump_json() for one in turns), file))
    )
    if path is None:
        return write(sys.stdout)
    # A byte order mark would tell spreadsheets that it is UTF-8, and trouble everything else.
    with _whole(path) as scratch, scratch.open("w", encoding="utf-8", newline="") as file:
        return write(file)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A file to write that takes the place of `path` when it is done; its owner alone reads it."""
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        os.close(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield scratch
        scratch.replace(path)
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written ({error.strerror or error}): name another file"
        ) from error
    finally:
        scratch.unlink(missing_ok=True)


def _note(vault: Vault, form: str, path: Path | None, actor: str) -> str:
    export_id = new_id()
    where = None if path is None else str(path.absolute())
    with vault.writing() as work:
        row = {"id": export_id, "at": work.now, "actor": actor, "form": form, "path": where}
        work.session.execute(insert(ExportRow), {**row, "rows": 0})
        detail = {"form": form, "file": where is not None}
        work.note("exported", export_id, actor=actor, detail=json.dumps(detail))
    return export_id


def _note_count(vault: Vault, export_id: str, count: int) -> None:
    from sqlalchemy import update

    with vault.writing() as work:
        work.session.execute(update(ExportRow).where(ExportRow.id == export_id).values(rows=count))
