"""One turn: read it, take it, keep it, give it back, assign it, promote it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from bot.journal.review import (
    REJECTED,
    Draft,
    GoldenKind,
    ReviewRecord,
    State,
    TurnDetail,
    Verdict,
    verdicts_for,
)
from bot.journal.reviewable import OUTCOMES as RESULTS
from bot.review.access import Role, Signed
from bot.review.desk import Desk, DeskHere
from bot.review.forms import notes_of
from bot.review.guard import Posted, Reviewer, Viewer, field
from bot.review.replaying import replayed
from bot.review.views import (
    answer_pieces,
    claim_views,
    correction_views,
    cut_views,
    other_quotes,
    passage_views,
)
from corpus.errors import ConflictError, UsageError

if TYPE_CHECKING:
    from bot.review.allocation_views import AllocationView

router = APIRouter()


@router.get("/turns/{turn_id}")
def show_turn(
    request: Request,
    desk: DeskHere,
    signed: Viewer,
    turn_id: str,
    *,
    said: str = "",
    replay: str = "",
) -> Response:
    """A turn with its evidence; a reviewer who holds it may judge it here.

    `replay`: an allocation is made again by today's rules, and held to what was shown.
    """
    detail = desk.reviews.detail(turn_id, reviewer=signed.name)
    if detail.item.id != turn_id:
        # The beginning of an id is enough to find a turn; its address is the whole one.
        return RedirectResponse(f"/turns/{detail.item.id}", status_code=303)
    return turn_page(request, desk, signed, detail, said=said, replay=bool(replay))


@router.post("/turns/{turn_id}/take")
def take(desk: DeskHere, signed: Reviewer, form: Posted, turn_id: str) -> Response:
    """Lease this very turn."""
    desk.reviews.claim(turn_id, reviewer=signed.name)
    return RedirectResponse(f"/turns/{turn_id}", status_code=303)


@router.post("/turns/{turn_id}/keep")
def keep(desk: DeskHere, signed: Reviewer, form: Posted, turn_id: str) -> Response:
    """Prolong the lease while its page is read; 409: another has it now."""
    try:
        desk.reviews.claim(turn_id, reviewer=signed.name)
    except ConflictError:
        return Response(status_code=409)
    return Response(status_code=204)


@router.post("/turns/{turn_id}/release")
def release(desk: DeskHere, signed: Reviewer, form: Posted, turn_id: str) -> Response:
    """Give the turn back to the queue."""
    desk.reviews.release(turn_id, reviewer=signed.name)
    return RedirectResponse("/queue?said=released", status_code=303)


@router.post("/turns/{turn_id}/assign")
def assign(desk: DeskHere, signed: Reviewer, form: Posted, turn_id: str) -> Response:
    """Say who shall judge it; nobody's name: anybody."""
    to = field(form, "to") or None
    if to is not None and to not in desk.reviewers():
        raise UsageError(f"nobody called {to[:40]!r} reviews here: choose one from the list")
    desk.reviews.assign(turn_id, to, by=signed.name)
    return RedirectResponse(f"/turns/{turn_id}?said=assigned", status_code=303)


@router.post("/turns/{turn_id}/promote")
def promote(
    request: Request, desk: DeskHere, signed: Reviewer, form: Posted, turn_id: str
) -> Response:
    """Make the turn a golden question or a regression test, as it stands; it is edited after.

    One that is there already stays as it is: what somebody has edited is not undone by a key.
    """
    kind = GoldenKind.REGRESSION if field(form, "kind") == "regression" else GoldenKind.GOLDEN
    detail = desk.reviews.detail(turn_id, reviewer=signed.name)
    there = next((one for one in detail.goldens if one.kind is kind), None)
    made = there or desk.reviews.promote(turn_id, None, kind=kind, reviewer=signed.name)
    if not request.headers.get("hx-request"):
        said = "promoted-before" if there else "promoted"
        return RedirectResponse(f"/golden/{made.id}?said={said}", status_code=303)
    detail = desk.reviews.detail(turn_id, reviewer=signed.name)
    return desk.page(
        request,
        "part_golden.html",
        item=detail.item,
        answer=detail.answer,
        goldens=detail.goldens,
        rejected=detail.item.verdict in REJECTED,
        announce="promoted-before" if there else f"promoted-{kind.value}",
    )


def turn_page(
    request: Request,
    desk: Desk,
    signed: Signed,
    detail: TurnDetail,
    *,
    said: str = "",
    problem: str | None = None,
    entered: Draft | None = None,
    again: bool = False,
    replay: bool = False,
    status: int = 200,
) -> Response:
    """The page of a turn.

    Args:
        request: what was asked.
        desk: what pages are made with.
        signed: who reads it.
        detail: the turn, as far as they may see it.
        said: what has just been done, as the words name it.
        problem: why a form was not taken.
        entered: what the form held then.
        again: whether sending it once more judges a turn that was judged meanwhile.
        replay: whether an allocation is made again.
        status: of the response.
    """
    item = detail.item
    held = item.leased_by == signed.name
    draft = entered or detail.draft or _earlier(detail, signed.name)
    again = again or item.state is State.DONE or (item.state is State.SECOND and not detail.blind)
    text = detail.answer.text if detail.answer else ""
    allocation = _allocation(request, desk, detail)
    if draft.correction == text:
        draft = draft.model_copy(update={"correction": None})
    return desk.page(
        request,
        "turn.html",
        status=status,
        detail=detail,
        item=item,
        question=detail.question,
        answer=detail.answer,
        answer_pieces=answer_pieces(detail.answer),
        claims=claim_views(detail, desk.library),
        others=other_quotes(detail, desk.library),
        cut=cut_views(detail),
        passages=passage_views(detail, desk.library),
        timings=tuple(detail.answer.timings_ms) if detail.answer else (),
        allocation=allocation,
        sleeve_names={one.position: one.name for one in allocation.sleeves} if allocation else {},
        replayed=replayed(detail, desk.library) if replay and allocation else None,
        promotable=item.outcome not in RESULTS,
        fingerprint=desk.library.fingerprint,
        cost=detail.report.cost_usd if detail.report else None,
        feedback=detail.feedback,
        reviews=detail.reviews,
        corrections=correction_views(detail.answer, detail.corrections),
        goldens=detail.goldens,
        rejected=item.verdict in REJECTED,
        blind=detail.blind,
        lease="mine" if held else "other" if item.leased_by else "free",
        may_judge=held and signed.may(Role.REVIEWER) and detail.question is not None,
        verdicts=_verdicts(item.outcome),
        draft=draft,
        notes=notes_of(draft.comments),
        relevance=draft.relevance,
        corrected=draft.correction or text,
        known_tags=desk.facet("tag"),
        form_token=secrets.token_hex(16),
        version=item.version,
        again=again,
        problem=problem,
        said=said,
        people=desk.reviewers() if signed.may(Role.REVIEWER) else (),
    )


def _allocation(request: Request, desk: Desk, detail: TurnDetail) -> AllocationView | None:
    if detail.result is None:
        return None
    # Loaded here: most turns are questions.
    from bot.review.allocation_views import allocation_view

    language = desk.words(request).language
    return allocation_view(detail.result, desk.library, language, detail.item.id)


def _verdicts(outcome: str) -> tuple[tuple[int, Verdict], ...]:
    """Those that make sense, each with its key, which is the same on every page."""
    allowed = verdicts_for(outcome)
    return tuple((key, one) for key, one in enumerate(Verdict, start=1) if one in allowed)


def _earlier(detail: TurnDetail, name: str) -> Draft:
    """What this reviewer said of it before, to be thought over; else an empty form."""
    own: list[ReviewRecord] = [review for review in detail.reviews if review.reviewer == name]
    if not own:
        return Draft()
    last: Any = max(own, key=lambda review: review.at)
    texts = {one.version: one.text for one in detail.corrections}
    return Draft(
        verdict=last.verdict,
        tags=last.tags,
        comments=last.comments,
        relevance=last.relevance,
        correction=texts.get(last.correction_version),
    )
