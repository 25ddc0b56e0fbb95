"""A person is erased whole: no dump holds their key; what broke off is done by doing it again."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from bot.journal.export import export_turns
from bot.journal.review import Filters, Reviews
from tests.bot.journal.tampering import wrapped_key
from tests.postgresql import programs

Ask = Callable[..., str]
HER = 7_700_112_233_445


def dump(url: str, file: Path) -> str:
    """All of a database, as its own program for backups writes it."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(file)) as connection:
            return "\n".join(connection.iterdump()).lower()
    folder, address = programs(), make_url(url)
    assert folder is not None
    command = [
        *(str(folder / "pg_dump"), "-h", str(address.host), "-p", str(address.port)),
        *("-U", str(address.username), str(address.database)),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.lower()


def test_a_dump_after_erasure_holds_the_key_no_more(
    ask: Ask, reviews: Reviews, url: str, file: Path
) -> None:
    ask("What of copper?", user_id=HER)
    key = wrapped_key(reviews.journal).hex()
    assert key in dump(url, file)

    reviews.journal.erase(HER)

    assert key not in dump(url, file)


def test_what_broke_off_half_way_is_done_by_erasing_again(
    ask: Ask, reviews: Reviews, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("What of zanzibar?", user_id=HER)
    file.parent.mkdir(exist_ok=True)
    export = file.parent / "turns.csv"
    export_turns(reviews.journal.vault(), "csv", export, filters=Filters(), actor="ann")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("bot.journal.erasure._forget", killed)
        with pytest.raises(KeyboardInterrupt):
            reviews.journal.erase(HER)
    assert "zanzibar" not in export.read_text()

    assert reviews.journal.erase(HER) == 1
    assert reviews.journal.turns_of(HER) == ()
