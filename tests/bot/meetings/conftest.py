# ruff: noqa: ANN401 - changes of whatever kind a model's fields have
from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.database import Database
from bot.journal.vault import Vault
from bot.meetings import Entry, Meeting, Minutes
from bot.meetings.store import Meetings
from corpus import Kind, Status
from retrieval.answer import (
    Answer,
    Citation,
    Claim,
    Notice,
    NoticeKind,
    Outcome,
    Question,
)

KEY = "a key that only tests know, long enough"
START = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)


class Clock:
    """A clock that goes on a minute at each look."""

    def __init__(self) -> None:
        self.minutes = -1

    def __call__(self) -> datetime:
        self.minutes += 1
        return START.replace(minute=self.minutes % 60, hour=14 + self.minutes // 60)


@pytest.fixture
def meetings(database: Database) -> Meetings:
    return Meetings(Vault(database, clock=Clock(), key=KEY))


def answer_to(question: Question, **changes: Any) -> Answer:
    quote = "Copper pays 50%."
    values: dict[str, Any] = {
        "question_id": question.id,
        "question": question.text,
        "as_of": date(2026, 11, 22),
        "language": "en",
        "outcome": Outcome.ANSWERED,
        "text": f"{quote} [1]",
        "claims": (Claim(text=quote, citations=(1,)),),
        "citations": (
            Citation(
                number=1,
                document_id="s232-copper-10962",
                title="Proclamation 10962 (50%)",
                kind=Kind.POLICY_BRIEF,
                issuer="President of the United States",
                section="Rates",
                published=date(2025, 7, 30),
                status=Status.AMENDED,
                url="https://example.org/copper",
                quote=quote,
                start=0,
                end=len(quote),
            ),
        ),
        "notices": (
            Notice(
                kind=NoticeKind.EXPIRING,
                text="A date comes. [1]",
                document_id="s232-copper-10962",
                citations=(1,),
            ),
        ),
        "composer": "scripted",
        "corpus_fingerprint": "0" * 16,
    }
    return Answer(**(values | changes))


def nothing_held(question: Question) -> Answer:
    return answer_to(
        question,
        outcome=Outcome.NOT_IN_CORPUS,
        text="Not in the corpus.",
        claims=(),
        citations=(),
        notices=(),
    )


def minutes_of(*entries: Entry, **changes: Any) -> Minutes:
    values: dict[str, Any] = {
        "id": "abc",
        "chat_id": 1,
        "thread_id": None,
        "owner_id": 7,
        "title": "Copper",
        "language": "en",
        "zone": "Asia/Tokyo",
        "started_at": START,
        "ended_at": START.replace(hour=15),
    }
    return Minutes(meeting=Meeting(**(values | changes)), entries=entries)


def entry(number: int, question: str = "What does copper pay?", **changes: Any) -> Entry:
    values: dict[str, Any] = {
        "number": number,
        "asked_at": START.replace(minute=number % 60),
        "asker_id": 7,
        "asker": "Ada",
        "question": question,
        "answer": answer_to(Question(question="What does copper pay?")),
    }
    return Entry(**(values | changes))
