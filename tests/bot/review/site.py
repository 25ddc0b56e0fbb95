"""The review pages to test with: a desk, a browser without JavaScript, a clock to be turned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from bot.journal import Journal
from bot.review.access import Access, Role
from bot.review.app import create_app
from bot.review.desk import Desk
from corpus import Library
from retrieval.answer import Answer, Question
from tests.bot.review.answers import answer_to, refusal_to

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody


class Clock:
    """The time now, as the test sets it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        """Let time pass: `turn(minutes=5)`."""
        self.now += timedelta(**by)


class Site:
    """The pages as they are served, over a journal of the test's own, without JavaScript."""

    def __init__(self, desk: Desk, journal: Journal, access: Access, library: Library) -> None:
        self.app = create_app(desk)
        self.desk = desk
        self.journal = journal
        self.access = access
        self.library = library

    def ask(self, text: str, *, refused: bool = False, user_id: int = 1) -> str:
        """Put a turn into the journal; returns its id."""
        question = Question(question=text)
        make = refusal_to if refused else answer_to
        answer = make(question, self.library)
        self.journal.record(question, answer, channel="telegram", chat_id=user_id, user_id=user_id)
        return answer.id

    def visitor(self) -> Visitor:
        """A browser that nobody has signed in with."""
        return Visitor(self.app)

    def signed_in(self, name: str, role: Role = Role.REVIEWER) -> Visitor:
        """A browser that somebody has signed in with; their account is made."""
        self.access.accounts.add(name, role, PASSWORD)
        visitor = self.visitor()
        page = visitor.sign_in(name, PASSWORD)
        assert page.status_code == 200, page.text
        return visitor


class Visitor:
    """A browser without JavaScript: follows links, sends forms as the page has them."""

    page: Response

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.http = TestClient(app, base_url="http://127.0.0.1:8080")

    def get(self, path: str) -> Response:
        """Open a page."""
        self.page = self.http.get(path)
        return self.page

    def sign_in(self, name: str, password: str) -> Response:
        """Sign in by password, from the start page."""
        self.get("/")
        return self.send("/sign-in", name=name, password=password)

    def send(self, action: str, **fields: str) -> Response:
        """Send the form with this action on the page that is open, some fields filled in."""
        form = forms(self.page.text)[action]
        self.page = self.http.post(action, data=form | fields)
        return self.page


def forms(html: str) -> dict[str, dict[str, str]]:
    """Each form's action and the values it would send as it stands."""
    parser = _Forms()
    parser.feed(html)
    parser.close()
    # A field may belong to a form that comes further down.
    return {
        action: {name: value for owner, name, value in parser.fields if owner in {action, key}}
        for key, action in parser.actions.items()
    }


class _Forms(HTMLParser):
    """Forms by their id (or action), and (id or action, name, value) of what they would send."""

    def __init__(self) -> None:
        super().__init__()
        self.actions: dict[str, str] = {}
        self.fields: list[tuple[str, str, str]] = []
        self._open = ""
        self._area: tuple[str, str] | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method") != "dialog":
            self._open = given.get("id") or given["action"]
            self.actions[self._open] = given["action"]
        name, owner = given.get("name"), given.get("form", self._open)
        if not name:
            return
        if tag == "textarea":
            self._area, self._text = (owner, name), ""
        elif tag == "input" and (
            given.get("type") not in {"radio", "checkbox"} or "checked" in given
        ):
            self.fields.append((owner, name, given.get("value", "")))

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = ""
        elif tag == "textarea" and self._area is not None:
            # A browser drops the first line's end.
            self.fields.append((*self._area, self._text.removeprefix("\n")))
            self._area = None


def echo(library: Library) -> Callable[[Callable[[], date]], Callable[[Question], Answer]]:
    """What answers the golden questions in tests: the made answer, without an index."""
    return lambda _today: lambda question: answer_to(question, library)
