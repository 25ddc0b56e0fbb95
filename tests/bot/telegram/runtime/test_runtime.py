from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from bot.database import Database
from bot.telegram.building import build_services
from bot.telegram.gate import AccessRules
from bot.telegram.queues import Inbox
from bot.telegram.runtime.runtime import utc_now
from corpus import Library
from tests.bot.telegram.conftest import Desk
from tests.bot.telegram.crews import text
from tests.bot.telegram.runtime.test_identity import OTHER


async def test_what_a_killed_process_held_is_taken_over_at_the_start_of_the_next(
    library: Library, tmp_path: Path
) -> None:
    locks = tmp_path / "workers"
    with (
        subprocess.Popen(  # noqa: ASYNC220 - it writes one line and sleeps
            [sys.executable, "-c", OTHER, str(locks)], stdout=subprocess.PIPE, text=True
        ) as other,
        closing(Database(f"sqlite:///{tmp_path / 'bot.db'}")) as database,
    ):
        assert other.stdout is not None
        name = other.stdout.readline().strip()
        desk = Desk(library, database, AccessRules())
        async with desk.application:
            desk.services.runtime.open(desk.application, desk.services.gate.known)
            await desk.put(text(1, 100)["message"])
            await desk.settled()
            inbox = Inbox(desk.bot.id, name, utc_now)
            received = desk.read(text(2, 100, text="Held?"))
            with database.writing() as session:
                inbox.put(session, [received])
                assert len(inbox.claim(session, usual=9, urgent=9)) == 1
            other.kill()
            other.wait()

            services = build_services(
                desk.services.answerer, library, database, rules=AccessRules(), locks=locks
            )
            services.runtime.open(desk.application, services.gate.known)
            await services.runtime.start()
            async with asyncio.timeout(10):
                while len(desk.texts) < 2:  # noqa: ASYNC110 - the offline line tells nobody
                    await asyncio.sleep(0.01)
            await services.runtime.stop()
            await services.runtime.batcher.close()
            await desk.services.runtime.batcher.close()

    assert [question.question for question in desk.asked] == ["hello", "Held?"]
    assert list(locks.iterdir()) == []
