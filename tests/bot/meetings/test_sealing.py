"""What the minutes say can be read with the keys of who said it, and by nobody without."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.database import Database
from bot.journal import Journal
from bot.meetings.store import Meetings
from corpus.errors import JournalError
from retrieval.answer import Question
from tests.bot.meetings.conftest import KEY, START, Clock, answer_to

ADA, BOB = 7, 8
SAID = ("Zirconia pricing", "Quokka tariffs?", "Wombat quotas?", "Ada Ampersand", "Bob Backslash")


@pytest.fixture
def journal(database: Database) -> Journal:
    return Journal(database, clock=Clock(), key=KEY)


@pytest.fixture
def meetings(journal: Journal) -> Meetings:
    return Meetings(journal.vault())


def hold(meetings: Meetings, *, owner: int = ADA) -> str:
    """A meeting in which both ask."""
    title, first, second, ada, bob = SAID
    meeting = meetings.start(
        title, chat_id=-100, thread_id=None, owner_id=owner, language="en", zone="UTC"
    )
    for asked, asker, name in ((first, ADA, ada), (second, BOB, bob)):
        question = Question(question=asked)
        meetings.add(meeting.id, question, answer_to(question), asker_id=asker, asker=name)
    return meeting.id


def test_the_files_of_the_database_hold_nothing_that_was_said(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path / 'bot.db'}")) as database:
        meetings = Meetings(Journal(database, clock=Clock(), key=KEY).vault())
        meeting = hold(meetings)
        meetings.add(meeting, Question(question="Numbat?"), "Numbat broke", asker_id=ADA, asker="")
        written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    written += (tmp_path / "bot.db").read_bytes()

    assert meeting.encode() in written
    for words in (*SAID, "Copper pays 50%.", "Numbat"):
        assert words.encode() not in written
        assert words.encode("utf-16-le") not in written


def test_an_erased_person_leaves_a_number_and_others_stay_readable(
    journal: Journal, meetings: Meetings
) -> None:
    meeting = hold(meetings, owner=BOB)

    journal.erase(ADA)

    minutes = meetings.minutes(meeting)
    assert minutes is not None
    assert minutes.meeting.title == SAID[0]
    assert [(e.withdrawn, e.question, e.asker) for e in minutes.entries] == [
        (True, "", ""),
        (False, SAID[2], SAID[4]),
    ]
    assert meetings.entries_of(ADA) == []
    assert len(meetings.entries_of(BOB)) == 1


def test_the_meeting_of_an_erased_person_has_no_title_and_no_owner(
    journal: Journal, meetings: Meetings
) -> None:
    hold(meetings)

    journal.erase(ADA)

    (meeting,) = meetings.of_chat(-100, None, limit=5)
    assert (meeting.title, meeting.owner_id) == ("", None)
    assert meetings.of_owner(ADA, limit=5) == []
    assert not meetings.delete(meeting.id, owner_id=ADA)


def test_a_person_who_comes_back_finds_nothing_and_begins_anew(
    journal: Journal, meetings: Meetings
) -> None:
    meeting = hold(meetings, owner=BOB)
    journal.erase(ADA)

    question = Question(question="Bilby?")
    assert meetings.add(meeting, question, answer_to(question), asker_id=ADA, asker="Ada")

    assert [entry.question for _, entry in meetings.entries_of(ADA)] == ["Bilby?"]


def test_an_anonymous_administrators_question_is_sealed_with_the_chats_key(
    journal: Journal, meetings: Meetings
) -> None:
    meeting = hold(meetings)
    question = Question(question="Bilby?")
    meetings.add(meeting, question, answer_to(question), asker_id=None, asker="Team")
    journal.erase(ADA)

    minutes = meetings.minutes(meeting)

    assert minutes is not None
    assert [entry.question for entry in minutes.entries] == ["", SAID[2], "Bilby?"]


def test_what_was_put_in_anothers_place_is_noticed(database: Database, meetings: Meetings) -> None:
    meeting = hold(meetings)
    with database.writing() as session:
        session.execute(text("UPDATE meetings_entries SET number = 3 - number + 10"))
    with pytest.raises(JournalError, match="cannot be read: it was altered"):
        meetings.minutes(meeting)


def test_the_keys_of_minutes_outlive_the_turns_of_the_journal(
    database: Database, meetings: Meetings
) -> None:
    meeting = hold(meetings)
    question = Question(question="Quokka tariffs?")
    journal = Journal(database, clock=lambda: START, key=KEY)
    for asker in (ADA, BOB):
        journal.record(question, answer_to(question), channel="telegram", user_id=asker)
    later = Journal(database, clock=lambda: START + timedelta(days=900), key=KEY)

    assert later.retain(30) == 2

    minutes = meetings.minutes(meeting)
    assert minutes is not None
    assert not any(entry.withdrawn for entry in minutes.entries)
