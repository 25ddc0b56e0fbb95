"""Sign in by password or by a one-time link, sign out, choose a language."""

from __future__ import annotations

import secrets
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from bot.review.access import Signed
from bot.review.access.access import form_token
from bot.review.access.attempts import TooManyAttemptsError
from bot.review.desk import LANGUAGE_COOKIE, Desk, DeskHere
from bot.review.guard import (
    Posted,
    Whoever,
    begin_visit,
    drop_session,
    field,
    keep_session,
    local_path,
    session_token,
    visit,
)
from bot.review.words import LANGUAGES
from corpus.errors import AccessError

router = APIRouter()

_YEAR_S = 365 * 24 * 3600


@router.get("/sign-in")
def show_sign_in(request: Request, desk: DeskHere, signed: Whoever, next: str = "/") -> Response:  # noqa: A002 - it is called so in addresses everywhere
    """The form; somebody who is signed in goes on."""
    if signed is not None:
        return RedirectResponse(local_path(next, request), status_code=303)
    return _form(request, desk, next=local_path(next, request))


@router.post("/sign-in")
def sign_in(request: Request, desk: DeskHere, form: Posted) -> Response:
    """Open a session by password."""
    onward = local_path(field(form, "next", "/"), request)
    name, password = form.get("name"), form.get("password")
    if not isinstance(name, str) or not isinstance(password, str):
        name = password = ""
    try:
        signed = desk.access.sign_in(name, password, address=_address(request))
    except AccessError as error:
        status = 429 if isinstance(error, TooManyAttemptsError) else 401
        words = desk.words(request)
        problem = words("signing.too_many" if status == 429 else "signing.wrong")
        return _form(request, desk, next=onward, problem=problem, name=name[:80], status=status)
    desk.reviews.note("sign-in", actor=signed.name, detail="password")
    return _signed_in(request, desk, signed, onward)


@router.get("/link/{token}")
def show_link(
    request: Request,
    desk: DeskHere,
    token: str,
    next: str = "/",  # noqa: A002
) -> Response:
    """Ask before the link is used up: a chat that shows a preview opens it too."""
    onward = local_path(next, request)
    return _with_visit(request, desk, "link.html", token=token, next=onward, problem=None)


@router.post("/link/{token}")
def follow_link(request: Request, desk: DeskHere, form: Posted, token: str) -> Response:
    """Open a session by link."""
    try:
        signed = desk.access.redeem(token, address=_address(request))
    except AccessError as error:
        too_many = isinstance(error, TooManyAttemptsError)
        words = desk.words(request)
        problem = words("signing.too_many" if too_many else "signing.link_over")
        return _with_visit(
            request,
            desk,
            "link.html",
            token=token,
            next="/",
            problem=problem,
            status=429 if too_many else 410,
        )
    desk.reviews.note("sign-in", actor=signed.name, detail="link")
    return _signed_in(request, desk, signed, local_path(field(form, "next", "/"), request))


@router.post("/sign-out")
def sign_out(request: Request, desk: DeskHere, signed: Whoever, form: Posted) -> Response:
    """End the session."""
    if signed is not None:
        desk.access.sign_out(signed.token)
        desk.reviews.note("sign-out", actor=signed.name)
    response = RedirectResponse("/sign-in", status_code=303)
    drop_session(response, desk)
    return response


@router.post("/language")
def choose_language(request: Request, desk: DeskHere, form: Posted) -> Response:
    """Remember the language somebody reads in."""
    response = RedirectResponse(local_path(field(form, "next", "/"), request), status_code=303)
    language = field(form, "language")
    if language in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE, language, max_age=_YEAR_S, secure=desk.tls, samesite="lax"
        )
    return response


def _form(
    request: Request,
    desk: Desk,
    *,
    next: str,  # noqa: A002
    problem: str | None = None,
    name: str = "",
    status: int = 200,
) -> Response:
    return _with_visit(
        request, desk, "sign_in.html", next=next, problem=problem, name=name, status=status
    )


def _with_visit(
    request: Request,
    desk: Desk,
    template: str,
    **values: Any,  # noqa: ANN401
) -> Response:
    """A page with a form for somebody who is not signed in yet."""
    request.state.visit = visit(request, desk) or secrets.token_urlsafe(32)
    response = desk.page(request, template, csrf=form_token(request.state.visit), **values)
    begin_visit(request, desk, response)
    return response


def _signed_in(request: Request, desk: Desk, signed: Signed, onward: str) -> Response:
    """A new session in place of any old one, which ends."""
    if old := session_token(request, desk):
        desk.access.sign_out(old)
    response = RedirectResponse(onward, status_code=303)
    keep_session(response, desk, signed)
    return response


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"
