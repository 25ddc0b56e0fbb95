"""Minutes from before they were sealed: none is lost, and none stays readable."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.database import Database
from bot.journal import Journal
from bot.meetings.store import Meetings
from corpus.errors import JournalError
from retrieval.answer import Question
from tests.bot.meetings.conftest import KEY, Clock, answer_to

PLAIN = """
CREATE TABLE meetings_plain_meetings (id VARCHAR, chat_id BIGINT, thread_id BIGINT,
    owner_id BIGINT, title TEXT, language VARCHAR, zone VARCHAR, started_at {moment},
    ended_at {moment});
CREATE TABLE meetings_plain_entries (meeting_id VARCHAR, number INTEGER, turn_id VARCHAR,
    asked_at {moment}, asker_id BIGINT, asker TEXT, question TEXT, answer_json TEXT, error TEXT,
    withdrawn BOOLEAN);
"""


def write_plain(database: Database) -> None:
    """As the migration leaves them: one meeting, an answer, a failure, one withdrawn."""
    answer = answer_to(Question(question="Quokka?")).model_dump_json()
    is_sqlite = database.engine().dialect.name == "sqlite"
    moment = "DATETIME" if is_sqlite else "TIMESTAMP WITH TIME ZONE"
    at = "2026-11-22 14:00:00.000000" + ("" if is_sqlite else "+00")
    with database.writing() as session:
        for statement in PLAIN.format(moment=moment).split(";"):
            if statement.strip():
                session.execute(text(statement))
        session.execute(
            text(
                "INSERT INTO meetings_plain_meetings VALUES "
                "('m1', -100, 0, 7, 'Zirconia', 'ja', 'UTC', :at, NULL)"
            ),
            {"at": at},
        )
        for number, asker, question, given, error, gone in (
            (1, 8, "Quokka?", answer, None, False),
            (2, None, "Wombat?", None, "it broke", False),
            (3, None, "", None, None, True),
        ):
            session.execute(
                text(
                    "INSERT INTO meetings_plain_entries VALUES ('m1', :number, :turn, :at, :asker, "
                    "'Bob', :question, :given, :error, :gone)"
                ),
                {
                    "number": number, "turn": f"t{number}", "at": at, "asker": asker,
                    "question": question, "given": given, "error": error, "gone": gone,
                },
            )  # fmt: skip


def test_plain_minutes_are_sealed_at_the_first_look(database: Database) -> None:
    write_plain(database)
    meetings = Meetings(Journal(database, clock=Clock(), key=KEY).vault())

    minutes = meetings.minutes("m1")

    assert minutes is not None
    assert (minutes.meeting.title, minutes.meeting.owner_id) == ("Zirconia", 7)
    assert minutes.meeting.is_running
    answered, failed, gone = minutes.entries
    assert (answered.question, answered.asker_id, answered.answer and answered.answer.text) == (
        "Quokka?", 8, "Copper pays 50%. [1]",
    )  # fmt: skip
    assert (failed.question, failed.error) == ("Wombat?", "it broke")
    assert gone.withdrawn
    assert minutes.meeting == meetings.running(-100, None)
    with pytest.raises(JournalError), database.reading() as session:
        session.execute(text("SELECT 1 FROM meetings_plain_entries"))


def test_nothing_of_them_is_left_in_the_file(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path / 'bot.db'}")) as database:
        write_plain(database)
        Meetings(Journal(database, clock=Clock(), key=KEY).vault()).minutes("m1")
    written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for words in ("Zirconia", "Quokka", "Wombat", "it broke"):
        assert words.encode() not in written


def test_where_one_cannot_be_read_all_stay_as_they_are(database: Database) -> None:
    write_plain(database)
    with database.writing() as session:
        session.execute(text("UPDATE meetings_plain_entries SET answer_json = '{'"))
    with pytest.raises(JournalError, match="minutes m1 1 cannot be read"):
        Meetings(Journal(database, clock=Clock(), key=KEY).vault()).minutes("m1")
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM meetings_plain_entries")) == 3
