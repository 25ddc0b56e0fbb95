from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.journal import Journal
from corpus.errors import JournalError
from retrieval.answer import Answer, Question

MakeAnswer = Callable[..., Answer]


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite:///{file}"


def test_reading_a_journal_that_does_not_exist_leaves_nothing_behind(
    journal: Journal, file: Path
) -> None:
    assert journal.turns() == ()
    with pytest.raises(JournalError):
        journal.turn("abc")
    assert not file.parent.exists()


def test_only_the_owner_can_read_the_journal(
    journal: Journal, file: Path, question: Question, answered: MakeAnswer
) -> None:
    journal.record(question, answered(), channel="terminal")

    for kept in file.parent.iterdir():
        assert stat.S_IMODE(kept.stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR
