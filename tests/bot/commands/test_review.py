from __future__ import annotations

import io
from pathlib import Path

import pytest

from bot.database import Database
from bot.review.access import Access
from tests.bot.conftest import Lodestone


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    monkeypatch.setenv("LODESTONE_HOME", str(home))
    return home


def type_in(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_an_account_is_made_with_a_password_from_stdin_listed_and_removed(
    lodestone: Lodestone, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    type_in(monkeypatch, "correct horse battery\nmore\n")
    made = lodestone("review", "add-user", "Mika", "--role", "admin")
    assert made.out == "mika may sign in as admin, with a password.\n"
    lodestone("review", "add-user", "jun", "--no-password")
    listed = lodestone("review", "list-users").out.splitlines()
    assert [line.split("\t")[:3] for line in listed] == [
        ["jun", "reviewer", "link"],
        ["mika", "admin", "password"],
    ]
    access = Access(Database(f"sqlite:///{own_home / 'journal.db'}"))
    assert access.accounts.check("mika", "correct horse battery") is not None
    assert lodestone("review", "remove-user", "mika").out == "mika may not sign in any more.\n"
    assert "mika" not in lodestone("review", "list-users").out


@pytest.mark.parametrize(
    ("arguments", "stdin", "status", "told"),
    [
        (("add-user", "mika"), "", 2, "no password on stdin"),
        (("add-user", "mika"), "short\n", 1, "use between 12 and 1024"),
        (("add-user", "mi ka"), "", 1, "is no name for an account"),
        (("add-user", "mika", "--role", "king"), "", 2, "use viewer, reviewer, admin"),
        (("remove-user", "mika"), "", 1, "no account 'mika'"),
        (("link", "mika"), "", 1, "See: lodestone review list-users"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    lodestone: Lodestone,
    monkeypatch: pytest.MonkeyPatch,
    *,
    arguments: tuple[str, ...],
    stdin: str,
    status: int,
    told: str,
) -> None:
    type_in(monkeypatch, stdin)
    ran = lodestone("review", *arguments)
    assert ran.status == status
    assert told in ran.err
    assert ran.err.count("\n") == 1
    assert ran.out == ""


def test_a_link_is_printed_alone_so_that_it_can_be_piped(
    lodestone: Lodestone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LODESTONE_REVIEW_URL", "https://review.example/")
    lodestone("review", "add-user", "jun", "--no-password")
    ran = lodestone("review", "link", "jun")
    assert ran.out.startswith("https://review.example/link/")
    assert ran.out.count("\n") == 1
    assert "signs jun in once" in ran.err


def test_pages_that_others_could_reach_in_the_clear_are_not_served(
    lodestone: Lodestone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LODESTONE_REVIEW_LISTEN", "0.0.0.0:0")
    ran = lodestone("review")
    assert ran.status == 2
    assert "LODESTONE_REVIEW_PUBLIC=yes" in ran.err


def test_a_port_that_is_taken_is_told(
    lodestone: Lodestone, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("LODESTONE_REVIEW_LISTEN", f"127.0.0.1:{taken.getsockname()[1]}")
        ran = lodestone("review")
    assert ran.status == 1
    assert "cannot be listened on (Address already in use): end what uses it" in ran.err
    assert ran.err.count("\n") == 1
