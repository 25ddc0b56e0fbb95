"""Find turns: words and filters, all of them in the page's address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import Response

from bot.journal.review import Filters, Page, Reason, Verdict
from bot.journal.reviewable import OUTCOMES as RESULTS
from bot.review.desk import Desk, DeskHere
from bot.review.forms import first_problem
from bot.review.guard import Viewer
from corpus.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.review.words import PageWords

router = APIRouter()

SHOWN = 25
"""Turns on one page."""

FIELDS = (
    *("q", "verdict", "outcome", "language", "composer", "channel", "feedback", "reason"),
    *("sampled", "assigned_to", "since", "until", "tag", "document", "user"),
)
"""The names of the filters in an address."""

_OUTCOMES = ("answered", "not_in_corpus", "declined", "failed", *RESULTS)


@router.get("/turns")
def search(
    request: Request, desk: DeskHere, signed: Viewer, after: str | None = None, said: str = ""
) -> Response:
    """Turns that fit, newest first."""
    entered = filters_entered(request.query_params)
    problem, page = None, Page(items=())
    try:
        page = desk.reviews.search(
            read_filters(entered), reviewer=signed.name, after=after, limit=SHOWN
        )
    except UsageError as error:
        problem = str(error)
    desk.note_reading(signed, "search")
    words = desk.words(request)
    given = {name: value for name, value in entered.items() if value}
    response = desk.page(
        request,
        "turns.html",
        status=400 if problem else 200,
        filters=entered,
        choices=_choices(desk, words),
        rows=page.items,
        found=_found(words, page, after),
        next=f"/turns?{urlencode(given | {'after': page.after})}" if page.after else None,
        known_tags=desk.facet("tag"),
        known_documents=desk.facet("document"),
        narrowed=any(entered[name] for name in FIELDS[3:]),
        problem=problem,
        said=said,
    )
    # The address holds what was chosen, and not the rest of the form.
    response.headers["hx-push-url"] = f"/turns?{urlencode(given)}" if given else "/turns"
    return response


def filters_entered(given: Mapping[str, Any]) -> dict[str, str]:
    """Each filter as it was typed; empty where it was not."""
    return {name: str(given.get(name) or "").strip() for name in FIELDS}


def read_filters(entered: Mapping[str, str]) -> Filters:
    """The filters as the journal takes them.

    Raises:
        UsageError: one of them cannot be read; the message names it.
    """
    values: dict[str, Any] = {name: value for name, value in entered.items() if value}
    if "q" in values:
        values["text"] = values.pop("q")
    if "sampled" in values:
        values["sampled"] = values["sampled"] == "yes"
    if "tag" in values:
        values["tag"] = values["tag"].lower().lstrip("#")
    try:
        return Filters.model_validate(values)
    except ValidationError as error:
        raise UsageError(first_problem(error)) from error


def _choices(desk: Desk, words: PageWords) -> list[tuple[str, list[tuple[str, str]]]]:
    def named(section: str, values: object) -> list[tuple[str, str]]:
        return [(str(value), words.label(section, value)) for value in values]  # type: ignore[attr-defined]

    return [
        ("verdict", named("verdict", ["unreviewed", *(v.value for v in Verdict)])),
        ("outcome", named("outcome", _OUTCOMES)),
        ("reason", named("reason", [reason.value for reason in Reason])),
        ("feedback", named("feedback", ["useful", "useless"])),
        ("language", named("language", desk.facet("language"))),
        ("composer", named("composer", desk.facet("composer"))),
        ("channel", named("channel", desk.facet("channel"))),
        ("sampled", named("sampled", ["yes", "no"])),
        ("assigned_to", [(name, name) for name in desk.reviewers()]),
    ]


def _found(words: PageWords, page: Page, after: str | None) -> str:
    if not page.items:
        return words("search.none")
    if page.after or after:
        return words("search.some", count=len(page.items))
    return words("search.found", count=len(page.items))
