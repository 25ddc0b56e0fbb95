"""Tampering with a journal as one would who has the database and not the code."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, text

from bot.journal import Journal
from bot.journal.review import GoldenKind, Judgement, Reviews, Verdict
from bot.journal.schema import KeyRow
from bot.journal.verify import verify

Ask = Callable[..., str]


def findings(journal: Journal, noted: str | None = None) -> list[str]:
    """What `verify` finds, each on a line."""
    return [str(finding) for finding in verify(journal.vault(), noted).findings]


@pytest.fixture
def turns(ask: Ask, reviews: Reviews, lots: Callable[..., None]) -> list[str]:
    """Six turns, one with feedback, a review, a correction and a golden question."""
    made = [ask(f"Question {number}?", user_id=number % 2) for number in range(6)]
    reviews.journal.feedback(made[0], user_id=0, useful=False)
    judgement = Judgement(
        verdict=Verdict.WRONG, version=0, relevance={1: 2}, correction="They pay 15 percent."
    )
    reviews.judge(made[0], judgement, reviewer="ann")
    reviews.promote(made[0], None, kind=GoldenKind.REGRESSION, reviewer="ann")
    reviews.journal.record_result("allocation", "{}", channel="telegram", user_id=1)
    return made


_GUARDED = (
    *("turns", "passages", "citations", "claims", "feedback", "results", "events"),
    *("reviews", "relevance", "corrections"),
)


def change(journal: Journal, *statements: str, **values: object) -> None:
    """Change tables as one would who has the database and not the code: triggers go first."""
    with journal.database.writing() as session:
        sqlite = session.get_bind().dialect.name == "sqlite"
        for part in _GUARDED:
            where = "" if sqlite else f" ON journal_{part}"
            session.execute(text(f"DROP TRIGGER IF EXISTS journal_{part}_stay{where}"))
        for statement in statements:
            session.execute(text(statement), values)


def wrapped_key(journal: Journal) -> bytes:
    """The only person's key, as it is kept."""
    with journal.database.reading() as session:
        key = session.scalar(select(KeyRow.wrapped))
    assert key is not None
    return bytes(key)
