"""Who did what: the chain of events, for administrators."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from bot.review.desk import DeskHere
from bot.review.guard import Admin, Viewer

router = APIRouter()

_SHOWN = 100


@router.get("/activity")
def show_activity(
    request: Request, desk: DeskHere, signed: Admin, before: int | None = None, kind: str = ""
) -> Response:
    """The newest events, newest first."""
    events = desk.reviews.events(kind=kind or None, before=before, limit=_SHOWN)
    older = events[-1].number if len(events) == _SHOWN else None
    return desk.page(request, "activity.html", events=events, older=older, kind=kind)


@router.get("/keys")
def show_keys(request: Request, desk: DeskHere, signed: Viewer) -> Response:
    """The keys, for those whose browser opens no dialog."""
    return desk.page(request, "keys.html")
