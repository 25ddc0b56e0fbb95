"""CSV, JSON lines and Parquet: how exported rows are written, and read again to take some out."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from corpus.errors import UsageError

_FORMULA = re.compile(r"\s*[=+\-@\t\r＝＋－＠]")
"""How a cell begins that a spreadsheet would work out, wide forms and leading blanks included."""

_LINE_END = "\r\n"
"""As RFC 4180 has it. Only so does Python's writer quote a cell with either kind of line break."""

_BATCH = 500

Row = dict[str, Any]
Keep = Callable[[Row], Row | None]
"""What of a row is kept: the row itself, another in its place, or nothing."""

COLUMNS: tuple[tuple[str, str], ...] = (
    *(("id", "string"), ("asked_at", "string"), ("channel", "string"), ("user", "string")),
    *(("language", "string"), ("as_of", "string"), ("question", "string"), ("outcome", "string")),
    *(("answer", "string"), ("error", "string"), ("documents", "string"), ("composer", "string")),
    *(("corpus_fingerprint", "string"), ("total_ms", "double"), ("cost_usd", "double")),
    *(("risk", "int64"), ("reasons", "string"), ("sampled", "bool"), ("state", "string")),
    *(("verdict", "string"), ("tags", "string"), ("reviewer", "string")),
    *(("reviewed_at", "string"), ("verdicts", "string"), ("comments", "string")),
    *(("correction", "string"), ("useful", "int64"), ("useless", "int64"), ("feedback", "string")),
    *(("feedback_by", "string"), ("result", "string")),
)
"""A table's columns, in order, and what is in them."""


def defuse(text: str) -> str:
    """A cell that no spreadsheet works out: what looks like a formula is told to be text.

    Source: OWASP, CSV Injection.
    """
    text = text.replace("\x00", "\N{REPLACEMENT CHARACTER}")
    return f"'{text}" if _FORMULA.match(text) else text


def write_csv(rows: Iterable[Row], file: IO[str]) -> int:
    """Write a table with a heading; returns the number of rows."""
    writer = csv.DictWriter(file, [name for name, _ in COLUMNS], lineterminator=_LINE_END)
    writer.writeheader()
    count = 0
    for row in rows:
        writer.writerow(
            {
                name: defuse(value) if isinstance(value := row.get(name), str) else value
                for name, _ in COLUMNS
            }
        )
        count += 1
    return count


def csv_pieces(rows: Iterable[Row]) -> Iterator[str]:
    """The same table as text, piece by piece: the heading, then a row each."""
    buffer = io.StringIO()
    write_csv((), buffer)
    yield buffer.getvalue()
    heading = len(buffer.getvalue())
    for row in rows:
        buffer = io.StringIO()
        write_csv([row], buffer)
        yield buffer.getvalue()[heading:]


def write_jsonl(rows: Iterable[str], file: IO[str]) -> int:
    """Write one JSON object a line; returns their number."""
    count = 0
    for row in rows:
        file.write(row + "\n")
        count += 1
    return count


def require_parquet() -> None:
    """See that Parquet can be written.

    Raises:
        UsageError: the library for it is not installed.
    """
    _parquet()


def write_parquet(rows: Iterable[Row], file: Path | IO[bytes]) -> int:
    """Write a Parquet file; returns the number of rows.

    Raises:
        UsageError: the library for it is not installed.
    """
    arrow, parquet = _parquet()
    kinds = {
        "string": arrow.string(),
        "double": arrow.float64(),
        "int64": arrow.int64(),
        "bool": arrow.bool_(),
    }
    schema = arrow.schema([(name, kinds[kind]) for name, kind in COLUMNS])
    names, count, listed = [name for name, _ in COLUMNS], 0, iter(rows)
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while batch := list(islice(listed, _BATCH)):
            told = [{name: row.get(name) for name in names} for row in batch]
            writer.write_table(arrow.Table.from_pylist(told, schema=schema))
            count += len(batch)
    return count


def keep_csv(source: IO[str], target: IO[str], keep: Keep) -> int:
    """Copy what is to be kept; returns how many rows were changed or left out."""
    reader = csv.DictReader(source)
    writer = csv.DictWriter(target, reader.fieldnames or [], lineterminator=_LINE_END)
    writer.writeheader()
    changed = 0
    for row in reader:
        kept = keep(row)
        changed += kept is not row
        if kept is not None:
            writer.writerow(kept)
    return changed


def keep_jsonl(source: IO[str], target: IO[str], keep: Keep) -> int:
    """Copy what is to be kept; returns how many lines were changed or left out."""
    changed = 0
    for line in source:
        row = json.loads(line) if line.strip() else None
        kept = keep(row) if row is not None else None
        if kept is not None and kept == row:
            target.write(line)
            continue
        changed += row is not None
        if kept is not None:
            target.write(json.dumps(kept, ensure_ascii=False) + "\n")
    return changed


def keep_parquet(source: Path, target: Path, keep: Keep) -> int:
    """Copy what is to be kept; returns how many rows were changed or left out."""
    _, parquet = _parquet()
    changed = 0

    def rows() -> Iterator[Row]:
        nonlocal changed
        with parquet.ParquetFile(source) as file:
            for batch in file.iter_batches(_BATCH):
                for row in batch.to_pylist():
                    kept = keep(row)
                    changed += kept is not row
                    if kept is not None:
                        yield kept

    write_parquet(rows(), target)
    return changed


def _parquet() -> tuple[Any, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ModuleNotFoundError as error:
        raise UsageError(
            'no library to write Parquet with: pip install "lodestone[parquet]", or export as csv '
            "or jsonl"
        ) from error
    return pyarrow, parquet
