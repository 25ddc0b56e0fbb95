"""What the pages work with, and how a page is made."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse

from bot.review.access import Access, Role, Signed
from bot.review.words import LANGUAGES, PageWords, choose_language, page_words

if TYPE_CHECKING:
    from bot.journal.review import Reviews
    from bot.review.evaluating import Evaluator
    from corpus import Library

STATIC = Path(__file__).with_name("static")
_FACETS_KEPT = timedelta(minutes=1)
_NOTED_EVERY = timedelta(hours=1)
_Z = timedelta()
LANGUAGE_COOKIE = "lodestone-language"


def _now() -> datetime:
    return datetime.now(UTC)


class Kept:
    """What is remembered between requests, by this process alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._facets: Mapping[str, Sequence[str]] = {}
        self._facets_at: datetime | None = None
        self._seen: dict[tuple[str, str], datetime] = {}

    def facets(
        self, read: Callable[[], Mapping[str, Sequence[str]]], now: datetime
    ) -> Mapping[str, Sequence[str]]:
        """The facets, read again when they are a minute old."""
        with self._lock:
            if self._facets_at is None or not _Z <= now - self._facets_at < _FACETS_KEPT:
                self._facets, self._facets_at = read(), now
            return self._facets

    def first_time(self, what: tuple[str, str], now: datetime) -> bool:
        """Whether this did not happen within the last hour."""
        with self._lock:
            last = self._seen.get(what)
            if last is not None and now - last < _NOTED_EVERY:
                return False
            self._seen[what] = now
            return True


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
        reviews: what is read and judged.
        evaluator: runs the golden questions.
        library: the documents that answers quote.
        base_url: where people open the pages, no slash at the end.
        tls: whether they do so by https.
        clock: the time now, aware.
    """

    access: Access
    reviews: Reviews
    evaluator: Evaluator
    library: Library
    base_url: str
    tls: bool = False
    clock: Callable[[], datetime] = _now
    templates: Environment = field(default_factory=_templates)
    _kept: Kept = field(default_factory=Kept, repr=False)

    def reviewers(self) -> tuple[str, ...]:
        """The names of those who may judge."""
        return tuple(
            account.name
            for account in self.access.accounts.all()
            if account.role.includes(Role.REVIEWER)
        )

    def facet(self, name: str) -> Sequence[str]:
        """The values there are to filter by, not older than a minute."""
        return self._kept.facets(self.reviews.facets, self.clock()).get(name, ())

    def note_reading(self, signed: Signed, what: str) -> None:
        """Write down that somebody reads people's words, once an hour for each kind of page."""
        if self._kept.first_time((signed.name, what), self.clock()):
            self.reviews.note("read-list", actor=signed.name, detail=what)

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
