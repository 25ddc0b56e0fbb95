"""What the pages work with, and how a page is made."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse

from bot.review.access import Access, Role
from bot.review.words import LANGUAGES, PageWords, choose_language, page_words

if TYPE_CHECKING:
    from corpus import Library

STATIC = Path(__file__).with_name("static")
LANGUAGE_COOKIE = "lodestone-language"


def _now() -> datetime:
    return datetime.now(UTC)


def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("bot.review"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@dataclass(frozen=True)
class Desk:
    """The parts the pages are made of.

    Attributes:
        access: who may sign in.
        library: the documents that answers quote.
        base_url: where people open the pages, no slash at the end.
        tls: whether they do so by https.
        clock: the time now, aware.
    """

    access: Access
    library: Library
    base_url: str
    tls: bool = False
    clock: Callable[[], datetime] = _now
    templates: Environment = field(default_factory=_templates)

    def words(self, request: Request) -> PageWords:
        """The words in the reader's language."""
        return page_words(
            choose_language(
                request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language")
            )
        )

    def page(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        **values: Any,  # noqa: ANN401
    ) -> HTMLResponse:
        """A page, or a part of one, from its template."""
        words = self.words(request)
        html = self.templates.get_template(template).render(
            t=words,
            languages=[(name, page_words(name).name) for name in LANGUAGES],
            signed=getattr(request.state, "signed", None),
            Role=Role,
            path=request.url.path,
            here=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            static=static_path,
            now=self.clock(),
            **values,
        )
        return HTMLResponse(html, status_code=status)


def desk_of(request: Request) -> Desk:
    """The desk of the application that was asked."""
    desk: Desk = request.app.state.desk
    return desk


DeskHere = Annotated[Desk, Depends(desk_of)]


@cache
def static_path(name: str) -> str:
    """The address of a file that browsers may keep: it changes whenever the file does."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"
