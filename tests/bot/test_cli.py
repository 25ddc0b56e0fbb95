from __future__ import annotations

import pytest
import typer

from bot import cli
from tests.bot.conftest import Lodestone


def test_help_lists_the_commands(lodestone: Lodestone) -> None:
    ran = lodestone("--help")
    assert ran.status == 0
    for command in ("index", "ask", "chat", "corpus", "bot", "journal", "eval", "doctor"):
        assert f" {command} " in ran.out


def test_without_a_command_the_help_is_shown_and_the_status_is_of_wrong_use(
    lodestone: Lodestone,
) -> None:
    ran = lodestone()
    assert ran.status == 2
    assert "Usage: lodestone" in ran.out
    assert ran.err == ""


def test_an_unknown_command_is_one_line(lodestone: Lodestone) -> None:
    ran = lodestone("aks")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("lodestone: No such command 'aks'")
    assert ran.err.endswith("See: lodestone --help\n")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (KeyboardInterrupt(), 130, "lodestone: stopped\n"),
        (OSError(28, "No space left on device", "/a/b"), 1, "/a/b: No space left on device\n"),
        (typer.Exit(7), 7, ""),
    ],
)
def test_what_ends_a_command_gives_its_status_and_one_line(
    error: BaseException,
    status: int,
    told: str,
    lodestone: Lodestone,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def end(**_: object) -> None:
        raise error

    monkeypatch.setattr(cli, "app", end)
    monkeypatch.setattr(cli, "_give_up_output", lambda: 1)
    ran = lodestone()
    assert ran.status == status
    assert ran.err.endswith(told)
    assert ran.err.count("\n") == told.count("\n")


def test_a_defect_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def end(**_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cli, "app", end)
    with pytest.raises(ZeroDivisionError):
        cli.main()
