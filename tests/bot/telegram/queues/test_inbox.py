from __future__ import annotations

import random
import threading
from collections import defaultdict
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.database import Database
from bot.telegram.queues import Inbox, read_update
from bot.telegram.queues.inbox import KEPT
from bot.telegram.queues.leases import LEASE
from bot.telegram.queues.schema import InboxRow
from bot.telegram.runtime.runtime import utc_now
from tests.bot.telegram.crews import BOT_ID, text
from tests.bot.telegram.queues.conftest import Tables


def ids(tasks: list) -> list[int]:  # type: ignore[type-arg]
    return [task.update_id for task in tasks]


def test_an_update_that_is_delivered_twice_is_there_once(tables: Tables) -> None:
    assert tables.receive((1, 100), (2, 100)) == 2
    assert tables.receive((2, 100), (3, 100), (3, 100)) == 1

    done = tables.claim()
    tables.finish(done)
    assert tables.receive((1, 100)) == 0


def test_of_a_chat_the_oldest_goes_first_and_the_next_when_it_is_done(tables: Tables) -> None:
    tables.receive((2, 100), (1, 100), (3, 200))

    first = tables.claim()
    assert ids(first) == [1, 3]
    assert tables.claim() == []
    assert tables.claim("b") == []

    tables.finish(first)
    assert ids(tables.claim("b")) == [2]


def test_what_is_urgent_overtakes_its_chat_and_has_room_of_its_own(tables: Tables) -> None:
    tables.receive((1, 100), (2, 100))
    held = tables.claim()
    tables.receive((3, 100), said="/cancel")

    assert ids(held) == [1]
    assert tables.claim(urgent=0) == []
    assert ids(tables.claim(usual=0)) == [3]


def test_no_more_are_taken_than_asked_for(tables: Tables) -> None:
    tables.receive(*((number, 100 + number) for number in range(1, 6)))

    assert ids(tables.claim(usual=2)) == [1, 2]
    assert tables.claim(usual=0) == []


def test_an_update_whose_worker_gives_no_sign_of_life_is_another_ones(tables: Tables) -> None:
    tables.receive((1, 100))
    held = tables.claim("a")
    tables.clock.now += LEASE - timedelta(seconds=1)
    assert tables.claim("b") == []
    with tables.session() as session:
        tables.inboxes["a"].renew(session)

    tables.clock.now += timedelta(seconds=5)
    assert tables.claim("b") == []

    tables.clock.now += LEASE
    (taken,) = tables.claim("b")
    assert (taken.update_id, taken.attempts) == (1, 2)
    assert tables.finish(held, "a") == set()
    assert tables.finish([taken], "b") == {taken.number}


def test_work_of_a_process_that_is_known_to_have_ended_is_free_at_once(tables: Tables) -> None:
    tables.receive((1, 100), (2, 200))
    tables.claim("a")

    with tables.session() as session:
        assert tables.inboxes["b"].holders(session) == ["a"]
        assert tables.inboxes["b"].free_rows_of(session, ["a"]) == 2

    assert ids(tables.claim("b")) == [1, 2]


def test_of_what_is_done_only_the_number_is_kept_for_a_week(tables: Tables) -> None:
    tables.receive((1, 100), said="a secret")
    tables.finish(tables.claim())

    with tables.session() as session:
        row = session.scalars(select(InboxRow)).one()
        assert (row.payload, row.notes, row.leased_by) == (None, None, None)
        assert (row.chat_id, row.user_id, row.lane) == (None, None, None)
        tables.clock.now += KEPT - timedelta(hours=1)
        assert tables.inboxes["a"].prune(session) == 0
        tables.clock.now += timedelta(hours=2)
        assert tables.inboxes["a"].prune(session) == 1


def test_what_is_given_back_waits_its_time_and_holds_up_its_chat(tables: Tables) -> None:
    tables.receive((1, 100), (2, 100))
    (task,) = tables.claim()
    with tables.session() as session:
        tables.inboxes["a"].note(session, task.number, {"draft": 7})
        tables.inboxes["a"].release(session, task.number, after=timedelta(seconds=5), counted=False)

    assert tables.claim() == []
    tables.clock.now += timedelta(seconds=6)
    (again,) = tables.claim("b")
    assert (again.update_id, again.attempts, again.notes) == (1, 1, {"draft": 7})


def test_cancelling_takes_what_waits_and_names_what_is_in_work(tables: Tables) -> None:
    tables.receive((1, 100), (2, 100), (3, 200), (5, 100))
    first, other = tables.claim()

    with tables.session() as session:
        waiting, working = tables.inboxes["b"].cancel(session, 100, 100, before=4)
        assert (waiting, working) == (1, [first.number])
        assert tables.inboxes["a"].renew(session) == [first.number]

    tables.finish([first, other])
    assert ids(tables.claim()) == [5]


def test_what_a_person_wrote_is_removed_on_request(tables: Tables) -> None:
    tables.receive((1, 100), (2, 100), (3, 200))
    (doing, _) = tables.claim()

    with tables.session() as session:
        assert tables.inboxes["a"].forget(session, 100, but=doing.number) == 1
    assert tables.finish([doing]) == {doing.number}

    with tables.session() as session:
        rows = session.scalars(select(InboxRow).order_by(InboxRow.update_id)).all()
        assert [(row.update_id, row.user_id) for row in rows] == [(1, None), (3, 200)]


def test_another_bots_updates_are_let_be(tables: Tables) -> None:
    tables.receive((1, 100))
    other = Inbox(8, "other", tables.clock)

    with tables.session() as session:
        assert other.claim(session, usual=5, urgent=5) == []
        again = read_update(text(1, 100))
        assert again
        assert other.put(session, [again]) == 1


def test_the_figures_tell_what_waits_and_for_how_long(tables: Tables) -> None:
    tables.receive((1, 100), (2, 100), (3, 200))
    tables.finish(tables.claim()[:1])
    tables.clock.now += timedelta(seconds=9)

    with tables.session() as session:
        figures = tables.inboxes["a"].figures(session)

    assert figures == {"waiting": 1, "oldest_seconds": 9, "in_work": 1, "done": 1}


@pytest.mark.parametrize("seed", range(3))
def test_workers_side_by_side_do_each_update_once_and_each_chat_in_order(
    database: Database, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    chats = [chance.randrange(5) for _ in range(60)]
    received = [read_update(text(n, chat)) for n, chat in enumerate(chats, start=1)]
    lock, done, open_lanes = threading.Lock(), list[int](), set[int]()
    clashes: list[int] = []
    with database.writing() as session:
        Inbox(BOT_ID, "x", utc_now).put(session, [found for found in received if found])

    def work(name: str) -> None:
        inbox = Inbox(BOT_ID, name, utc_now)
        while True:
            with lock:
                if len(done) == len(chats):
                    return
            with database.writing(durable=False) as session:
                tasks = inbox.claim(session, usual=3, urgent=0)
            for task in tasks:
                assert task.chat_id is not None
                with lock:
                    if task.chat_id in open_lanes:
                        clashes.append(task.update_id)
                    open_lanes.add(task.chat_id)
            for task in tasks:
                with lock:
                    done.append(task.update_id)
                    open_lanes.discard(task.chat_id or 0)
                with database.writing(durable=False) as session:
                    assert inbox.finish_all(session, [task.number]) == {task.number}

    workers = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    assert clashes == []
    assert sorted(done) == list(range(1, len(chats) + 1))
    by_chat: dict[int, list[int]] = defaultdict(list)
    for number in done:
        by_chat[chats[number - 1]].append(number)
    assert all(order == sorted(order) for order in by_chat.values())
