"""A journal on a real file, and answers to put in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.journal import Journal
from retrieval.answer import Answer, Outcome, PassageRef, Question, Timings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "journal.db"


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite:///{file}"


@pytest.fixture
def journal(url: str) -> Iterator[Journal]:
    with Journal(url, lock_timeout_s=1) as opened:
        yield opened


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
