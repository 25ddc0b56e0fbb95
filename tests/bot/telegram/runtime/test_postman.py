"""Letters on their way, over real HTTP to the tests' own Bot API server."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.database import Database
from bot.database.batching import Batcher
from bot.telegram.connection import ConnectionWatch, WatchedRequest
from bot.telegram.queues import Attachment, Button, Letter, Message, Outbox, Place
from bot.telegram.queues.schema import OutboxRow
from bot.telegram.runtime.polling import RawBot
from bot.telegram.runtime.postman import TOO_OLD, Postman
from bot.telegram.runtime.runtime import utc_now
from bot.telegram.runtime.sending import Sender
from tests.telegram_fake import TOKEN, FakeTelegram

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


class Office:
    """A postman with his outbox; `clock` can be moved."""

    def __init__(self, telegram: FakeTelegram, database: Database) -> None:
        self.telegram = telegram
        self.batcher = Batcher(database)
        self.ahead = timedelta()
        self.outbox = Outbox(telegram.bot_id, "one", self.clock)
        self.migrations: list[tuple[int, int]] = []
        watch = ConnectionWatch(telegram.url)
        self.bot = RawBot(
            TOKEN,
            base_url=telegram.url,
            request=WatchedRequest(watch),
            get_updates_request=WatchedRequest(watch, connections=1),
        )
        self.postman = Postman(
            Sender(self.bot), self.batcher, self.outbox, self._migrated, clock=self.clock
        )

    def clock(self) -> datetime:
        return utc_now() + self.ahead

    async def _migrated(self, old: int, new: int) -> None:
        self.migrations.append((old, new))

    async def send(self, *letters: Letter) -> list[str | None]:
        """Send letters, skipping every pause; why each was given up, None where it is out."""
        await self.postman.post(list(letters))
        async with asyncio.timeout(30):
            while True:
                await self.postman.claiming.now()
                await self.postman.idle()
                due = await self.postman.next_due()
                if due is None:
                    break
                self.ahead += max(timedelta(), due - self.clock()) + timedelta(milliseconds=1)
                self.telegram.trouble.flooded.clear()
        return await self.batcher.read(
            lambda session: list(
                session.scalars(select(OutboxRow.failure).order_by(OutboxRow.number))
            )
        )


@asynccontextmanager
async def opened(telegram: FakeTelegram, database: Database) -> AsyncIterator[Office]:
    async with telegram.listening():
        office = Office(telegram, database)
        async with office.bot:
            yield office
            await office.postman.stop(1)
        await office.batcher.close()


@pytest.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    telegram = FakeTelegram()
    telegram.person(100)
    telegram.group(-5, "Team")
    telegram.group(-1001, "Forum", forum=True)
    async with opened(telegram, database) as office:
        yield office


def letter(*parts: str, chat: int = 100, **more: object) -> Letter:
    return Letter.of_parts(Place(chat), list(parts), **more)  # type: ignore[arg-type]


def seen(office: Office, chat: int = 100) -> list[str]:
    """What the bot's messages in a chat say now."""
    return [message.text for message in office.telegram.chats[chat].of_bot()]


async def test_parts_arrive_in_order_with_the_buttons_below_the_last(office: Office) -> None:
    keyboard = [[Button(text="Yes", data="v1:x:aaaaaaaa:yes"), Button(text="Copy", copy_text="c")]]
    assert await office.send(letter("<b>one</b>", "two", buttons=keyboard)) == [None]

    one, two = office.telegram.chats[100].of_bot()
    assert (one.text, one.entities[0]["type"], one.buttons) == ("one", "bold", [])
    assert [button["text"] for button in two.buttons] == ["Yes", "Copy"]


@pytest.mark.parametrize("after", [False, True])
async def test_a_lost_connection_is_tried_again_and_may_cost_a_second_copy(
    office: Office, after: bool
) -> None:
    office.telegram.trouble.drop(2, method="sendMessage", after=after)

    assert await office.send(letter("once")) == [None]

    assert len(seen(office)) == (3 if after else 1)


async def test_a_chat_that_is_flooded_holds_up_no_other(office: Office) -> None:
    office.telegram.trouble.flood(100, retry_after=3)
    posted = [letter("late"), letter("later"), letter("at once", chat=-5)]

    await office.postman.post(posted)
    await office.telegram.until(lambda: bool(seen(office, -5)))
    assert seen(office) == []
    await office.send()
    assert seen(office) == ["late", "later"]


async def test_a_bad_gateway_is_tried_again(office: Office) -> None:
    office.telegram.trouble.fail(3, method="sendMessage", status=502)

    assert await office.send(letter("once")) == [None]
    assert seen(office) == ["once"]


async def test_markup_that_telegram_refuses_arrives_plain(office: Office) -> None:
    assert await office.send(letter("<b>15% &amp; <unknown>more</unknown></b>", "<i>two</i>")) == [
        None
    ]

    one, two = office.telegram.chats[100].of_bot()
    assert (one.text, one.entities) == ("15% & more", [])
    assert two.entities[0]["type"] == "italic"


async def test_a_message_is_replaced_and_one_that_is_gone_is_sent(office: Office) -> None:
    await office.send(letter("forming ..."))
    first = office.telegram.chats[100].of_bot()[0]

    await office.send(letter("final", "more", edits=first.id))
    await office.send(letter("final", edits=first.id))
    assert seen(office) == ["final", "more"]

    office.telegram.chats[100].messages.remove(first)
    await office.send(letter("again", edits=first.id))
    assert seen(office) == ["more", "again"]


async def test_a_topic_that_was_deleted_is_answered_in_the_chat(office: Office) -> None:
    forum = office.telegram.chats[-1001]
    topic, gone = forum.add_topic("Tariffs"), forum.add_topic("Old")
    gone.deleted = True

    places = [Place(-1001, thread_id=topic.id), Place(-1001, thread_id=gone.id)]
    letters = [Letter.of_parts(place, ["one", "two"]) for place in places]
    assert await office.send(*letters) == [None, None]

    assert [m.thread_id for m in forum.of_bot()] == [topic.id, topic.id, None, None]


async def test_a_group_that_became_a_supergroup_is_followed_with_all_that_waits(
    office: Office,
) -> None:
    await office.telegram.chats[-5].migrate(-1005)

    assert await office.send(letter("one", "two", chat=-5), letter("three", chat=-5)) == [None] * 2

    assert seen(office, -1005) == ["one", "two", "three"]
    assert office.migrations == [(-5, -1005)]


@pytest.mark.parametrize(
    "closed", ["bot was blocked by the user", "user is deactivated", "bot was kicked from the chat"]
)
async def test_a_closed_chat_is_let_be_and_what_waits_for_it_dropped(
    office: Office, closed: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    office.telegram.chats[100].closed = closed

    failures = await office.send(letter("one", "two"), letter("three"))

    assert all(failure and closed in failure.lower() for failure in failures)
    assert caplog.messages == []


async def test_a_message_that_is_too_long_is_given_up_and_logged(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    failures = await office.send(letter("x" * 4097), letter("next"))

    assert failures == ["message refused: Message is too long", None]
    assert caplog.messages == ["chat 100: message refused: Message is too long"]
    assert seen(office) == ["next"]


async def test_pictures_and_documents_arrive_as_they_are(office: Office) -> None:
    files = [
        Attachment(name="chart.png", content=PNG, picture=True),
        Attachment(name="議事録.md", content="# 議事録".encode()),
    ]
    letters = [
        Letter(place=Place(100), messages=(Message(text="<b>See</b>", attachment=file),))
        for file in files
    ]
    assert await office.send(*letters) == [None, None]

    picture, document = office.telegram.chats[100].of_bot()
    assert (picture.file, picture.text, "photo" in picture.data) == (PNG, "See", True)
    assert (document.file_name, document.file) == ("議事録.md", "# 議事録".encode())


async def test_a_letter_that_cannot_be_delivered_for_a_day_is_given_up(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.telegram.trouble.fail(100, method="sendMessage", status=503)
    await office.postman.post([letter("old")])
    await office.postman.idle()
    office.ahead += TOO_OLD

    assert await office.send() == ["too old"]
    assert "chat 100: message not sent in a day" in caplog.messages


async def test_an_answer_can_be_found_again_by_what_it_answers(office: Office) -> None:
    await office.send(letter("one", "two", answers=77, ref="turn"))

    found = await office.batcher.read(lambda s: office.outbox.answers_to(s, 100, 77))
    assert found == [m.id for m in office.telegram.chats[100].of_bot()]


async def test_letters_left_by_a_stop_go_out_with_the_next_start(
    office: Office, database: Database
) -> None:
    office.telegram.trouble.delay = 0.2
    await office.postman.post([letter(f"{n}", chat=100) for n in range(3)])
    await office.postman.stop(0.3)
    office.telegram.trouble.delay = 0
    sent_before = len(seen(office))
    assert sent_before < 3

    second = Postman(
        Sender(office.bot), office.batcher, office.outbox, office._migrated, clock=office.clock
    )
    await second.claiming.now()
    await second.idle()

    assert list(dict.fromkeys(seen(office))) == ["0", "1", "2"]
    await second.stop(1)


async def test_a_lease_that_another_took_over_is_not_written_to(
    office: Office, make_stale: Callable[[Office], None]
) -> None:
    office.telegram.trouble.flood(100, retry_after=5)
    await office.postman.post([letter("late")])
    await office.postman.idle()
    make_stale(office)

    await office.postman.claiming.now()
    assert seen(office) == []


@pytest.fixture
def make_stale() -> Callable[[Office], None]:
    def stale(office: Office) -> None:
        with office.batcher.database.writing() as session:
            session.execute(
                update(OutboxRow).values(
                    leased_by="another",
                    leased_until=utc_now() + timedelta(hours=1),
                    due_at=utc_now(),
                )
            )

    return stale


async def test_a_server_that_knows_no_preview_option_loses_none_of_a_burst(
    office: Office,
) -> None:
    people = [office.telegram.person(200 + number) for number in range(10)]
    office.telegram.trouble.refuse(
        400, "Bad Request: link_preview_options is not supported yet", 10, method="sendMessage"
    )

    await office.send(*(letter("hello", chat=person.id) for person in people))

    assert [[m.text for m in person.inbox] for person in people] == [["hello"]] * 10
