"""An erased person's key is in no page that was freed, nor in the log, of a SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.journal.erasure import erase
from bot.journal.owner import owner_of
from bot.journal.review import Reviews
from tests.bot.journal.tampering import wrapped_key

Ask = Callable[..., str]
HER = 7_700_112_233_445


@pytest.fixture
def url(file: Path) -> str:
    """SQLite alone: a server's own files are its administrator's."""
    return f"sqlite:///{file}"


def test_no_freed_page_nor_the_log_holds_the_key(ask: Ask, reviews: Reviews, file: Path) -> None:
    for number in range(30):
        ask(f"What of copper {number}?", user_id=HER)
    key = wrapped_key(reviews.journal)
    assert any(key in one.read_bytes() for one in file.parent.iterdir())

    reviews.journal.erase(HER)

    assert [one.name for one in file.parent.iterdir() if key in one.read_bytes()] == []


def test_where_somebody_reads_the_log_is_told_and_cleared_by_erasing_once_more(
    ask: Ask, reviews: Reviews, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.journal.erasure._PAUSE_S", 0)
    ask("What of copper?", user_id=HER)
    key, vault = wrapped_key(reviews.journal), reviews.journal.vault()
    with closing(sqlite3.connect(file)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM journal_keys").fetchall()
        erased = erase(vault, owner=owner_of(HER))
    assert erased.turns == 1
    (left,) = erased.left
    assert "-wal (somebody reads the journal" in left

    assert erase(vault, owner=owner_of(HER)).left == ()
    assert [one.name for one in file.parent.iterdir() if key in one.read_bytes()] == []
