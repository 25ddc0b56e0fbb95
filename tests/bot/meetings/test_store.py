# ruff: noqa: ANN401 - changes of whatever kind a model's fields have
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest

from bot.database import Database
from bot.journal.vault import Vault
from bot.meetings import Meeting
from bot.meetings.records import LONGEST_TITLE, MeetingRunningError
from bot.meetings.store import Meetings
from retrieval.answer import Question
from tests.bot.meetings.conftest import KEY, Clock, answer_to, nothing_held

ADA, BOB = 7, 8


def start(meetings: Meetings, title: str = "Copper", **changes: Any) -> Meeting:
    place: dict[str, Any] = {"chat_id": -100, "thread_id": None, "owner_id": ADA}
    return meetings.start(title, **(place | changes), language="en", zone="Asia/Tokyo")


def ask(meetings: Meetings, meeting: Meeting, text: str = "Copper?", asker: int = ADA) -> bool:
    question = Question(question=text)
    return meetings.add(
        meeting.id, question, answer_to(question), asker_id=asker, asker=f"Name {asker}"
    )


def test_what_is_asked_in_a_meeting_becomes_its_minutes(meetings: Meetings) -> None:
    meeting = start(meetings)
    question = Question(question="And tea?")
    ask(meetings, meeting)
    meetings.add(meeting.id, question, nothing_held(question), asker_id=BOB, asker="Bob")
    meetings.add(meeting.id, Question(question="And?"), "it broke", asker_id=BOB, asker="Bob")

    minutes = meetings.end(meeting.id)

    assert minutes is not None
    assert [e.number for e in minutes.entries] == [1, 2, 3]
    assert [e.number for e in minutes.open_points] == [2, 3]
    assert minutes.askers == ("Name 7", "Bob")
    assert minutes.entries[0].answer == answer_to(
        Question(question="Copper?"),
        id=minutes.entries[0].answer.id if minutes.entries[0].answer else "",
        question_id=minutes.entries[0].answer.question_id if minutes.entries[0].answer else "",
    )
    assert minutes.meeting.ended_at is not None
    assert not ask(meetings, meeting)


def test_a_running_meeting_survives_a_restart(database_url: str) -> None:
    with closing(Database(database_url)) as first:
        meeting = start(Meetings(Vault(first, clock=Clock(), key=KEY)))
    with closing(Database(database_url)) as second:
        again = Meetings(Vault(second, clock=Clock(), key=KEY))
        assert again.running(-100, None) == meeting
        assert ask(again, meeting)


def test_topics_of_a_chat_have_meetings_of_their_own(meetings: Meetings) -> None:
    first, second = start(meetings, thread_id=1), start(meetings, "Nickel", thread_id=2)
    ask(meetings, second)
    assert meetings.running(-100, 1) == first
    assert meetings.running(-100, 2) == second
    assert meetings.running(-100, None) is None
    counts = [len(m.entries) for m in (meetings.end(first.id), meetings.end(second.id)) if m]
    assert counts == [0, 1]


def test_a_second_start_is_refused_and_names_the_one_that_runs(meetings: Meetings) -> None:
    meeting = start(meetings)
    with pytest.raises(MeetingRunningError) as raised:
        start(meetings, "Another", owner_id=BOB)
    assert raised.value.meeting == meeting
    meetings.end(meeting.id)
    assert start(meetings, "Another").title == "Another"


def test_of_many_who_start_at_once_one_does(meetings: Meetings) -> None:
    def try_it(number: int) -> bool:
        try:
            start(meetings, f"Number {number}", owner_id=number)
        except MeetingRunningError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(try_it, range(12))) == 1


def test_questions_asked_at_once_get_numbers_without_gaps(meetings: Meetings) -> None:
    meeting = start(meetings)
    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(lambda n: ask(meetings, meeting, f"Number {n}?"), range(20)))
    minutes = meetings.minutes(meeting.id)
    assert minutes is not None
    assert [e.number for e in minutes.entries] == list(range(1, 21))


def test_a_question_that_was_edited_takes_the_place_of_the_old_one(meetings: Meetings) -> None:
    meeting = start(meetings)
    for text in ("Coper?", "Copper?"):
        question = Question(id="the-same", question=text)
        meetings.add(meeting.id, question, answer_to(question), asker_id=ADA, asker="Ada")
    minutes = meetings.minutes(meeting.id)
    assert minutes is not None
    assert [e.question for e in minutes.entries] == ["Copper?"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Copper\nand <b>nickel</b> ", "Copper and <b>nickel</b>"),
        ("\u202ereppoC\u200b", "reppoC"),
        ("e" + "\u0301" * 40, "é\u0301\u0301"),
        ("", ""),
        ("\x00\ud800", ""),
    ],
)
def test_a_title_is_made_fit_to_be_shown(meetings: Meetings, typed: str, kept: str) -> None:
    assert start(meetings, typed).title == kept


def test_a_title_as_long_as_a_message_is_cut(meetings: Meetings) -> None:
    title = start(meetings, "w" * 4096).title
    assert len(title) == LONGEST_TITLE
    assert title.endswith("…")


def test_only_the_owner_can_delete_and_then_all_is_gone(meetings: Meetings) -> None:
    meeting = start(meetings)
    ask(meetings, meeting, asker=BOB)
    assert not meetings.delete(meeting.id, owner_id=BOB)
    assert meetings.delete(meeting.id, owner_id=ADA)
    assert not meetings.delete(meeting.id, owner_id=ADA)
    assert meetings.minutes(meeting.id) is None
    assert meetings.end(meeting.id) is None
    assert meetings.entries_of(BOB) == []


def test_meetings_are_listed_newest_first_by_place_and_by_owner(meetings: Meetings) -> None:
    first = start(meetings)
    meetings.end(first.id)
    second = start(meetings, "Nickel")
    elsewhere = start(meetings, "Elsewhere", chat_id=-200)
    start(meetings, "Bob's", chat_id=-300, owner_id=BOB)
    assert [m.id for m in meetings.of_chat(-100, None, limit=5)] == [second.id, first.id]
    assert [m.id for m in meetings.of_chat(-100, None, limit=1)] == [second.id]
    assert [m.id for m in meetings.of_owner(ADA, limit=5)] == [elsewhere.id, second.id, first.id]


def test_forgetting_a_person_takes_their_meetings_and_blots_out_their_questions(
    meetings: Meetings,
) -> None:
    own, others = start(meetings), start(meetings, chat_id=-200, owner_id=BOB)
    for place in (own, others):
        ask(meetings, place, "Ada asks", asker=ADA)
        ask(meetings, place, "Ada asks again", asker=ADA)
        ask(meetings, place, "Bob asks", asker=BOB)
    assert len(meetings.entries_of(ADA)) == 4

    assert meetings.forget(ADA) == 3

    assert meetings.minutes(own.id) is None
    minutes = meetings.minutes(others.id)
    assert minutes is not None
    assert [(e.withdrawn, e.question, e.asker) for e in minutes.entries] == [
        (True, "", ""),
        (True, "", ""),
        (False, "Bob asks", "Name 8"),
    ]
    assert minutes.askers == ("Name 8",)
    assert meetings.entries_of(ADA) == []
    assert ask(meetings, others, "Bob asks on", asker=BOB)


def test_a_group_that_becomes_a_supergroup_keeps_its_meetings(meetings: Meetings) -> None:
    meeting = start(meetings)
    meetings.move_chat(-100, -1001234567890)
    assert meetings.running(-1001234567890, None) == meeting.model_copy(
        update={"chat_id": -1001234567890}
    )
