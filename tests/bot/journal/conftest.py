"""A journal on a real database, SQLite and PostgreSQL in turn, and answers to put in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.journal import Journal, entry, feedback, weighing
from bot.journal.review import Reviews, insights, queue
from bot.journal.risk import load_risk
from retrieval.answer import Answer, Outcome, PassageRef, Question, Timings

OpenJournal = Callable[..., Journal]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a SQLite journal is, for tests of files."""
    return tmp_path / "home" / "journal.db"


@pytest.fixture
def url(database_url: str) -> str:
    """The journal's address; modules that test files have a `url` of their own."""
    return database_url


@pytest.fixture
def open_journal(url: str, file: Path) -> Iterator[OpenJournal]:
    """Open the test's journal, again or with a clock; all are closed in the end."""
    opened: list[Journal] = []

    def make(**given: Any) -> Journal:  # noqa: ANN401 - whatever a journal takes
        usual: dict[str, Any] = {"lock_timeout_s": 1, "key_file": file.with_name("journal.key")}
        opened.append(Journal(url, **usual | given))
        return opened[-1]

    yield make
    for journal in opened:
        journal.close()


@pytest.fixture
def journal(open_journal: OpenJournal) -> Journal:
    return open_journal()


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 4, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ask(
    open_journal: OpenJournal, answered: Callable[..., Answer], clock: Clock
) -> Callable[..., str]:
    """Write a turn down: `ask("Why?", user_id=7, outcome="declined")`; returns its id."""
    journal = open_journal(clock=clock)

    def write(words: str = "What tariff do cars pay?", **given: Any) -> str:  # noqa: ANN401
        who = {
            name: given.pop(name) for name in ("user_id", "chat_id", "asked_at") if name in given
        }
        history, channel = given.pop("history", ()), given.pop("channel", "telegram")
        asked = Question.model_validate({"question": words, "history": history})
        answer = answered(question_id=asked.id, question=words, **given)
        journal.record(asked, answer, channel=channel, **who)
        return answer.id

    return write


@pytest.fixture
def reviews(open_journal: OpenJournal, clock: Clock) -> Reviews:
    """The reviewers' side of the test's journal, at the time the test says."""
    return Reviews(open_journal(clock=clock))


@pytest.fixture
def lots(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Set the lots that are drawn: `lots(sample_share=1)`; nothing is drawn unless set."""

    def draw(**rules: object) -> None:
        changed = load_risk().model_copy(update={"sample_share": 0, "second_share": 0} | rules)
        for module in (entry, weighing, feedback, queue, insights):
            monkeypatch.setattr(module, "load_risk", lambda: changed)

    draw()
    return draw


@pytest.fixture
def question() -> Question:
    return Question(question="What tariff do Japanese cars pay today?")


@pytest.fixture
def answered(question: Question) -> Callable[..., Answer]:
    """An answer to `question`, with the fields that a test cares about."""

    def make(**given: object) -> Answer:
        usual: dict[str, object] = {
            "question_id": question.id,
            "question": question.question,
            "as_of": date(2025, 11, 1),
            "language": "en",
            "outcome": Outcome.ANSWERED,
            "text": "They pay 15 percent [1].",
            "composer": "extractive",
            "corpus_fingerprint": "f00d",
            "timings_ms": Timings(total=250),
            "passages": (
                PassageRef(
                    document_id="eo-14345-us-japan",
                    section="Automobiles",
                    start=10,
                    end=90,
                    score=0.75,
                    dense_rank=1,
                    keyword_rank=None,
                ),
                PassageRef(
                    document_id="section-232-autos",
                    section="Rates",
                    start=0,
                    end=40,
                    score=0.5,
                    dense_rank=None,
                    keyword_rank=1,
                ),
            ),
        }
        return Answer.model_validate(usual | given)

    return make
