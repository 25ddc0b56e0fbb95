"""Turns as a file, for administrators: streamed, and noted in the chain before the first byte."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from bot.journal.export import turn_lines
from bot.review.desk import DeskHere
from bot.review.guard import Admin, Posted, field
from bot.review.pages.search import filters_entered, read_filters
from corpus.errors import UsageError

router = APIRouter()

_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}
"""Parquet is written to a file, by `lodestone journal export`."""


@router.post("/export")
def export(desk: DeskHere, signed: Admin, form: Posted) -> Response:
    """The turns that fit the filters of the search, with verdicts, tags and comments."""
    kind = field(form, "form")
    if kind not in _TYPES:
        raise UsageError(f"{kind[:20]!r} is no form to export to: use csv or jsonl")
    filters = read_filters(filters_entered(dict(form)))
    lines = turn_lines(
        desk.reviews.journal.vault(),
        "csv" if kind == "csv" else "jsonl",
        filters=filters,
        actor=signed.name,
    )
    return StreamingResponse(
        lines,
        media_type=_TYPES[kind],
        headers={"content-disposition": f'attachment; filename="turns.{kind}"'},
    )
