"""Turns as a file, for administrators: noted in the chain before the first byte."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from bot.journal.export import turn_lines, turn_parquet
from bot.review.desk import DeskHere
from bot.review.guard import Admin, Posted, field
from bot.review.pages.search import filters_entered, read_filters
from corpus.errors import UsageError

router = APIRouter()

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
_AT_ONCE = 64 * 1024
"""Bytes."""


@router.post("/export")
def export(desk: DeskHere, signed: Admin, form: Posted) -> Response:
    """The turns that fit the filters of the search, with verdicts, tags and comments."""
    kind = field(form, "form")
    if kind not in _TYPES:
        raise UsageError(f"{kind[:20]!r} is no form to export to: use {', '.join(_TYPES)}")
    filters = read_filters(filters_entered(dict(form)))
    vault = desk.reviews.journal.vault()
    content: Iterator[str] | Iterator[bytes]
    if kind == "parquet":
        # Made whole before anything is sent, so that what goes wrong is told on a page.
        content = _pieces(turn_parquet(vault, filters=filters, actor=signed.name))
    else:
        content = turn_lines(
            vault, "csv" if kind == "csv" else "jsonl", filters=filters, actor=signed.name
        )
    return StreamingResponse(
        content,
        media_type=_TYPES[kind],
        headers={"content-disposition": f'attachment; filename="turns.{kind}"'},
    )


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_AT_ONCE):
            yield piece
