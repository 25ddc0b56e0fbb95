"""Judge a turn: save a verdict and what goes with it, once; keep what is not sent yet."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from bot.journal.review import Filters
from bot.review.desk import DeskHere
from bot.review.forms import read_draft, read_judgement
from bot.review.guard import Posted, Reviewer, field
from bot.review.pages.turn import turn_page
from corpus.errors import ConflictError, UsageError

router = APIRouter()


@router.post("/turns/{turn_id}/review")
def judge(
    request: Request, desk: DeskHere, signed: Reviewer, form: Posted, turn_id: str
) -> Response:
    """Save the verdict; then the next turn, or this one again. Nothing typed is lost if not."""
    detail = desk.reviews.detail(turn_id, reviewer=signed.name)
    text = detail.answer.text if detail.answer else None
    try:
        judgement = read_judgement(form, text)
        desk.reviews.judge(turn_id, judgement, reviewer=signed.name)
    except (UsageError, ConflictError) as error:
        conflict = isinstance(error, ConflictError)
        if conflict:
            detail = desk.reviews.detail(turn_id, reviewer=signed.name)
        try:
            entered = read_draft(form, text)
        except UsageError:
            # What cannot even be kept as a draft is still in the browser's own.
            entered = None
        return turn_page(
            request,
            desk,
            signed,
            detail,
            problem=str(error),
            entered=entered,
            again=conflict,
            status=409 if conflict else 400,
        )
    if field(form, "then") != "next":
        return RedirectResponse(f"/turns/{turn_id}?said=saved", status_code=303)
    item = desk.reviews.take_next(Filters(), reviewer=signed.name)
    if item is None:
        return RedirectResponse("/queue?said=saved-last", status_code=303)
    return RedirectResponse(f"/turns/{item.id}?said=saved-next", status_code=303)


@router.post("/turns/{turn_id}/draft")
def keep_draft(desk: DeskHere, signed: Reviewer, form: Posted, turn_id: str) -> Response:
    """Keep what is typed so far; `discard`: throw it away."""
    if field(form, "discard"):
        desk.reviews.drop_draft(turn_id, reviewer=signed.name)
        return RedirectResponse(f"/turns/{turn_id}", status_code=303)
    desk.reviews.save_draft(turn_id, read_draft(form, None), reviewer=signed.name)
    return Response(status_code=204)
