"""The review pages put together: routes, guards, and what is shown when something is amiss."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.review.access.attempts import TooManyAttemptsError
from bot.review.desk import STATIC, Desk, desk_of
from bot.review.guard import (
    ForeignFormError,
    NotAllowedError,
    SignInNeededError,
    to_sign_in,
    whoever,
)
from bot.review.hardening import STRICT, Hardened
from bot.review.pages import PAGES
from corpus.errors import (
    AccessError,
    ConflictError,
    JournalError,
    LodestoneError,
    StorageError,
    UnknownDocumentError,
    UnknownTurnError,
    UsageError,
)

LARGEST_REQUEST = 2 * 1024 * 1024
"""Bytes of a request's body."""

_log = logging.getLogger(__name__)

_STATUS: tuple[tuple[type[LodestoneError], int], ...] = (
    (TooManyAttemptsError, 429),
    (ForeignFormError, 403),
    (NotAllowedError, 403),
    (AccessError, 400),
    (UnknownDocumentError, 404),
    (UsageError, 400),
    (UnknownTurnError, 404),
    (ConflictError, 409),
    (StorageError, 503),
    (JournalError, 400),
)
"""The status of an answer that tells of this error; the first that fits."""


class _KeptFiles(StaticFiles):
    """Static files, which browsers may keep: their addresses change with what they hold."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == 200:
            response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def create_app(desk: Desk, *, hosts: Sequence[str] = ("*",)) -> FastAPI:
    """The application, ready to be served.

    Args:
        desk: what its pages work with.
        hosts: the host names it answers to.
    """
    app = FastAPI(
        title="Lodestone",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        max_body_size=LARGEST_REQUEST,
    )
    app.state.desk = desk
    app.mount("/static", _KeptFiles(directory=STATIC), name="static")
    for router in PAGES:
        app.include_router(router)
    app.add_exception_handler(LodestoneError, _tell)
    app.add_exception_handler(HTTPException, _tell_status)
    app.add_exception_handler(RequestValidationError, _tell_unreadable)
    app.add_exception_handler(Exception, _tell_defect)
    app.add_middleware(Hardened, hosts=hosts, tls=desk.tls)
    return app


def _tell(request: Request, error: Exception) -> Response:
    if isinstance(error, SignInNeededError):
        return to_sign_in(request)
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    if status >= 500:
        _log.error("%s %s: %s", request.method, request.url.path, error)
    return _error_page(request, status, str(error))


def _tell_status(request: Request, error: Exception) -> Response:
    words = desk_of(request).words(request)
    status = error.status_code if isinstance(error, HTTPException) else 500
    known = {404: words("error.no_page"), 405: words("error.no_page")}
    return _error_page(request, status, known.get(status, str(getattr(error, "detail", ""))))


def _tell_unreadable(request: Request, error: Exception) -> Response:
    """An address whose numbers or dates are none."""
    return _error_page(request, 400, desk_of(request).words(request)("error.unreadable"))


def _tell_defect(request: Request, error: Exception) -> Response:
    """The traceback is in the log; the page says nothing of the inside."""
    page = _error_page(request, 500, desk_of(request).words(request)("error.defect"))
    # This one is made outside of what makes the others strict.
    page.headers.update(STRICT)
    page.headers["cache-control"] = "no-store"
    return page


def _error_page(request: Request, status: int, message: str) -> Response:
    desk = desk_of(request)
    if not hasattr(request.state, "signed"):
        # No route was found, or it failed before it was known who asks.
        with suppress(LodestoneError):
            whoever(request, desk)
    template = "part_error.html" if request.headers.get("hx-request") else "error.html"
    return desk.page(request, template, status=status, message=message, code=status)
