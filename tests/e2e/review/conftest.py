"""The review pages in a real browser: Chromium, driven from outside."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn
from argon2 import PasswordHasher
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from bot.database import Database
from bot.journal import Journal
from bot.journal.review import Reviews
from bot.review.access import Access, Role
from bot.review.access.passwords import Passwords
from bot.review.app import create_app
from bot.review.desk import Desk
from bot.review.evaluating import Evaluator
from corpus import Library
from retrieval.evaluation import latest_check
from tests.bot.review.site import PASSWORD, Site, echo

if TYPE_CHECKING:
    from fastapi import FastAPI

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
PATIENCE_MS = 20_000
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium with a profile of its own. Where there is none, its tests are left out."""
    if not CHROMIUM.exists():
        # On a machine that decides what lands, leaving them out would be a lie.
        assert not os.environ.get("CI"), "Chromium is not installed: apt-get install chromium"
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        yield started
        started.close()


class Served(Site):
    """The pages behind a real address, for people with browsers."""

    def __init__(self, site: Site, app: FastAPI, browser: Browser) -> None:
        super().__init__(site.desk, site.journal, site.access, site.library)
        self.app = app
        self.url = site.desk.base_url
        self._browser = browser
        self._open: list[BrowserContext] = []
        self.problems: list[str] = []

    def person(self, name: str, role: Role = Role.REVIEWER, **context: object) -> Page:
        """Somebody with an account, in a browser of their own, on the page to sign in."""
        if self.access.accounts.get(name) is None:
            self.access.accounts.add(name, role, PASSWORD)
        opened = self._browser.new_context(
            **{"viewport": DESKTOP, "locale": "en-GB"} | context  # type: ignore[arg-type]
        )
        self._open.append(opened)
        page = opened.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._note_refusal)
        page.goto(f"{self.url}/")
        return page

    def signed_in_person(self, name: str, role: Role = Role.REVIEWER, **context: object) -> Page:
        """Somebody who has signed in, on the first page."""
        page = self.person(name, role, **context)
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_label("Password").press("Enter")
        page.wait_for_url("**/queue")
        return page

    def _note_refusal(self, said: ConsoleMessage) -> None:
        if "Content Security" in said.text:
            self.problems.append(said.text)

    def use(self, evaluator: Evaluator) -> None:
        """Have the golden questions run by another evaluator."""
        self.app.state.desk = replace(self.desk, evaluator=evaluator)

    def close(self) -> None:
        """Close every browser window."""
        for context in self._open:
            context.close()


@pytest.fixture
def served(browser: Browser, tmp_path: Path, library: Library) -> Iterator[Served]:
    """The pages on a port of loopback, over a journal in a file."""
    database = Database(f"sqlite:///{tmp_path / 'journal.db'}")
    listener = socket.create_server(("127.0.0.1", 0))
    journal = Journal(database, library=library, clock=lambda: datetime.now(UTC))
    reviews = Reviews(journal, library=library)
    evaluator = Evaluator(reviews, library, echo(library), latest_check(library))
    desk = Desk(
        access=Access(
            database,
            passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)),
        ),
        reviews=reviews,
        evaluator=evaluator,
        library=library,
        base_url=f"http://127.0.0.1:{listener.getsockname()[1]}",
    )
    app = create_app(desk)
    with closing(database), listener, serving(app, listener):
        site = Served(Site(desk, journal, desk.access, library), app, browser)
        try:
            yield site
            assert site.problems == []
        finally:
            site.close()
            evaluator.stop()


@contextmanager
def serving(app: FastAPI, listener: socket.socket) -> Iterator[None]:
    """An application served by a thread."""
    config = uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)
