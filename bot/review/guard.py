"""Who is asking, may they, and does the form come from a page of ours."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from bot.review.access import Role, Signed
from bot.review.access.access import ABSOLUTE, form_token
from bot.review.desk import Desk, DeskHere
from corpus.errors import AccessError

FORM_FIELD = "csrf"
_SESSION, _VISIT = "lodestone-review", "lodestone-visit"
_MOST_FIELDS = 2000


class SignInNeededError(AccessError):
    """Nobody is signed in, or not any more."""


class NotAllowedError(AccessError):
    """The role does not reach so far."""


class ForeignFormError(AccessError):
    """A form that does not come from a page of ours, or from one too old."""


def cookie_name(desk: Desk, plain: str) -> str:
    """The cookie's name; behind TLS a browser takes it only from this very host."""
    return f"__Host-{plain}" if desk.tls else plain


def session_token(request: Request, desk: Desk) -> str | None:
    """What the browser holds of a session, whether or not it still counts."""
    return request.cookies.get(cookie_name(desk, _SESSION))


def whoever(request: Request, desk: DeskHere) -> Signed | None:
    """Who is signed in, if anyone."""
    token = session_token(request, desk)
    signed = desk.access.signed(token) if token else None
    request.state.signed = signed
    return signed


Whoever = Annotated[Signed | None, Depends(whoever)]


def _needing(role: Role) -> Callable[[Signed | None], Signed]:
    def signed_in(signed: Whoever) -> Signed:
        if signed is None:
            raise SignInNeededError("sign in first")
        if not signed.may(role):
            raise NotAllowedError(
                f"this needs the role {role.value}; yours is {signed.account.role.value}"
            )
        return signed

    return signed_in


Viewer = Annotated[Signed, Depends(_needing(Role.VIEWER))]
Reviewer = Annotated[Signed, Depends(_needing(Role.REVIEWER))]
Admin = Annotated[Signed, Depends(_needing(Role.ADMIN))]


async def posted(request: Request, desk: DeskHere, signed: Whoever) -> FormData:
    """The form of a POST, once it has shown that it comes from a page of ours."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise ForeignFormError("this form was sent from another site")
    form = await request.form(max_fields=_MOST_FIELDS, max_files=0)
    secret = signed.csrf if signed else form_token(visit(request, desk) or secrets.token_hex())
    given = form.get(FORM_FIELD)
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), secret.encode()):
        if signed is None and session_token(request, desk):
            raise SignInNeededError("sign in again")
        raise ForeignFormError("this page was open for too long: open it again, then send it")
    return form


Posted = Annotated[FormData, Depends(posted)]


def field(form: FormData, name: str, default: str = "") -> str:
    """One field's text, its line ends as we keep them."""
    value = form.get(name)
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else default


def visit(request: Request, desk: Desk) -> str | None:
    """What tells one browser from another before anyone has signed in."""
    return request.cookies.get(cookie_name(desk, _VISIT))


def begin_visit(request: Request, desk: Desk, response: Response) -> None:
    """Remember a browser that is about to sign in; `request.state.visit` holds its secret."""
    _set(desk, response, _VISIT, request.state.visit, None)


def keep_session(response: Response, desk: Desk, signed: Signed) -> None:
    """Have the browser hold the session."""
    _set(desk, response, _SESSION, signed.token, int(ABSOLUTE.total_seconds()))


def drop_session(response: Response, desk: Desk) -> None:
    """Have the browser forget the session."""
    for name in (_SESSION, _VISIT):
        response.delete_cookie(
            cookie_name(desk, name), secure=desk.tls, httponly=True, samesite="lax"
        )


def _set(desk: Desk, response: Response, name: str, value: str, lives: int | None) -> None:
    # Lax, not strict: a reviewer who follows a link from a chat is signed in there too.
    response.set_cookie(
        cookie_name(desk, name),
        value,
        max_age=lives,
        secure=desk.tls,
        httponly=True,
        samesite="lax",
    )


def to_sign_in(request: Request) -> Response:
    """Where somebody who is not signed in is sent, and how they come back."""
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method != "GET":
        back = local_path(request.headers.get("referer", ""), request)
    where = f"/sign-in?next={quote(back, safe='')}"
    if request.headers.get("hx-request"):
        return Response(status_code=401, headers={"hx-redirect": where})
    return RedirectResponse(where, status_code=303)


def local_path(given: str, request: Request) -> str:
    """A path on these pages, from what came from outside; the start page for anything else."""
    base = str(request.base_url).rstrip("/")
    path = given.removeprefix(base) or "/"
    # A browser reads `//host` and `/\host` as another host.
    if not path.startswith("/") or path.startswith("//") or "\\" in path or not path.isprintable():
        return "/"
    return path
