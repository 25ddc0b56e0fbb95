from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from bot.database import Database
from bot.journal import Journal
from bot.journal.review import Reviews
from bot.review.access import Access, Role
from corpus import Library
from retrieval.answer import Question
from tests.bot.review.answers import answer_to
from tests.bot.review.site import PASSWORD, forms
from tests.e2e.review.conftest import Served

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[3]


def test_what_is_not_saved_survives_a_reload_and_another_browser(served: Served) -> None:
    served.ask("What do cars pay?")
    page = served.signed_in_person("mika")
    page.keyboard.press("n")
    page.wait_for_url("**/turns/*")
    page.keyboard.press("4")
    page.get_by_label("Comment on the whole").fill("Half a thou")
    # At once: nothing waits for a timer or for the server.
    page.reload()
    expect(page.get_by_label("Comment on the whole")).to_have_value("Half a thou")
    expect(page.get_by_label("should have refused")).to_be_checked()
    expect(page.get_by_text("What you had not saved is back.")).to_be_visible()
    other = served.signed_in_person("mika")
    other.goto(page.url)
    expect(other.get_by_label("Comment on the whole")).to_have_value("Half a thou")


def test_what_is_saved_is_no_draft_any_more(served: Served) -> None:
    turn = served.ask("What do cars pay?")
    page = served.signed_in_person("mika")
    page.keyboard.press("n")
    page.wait_for_url("**/turns/*")
    page.keyboard.press("1")
    page.get_by_label("Comment on the whole").fill("All of it.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**?said=saved")
    page.goto(f"{served.url}/turns/{turn}")
    page.keyboard.press("n")
    page.wait_for_load_state()
    expect(page.get_by_label("Comment on the whole")).to_have_value("All of it.")
    expect(page.get_by_text("What you had not saved is back.")).to_be_hidden()


def test_a_draft_is_thrown_away_on_request_and_at_sign_out(served: Served) -> None:
    turn = served.ask("What do cars pay?")
    page = served.signed_in_person("mika")
    page.keyboard.press("n")
    page.wait_for_url("**/turns/*")
    page.get_by_label("Comment on the whole").fill("No.")
    page.reload()
    page.get_by_role("button", name="Throw it away").click()
    expect(page.get_by_label("Comment on the whole")).to_have_value("")
    page.reload()
    expect(page.get_by_label("Comment on the whole")).to_have_value("")
    page.get_by_label("Comment on the whole").fill("Kept until I leave.")
    page.reload()
    page.locator("details.who summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    assert page.evaluate("Object.keys(localStorage).filter(k => k.includes('draft')).length") == 0
    assert turn


def test_a_killed_server_loses_no_saved_verdict_and_no_typed_word(
    served: Served, tmp_path: Path, library: Library
) -> None:
    home = tmp_path / "process"
    database = Database(f"sqlite:///{home / 'journal.db'}")
    Access(database).accounts.add("mika", Role.REVIEWER, PASSWORD)
    journal = Journal(database, library=library)
    for n in range(2):
        question = Question(question=f"What do cars pay in case {n}?")
        journal.record(question, answer_to(question, library), channel="terminal")
    port = free_port()
    server = start(home, port)
    try:
        page = served.person("mika")
        page.goto(f"http://127.0.0.1:{port}/")
        page.get_by_label("Name").fill("mika")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/queue")
        page.keyboard.press("n")
        page.wait_for_url("**/turns/*")
        saved = page.url.rsplit("/", 1)[1]
        page.keyboard.press("3")
        page.keyboard.press("ControlOrMeta+Enter")
        page.wait_for_url(lambda url: "/turns/" in url and saved not in url)
        page.keyboard.press("2")
        page.get_by_label("Comment on the whole").fill("Typed before the end.")
        server.kill()
        server.wait()
        page.get_by_role("button", name="Save", exact=True).click()
        page.wait_for_timeout(300)
        server = start(home, port)
        page.goto(f"http://127.0.0.1:{port}/queue")
        page.keyboard.press("n")
        page.wait_for_url("**/turns/*")
        expect(page.get_by_label("Comment on the whole")).to_have_value("Typed before the end.")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)
    (review,) = Reviews(journal, library=library).detail(saved, reviewer="mika").reviews
    assert review.verdict.value == "wrong"
    journal.close()


def test_the_server_ends_at_once_when_it_is_told_to(tmp_path: Path) -> None:
    port = free_port()
    server = start(tmp_path / "home", port)
    page = httpx.get(f"http://127.0.0.1:{port}/sign-in")
    assert "/sign-in" in forms(page.text)
    begin = time.monotonic()
    server.send_signal(signal.SIGTERM)
    assert server.wait(20) in {0, -signal.SIGTERM, 143}
    assert time.monotonic() - begin < 20


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def start(home: Path, port: int) -> subprocess.Popen[bytes]:
    """`lodestone review` as a process of its own, answering."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "HF_HUB_OFFLINE": "1",
        "OMP_NUM_THREADS": "1",
        "LODESTONE_HOME": str(home),
        "LODESTONE_REVIEW_LISTEN": f"127.0.0.1:{port}",
    }
    home.mkdir(exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "review"],
        cwd=home,
        env=environment,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            httpx.get(f"http://127.0.0.1:{port}/sign-in")
        except httpx.TransportError:
            assert process.poll() is None, "the server ended"
            time.sleep(0.1)
        else:
            return process
    process.kill()
    raise AssertionError("the server does not answer")
