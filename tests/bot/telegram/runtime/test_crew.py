from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from telegram import Update

from bot.database import Database
from bot.telegram.queues import Letter, Place
from bot.telegram.queues.leases import LEASE
from bot.telegram.queues.schema import InboxRow
from bot.telegram.runtime import current_work
from bot.telegram.runtime.crew import MOST_ATTEMPTS
from bot.telegram.runtime.runtime import utc_now
from tests.bot.telegram.conftest import Desk
from tests.bot.telegram.crews import OneCrew, crew_of, text, work_on


def say(said: str, chat: int = 100) -> None:
    """Say something within a handler."""
    work = current_work()
    assert work
    work.letters.append(Letter.of_parts(Place(chat), [said]))


async def test_what_a_handler_said_is_kept_with_the_end_of_its_update(database: Database) -> None:
    async def handle(update: Update) -> None:
        say(f"re {update.update_id}", update.effective_chat.id)  # type: ignore[union-attr]

    parcels = await work_on([text(1, 100), text(2, 200)], database, handle)

    assert [p.letter.messages[0].text for p in parcels] == ["re 1", "re 2"]


async def test_an_update_left_by_a_crash_is_worked_on_again_and_said_once(
    database: Database,
) -> None:
    hanging, begun = asyncio.Event(), asyncio.Event()
    notes: list[dict[str, object]] = []

    async def hang(update: Update) -> None:
        work = current_work()
        assert work
        await work.note(draft=update.update_id)
        say("too late")
        begun.set()
        await hanging.wait()

    async def answer(update: Update) -> None:
        work = current_work()
        assert work
        notes.append(work.notes)
        say("in time")

    async with crew_of(database, hang, "first") as first:
        await first.put([text(1, 100)])
        await first.crew.claiming.now()
        await begun.wait()
        with database.writing() as session:  # the first gives no sign of life any more
            session.execute(update(InboxRow).values(leased_until=utc_now() - LEASE))
        async with crew_of(database, answer, "second") as second:
            await second.crew.claiming.now()
            await second.crew.idle()
        hanging.set()
        await first.crew.idle()

    assert notes == [{"draft": 1}]
    assert [p.letter.messages[0].text for p in second.letters] == ["in time"]
    assert first.letters == []


async def test_an_update_that_never_comes_to_an_end_is_given_up_and_told(
    database: Database,
) -> None:
    handled: list[int] = []

    async def handle(update: Update) -> None:
        handled.append(update.update_id)

    async with crew_of(database, handle) as one:
        await one.put([text(1, 100), text(2, 100)])
        with database.writing() as session:
            session.execute(
                update(InboxRow).where(InboxRow.update_id == 1).values(attempts=MOST_ATTEMPTS)
            )
        await one.crew.claiming.now()
        await one.crew.idle()

    assert handled == [2]
    assert [str(error) for error in one.failed] == [f"begun {MOST_ATTEMPTS} times without an end"]


async def test_stopping_waits_for_what_is_in_work_and_gives_back_what_takes_too_long(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)

    async def handle(update: Update) -> None:
        await asyncio.sleep(0.05 if update.update_id == 1 else 60)
        say("done", update.effective_chat.id)  # type: ignore[union-attr]

    async with crew_of(database, handle) as one:
        await one.put([text(1, 100), text(2, 200)])
        await one.crew.claiming.now()
        await one.put([text(3, 300)])
        await one.crew.stop(0.5)
        await one.crew.claiming.now()

    with database.reading() as session:
        rows = session.execute(
            select(InboxRow.update_id, InboxRow.done_at, InboxRow.leased_by, InboxRow.attempts)
            .where(InboxRow.done_at.is_(None))
            .order_by(InboxRow.update_id)
        ).all()
    assert [tuple(row) for row in rows] == [(2, None, None, 0), (3, None, None, 0)]
    assert len(one.letters) == 1
    assert caplog.messages == ["1 messages are left for the next start"]


async def test_cancelling_breaks_off_the_work_and_takes_back_what_it_said(
    database: Database,
) -> None:
    begun = asyncio.Event()

    async def handle(update: Update) -> None:
        del update
        say("unwanted")
        begun.set()
        await asyncio.sleep(60)

    async with crew_of(database, handle) as one:
        await one.put([text(1, 100)])
        await one.crew.claiming.now()
        await begun.wait()
        _, working = await one.batcher.write(
            lambda session: one.inbox.cancel(session, 100, 100, before=9)
        )
        assert one.crew.cancel(working) == 1
        await one.crew.idle()
        figures = await one.batcher.read(one.inbox.figures)

    assert one.letters == []
    assert figures["done"] == 1


async def test_no_more_are_in_work_than_there_are_hands(database: Database) -> None:
    now = most = 0

    async def handle(update: Update) -> None:
        nonlocal now, most
        del update
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1

    async with crew_of(database, handle, in_work=3) as one:
        await one.put([text(n, n) for n in range(1, 13)])
        await one.crew.claiming.now()
        while one.crew.handled < 12:
            await one.crew.idle()

    assert most == 3


async def test_an_end_that_cannot_be_written_is_tried_again_later(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[int] = []

    async def handle(update: Update) -> None:
        work = current_work()
        assert work
        tries.append(update.update_id)
        if update.update_id == 1 and len(tries) <= 2:
            work.writes.append(lambda session: 1 / 0)

    async with crew_of(database, handle) as one:
        await one.put([text(1, 100), text(2, 200)])
        await one.crew.claiming.now()
        await one.crew.idle()
        assert sorted(tries) == [1, 2]
        await _make_due(one)
        await one.crew.claiming.now()
        await one.crew.idle()
        figures = await one.batcher.read(one.inbox.figures)

    assert figures["done"] == 2
    assert "its end could not be written" in caplog.text


async def _make_due(one: OneCrew) -> None:
    await one.batcher.write(
        lambda session: session.execute(
            update(InboxRow).values(due_at=utc_now() - timedelta(seconds=1))
        )
    )


async def test_a_question_asked_while_the_database_is_locked_is_answered_afterwards(
    desk: Desk, tmp_path: Path
) -> None:
    await desk.say("/help")
    desk.services.state.batcher.database.close()
    with closing(sqlite3.connect(tmp_path / "bot.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        asking = asyncio.create_task(desk.say("What is the rate?"))
        await asyncio.sleep(0.3)
        assert not asking.done()
        other.execute("ROLLBACK")
        await asking

    assert len(desk.asked) == 1
    assert "15%" in desk.texts[-1]
