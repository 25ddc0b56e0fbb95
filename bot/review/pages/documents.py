"""A document, with the span that an answer cites marked in it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from bot.review.desk import DeskHere
from bot.review.guard import Viewer
from bot.review.marking import lay_out

router = APIRouter()

_Offset = Annotated[int, Query(ge=0, le=10_000_000)]


@router.get("/documents/{document_id}")
def show_document(
    request: Request,
    desk: DeskHere,
    signed: Viewer,
    document_id: str,
    *,
    start: _Offset = 0,
    end: _Offset = 0,
    turn: str = "",
) -> Response:
    """The document whole; `start` and `end` count characters of its body."""
    document = desk.library.get(document_id)
    return desk.page(
        request,
        "document.html",
        document=document,
        blocks=lay_out(document.body, start, end),
        start=start,
        end=end,
        out_of_range=not start < end <= len(document.body),
        back=f"/turns/{turn}" if turn.isalnum() else None,
    )
