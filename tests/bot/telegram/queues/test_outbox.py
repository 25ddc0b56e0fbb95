from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from bot.telegram.queues import Attachment, Button, Ended, Letter, Message, Place
from bot.telegram.queues.leases import LEASE
from bot.telegram.queues.letters import file_name
from bot.telegram.queues.outbox import KEPT
from bot.telegram.queues.schema import OutboxRow
from tests.bot.telegram.queues.conftest import Tables


def test_a_letter_may_go_at_once_unless_another_of_its_chat_waits(tables: Tables) -> None:
    parcels = tables.write(100, 200, 100)

    assert [parcel.letter.place.chat_id for parcel in parcels] == [100, 200]
    assert tables.claim_letters("b") == []
    with tables.session() as session:
        tables.outboxes["a"].finish_all(session, [Ended(parcels[0].number, (7,))])
    (second,) = tables.claim_letters("b")
    assert second.letter.place.chat_id == 100


def test_a_letter_that_has_to_wait_holds_up_its_own_chat_only(tables: Tables) -> None:
    first, _ = tables.write(100, 200)
    with tables.session() as session:
        tables.outboxes["a"].postpone(
            session, first.number, after=timedelta(seconds=20), attempts=1
        )
    assert [p.letter.place.chat_id for p in tables.write(100, 300)] == [300]
    assert tables.claim_letters("b") == []

    tables.clock.now += timedelta(seconds=21)
    (again,) = tables.claim_letters("b")
    assert (again.number, again.attempts) == (first.number, 1)


def test_a_crash_between_two_messages_goes_on_with_the_second(tables: Tables) -> None:
    (parcel,) = tables.write(100, parts=3)
    with tables.session() as session:
        tables.outboxes["a"].progress(session, parcel.number, parcel.letter, [41])

    tables.clock.now += LEASE + timedelta(seconds=1)
    (again,) = tables.claim_letters("b")

    assert (again.position, again.message_ids) == (1, (41,))
    assert again.letter == parcel.letter


def test_a_letter_comes_back_from_the_table_as_it_was(tables: Tables) -> None:
    letter = Letter(
        place=Place(-5, thread_id=3, reply_to=9),
        messages=(
            Message(
                text="<b>x</b> 料率",
                buttons=((Button(text="Yes", data="v1:x:aaaaaaaa:y"),),),
                attachment=Attachment(name="x.png", content=b"\x89PNG\x00\xff", picture=True),
            ),
        ),
        edits=4,
        answers=9,
        ref="turn",
        user_id=5,
    )
    with tables.session() as session:
        tables.outboxes["a"].add(session, [(1, letter)])
    tables.clock.now += LEASE + timedelta(seconds=1)

    assert tables.claim_letters("b")[0].letter == letter


def test_when_a_letter_is_out_its_text_is_gone_and_its_messages_are_known(tables: Tables) -> None:
    letter = Letter.of_parts(Place(100), ["one", "two"], answers=9, ref="turn")
    with tables.session() as session:
        (parcel,) = tables.outboxes["a"].add(session, [(1, letter)])
        tables.outboxes["a"].finish_all(session, [Ended(parcel.number, (41, 42))])

    with tables.session() as session:
        assert tables.outboxes["b"].answers_to(session, 100, 9) == [41, 42]
        assert session.scalars(select(OutboxRow.payload)).all() == [None]
        assert tables.outboxes["b"].figures(session) == {"waiting": 0, "sent": 1, "given_up": 0}
        tables.clock.now += KEPT + timedelta(hours=1)
        assert tables.outboxes["b"].prune(session) == 1


def test_what_waits_for_a_group_follows_it_when_it_grows(tables: Tables) -> None:
    tables.write(-5, -5)
    with tables.session() as session:
        tables.outboxes["a"].move(session, -5, -1005)
    tables.clock.now += LEASE + timedelta(seconds=1)

    (parcel,) = tables.claim_letters("b")
    assert parcel.letter.place.chat_id == -1005


def test_a_persons_letters_are_removed_on_request(tables: Tables) -> None:
    letters = [(1, Letter.of_parts(Place(-5), ["x"], user_id=user)) for user in (7, 8)]
    with tables.session() as session:
        tables.outboxes["a"].add(session, letters)
        assert tables.outboxes["a"].forget(session, 7) == 1
        assert session.scalars(select(OutboxRow.user_id)).all() == [8]


@pytest.mark.parametrize(
    "button",
    [
        {"text": "x"},
        {"text": "x", "data": "y", "url": "https://z.example"},
        {"text": "", "data": "y"},
        {"text": "x", "data": ""},
        {"text": "x", "data": "é" * 33},
    ],
)
def test_a_button_that_telegram_would_refuse_is_refused_when_it_is_made(
    button: dict[str, str],
) -> None:
    with pytest.raises(ValidationError):
        Button.model_validate(button)


def test_a_files_name_is_made_of_any_title() -> None:
    assert file_name("A/B: <copper>\n銅", ".pdf") == "A-B-copper-銅.pdf"
    assert file_name("../..", ".md") == "file.md"
