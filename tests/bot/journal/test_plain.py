"""A journal from before texts were sealed is sealed when it is next used, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from bot.database import Database, migrate
from bot.journal import Journal
from bot.journal.review import Filters, Reviews
from bot.journal.verify import verify
from retrieval.answer import Answer, Question
from retrieval.compose.report import CompositionReport

OpenJournal = Callable[..., Journal]
WORD = "marimbaquestion"


@pytest.fixture
def plain(
    url: str, answered: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> tuple[Question, Answer]:
    """Two turns as the first version wrote them: an answered one and one that failed."""
    from alembic import command

    upgrade = command.upgrade
    monkeypatch.setattr(command, "upgrade", lambda config, _: upgrade(config, "0001"))
    monkeypatch.setattr(migrate, "known_versions", lambda: ("0001",))
    asked = Question(question=f"What of {WORD}?")
    answer = answered(text=f"Nothing is known of {WORD}.")
    report = CompositionReport(model="m", cost_usd=0.5)
    insert = text(
        "INSERT INTO journal_turns (id, asked_at, channel, chat_id, user_id, question, outcome, "
        "as_of, language, composer, corpus_fingerprint, total_ms, error, question_json, "
        "answer_json, report_json) VALUES (:id, :at, 'telegram', 5, 7, :words, :outcome, "
        "NULL, 'en', 'extractive', 'f', 250, :error, :question, :answer, :report)"
    )
    database = Database(url)
    with database.writing() as session:
        for turn_id, said in ((answer.id, answer), ("failed", None)):
            session.execute(
                insert,
                {
                    "id": turn_id,
                    "at": "2025-11-03 12:00:00.000000" + ("" if "sqlite" in url else "+00"),
                    "words": asked.text,
                    "outcome": said.outcome if said else "failed",
                    "error": None if said else f"{WORD} failed",
                    "question": asked.model_dump_json(),
                    "answer": said.model_dump_json() if said else None,
                    "report": report.model_dump_json() if said else None,
                },
            )
    database.close()
    monkeypatch.undo()
    return asked, answer


def test_turns_from_before_are_sealed_and_read_as_they_were(
    plain: tuple[Question, Answer], open_journal: OpenJournal, file: Path
) -> None:
    asked, answer = plain
    journal = open_journal()

    failed, told = journal.turns()

    assert (told.id, told.question, told.user_id, told.chat_id) == (answer.id, asked.text, 7, 5)
    assert told.asked_at == datetime(2025, 11, 3, 12, tzinfo=UTC)
    assert (failed.outcome, failed.error) == ("failed", f"{WORD} failed")
    turn = journal.turn(answer.id)
    assert (turn.question, turn.answer) == (asked, answer)
    assert turn.report is not None
    assert turn.report.cost_usd == 0.5
    assert len(Reviews(journal).search(Filters(text=WORD), reviewer="ann").items) == 2
    assert verify(journal.vault()).findings == ()
    with journal.database.reading() as session:
        assert not inspect(session.connection()).has_table("journal_plain_turns")


def test_nothing_plain_is_left_in_the_files(
    plain: tuple[Question, Answer], open_journal: OpenJournal, file: Path
) -> None:
    journal = open_journal()
    journal.turns()
    journal.close()

    for kept in file.parent.iterdir():
        assert WORD.encode() not in kept.read_bytes()


def test_an_empty_journal_from_before_leaves_no_table_behind(
    open_journal: OpenJournal, question: Question
) -> None:
    journal = open_journal()
    journal.record_failure(question, "x", channel="batch")

    with journal.database.reading() as session:
        assert not inspect(session.connection()).has_table("journal_plain_turns")
