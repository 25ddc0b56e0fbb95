"""The queue: what waits, how far everyone has come, take the top."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from bot.journal.review import Filters
from bot.review.access import Role
from bot.review.charts import share
from bot.review.desk import DeskHere
from bot.review.guard import Posted, Reviewer, Viewer, field

router = APIRouter()

SHOWN = 25
"""Turns of the queue on one page."""


@router.get("/")
def start(signed: Viewer) -> Response:
    """The first page: the queue."""
    return RedirectResponse("/queue", status_code=303)


@router.get("/queue")
def show_queue(
    request: Request,
    desk: DeskHere,
    signed: Viewer,
    *,
    mine: str = "",
    after: str | None = None,
    said: str = "",
) -> Response:
    """What waits for a verdict, most urgent first."""
    page = desk.reviews.queue(_filters(signed.name, mine), reviewer=signed.name, after=after)
    desk.note_reading(signed, "queue")
    progress = desk.reviews.progress()
    most = max((person.week for person in progress), default=0)
    return desk.page(
        request,
        "queue.html",
        rows=page.items,
        after=page.after,
        waiting=desk.reviews.waiting(reviewer=signed.name),
        progress=[(person, share(person.week, most)) for person in progress],
        mine=bool(mine),
        said=said,
        people=desk.reviewers() if signed.may(Role.REVIEWER) else (),
    )


@router.post("/queue/take")
def take_top(desk: DeskHere, signed: Reviewer, form: Posted) -> Response:
    """Lease the most urgent turn there is, and open it."""
    mine = field(form, "mine")
    item = desk.reviews.take_next(_filters(signed.name, mine), reviewer=signed.name)
    if item is None:
        return RedirectResponse("/queue?said=nothing-waits", status_code=303)
    return RedirectResponse(f"/turns/{item.id}", status_code=303)


def _filters(name: str, mine: str) -> Filters:
    return Filters(assigned_to=name if mine else None)
