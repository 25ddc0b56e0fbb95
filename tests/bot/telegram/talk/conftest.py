"""The real bot in this process, polling a strict server on loopback: real tables, real journal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from langchain_core.runnables import RunnableLambda

from bot.database import Database
from bot.journal import Journal
from bot.passages import PassageFinder
from bot.telegram.application import build_application
from bot.telegram.building import build_services
from bot.telegram.connection import ConnectionWatch, WatchedRequest
from bot.telegram.gate import AccessRules
from bot.telegram.reviewing import ReviewPages
from bot.telegram.services import Answerer, Live, Services
from bot.telegram.serving import serve
from corpus import Library
from retrieval.answer import Answer, Question
from tests.bot.telegram.conftest import example_answer
from tests.telegram_fake import FakeTelegram, Message

OWNER = 1
"""An administrator."""

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)


class Town:
    """A bot, its Telegram, and what it was asked."""

    services: Services

    def __init__(self, telegram: FakeTelegram, database: Database, key_file: Path) -> None:
        self.telegram = telegram
        self.now = NOW
        self.journal = Journal(database, clock=self.clock, key_file=key_file)
        self.asked: list[Question] = []
        self.chain: Callable[[Question], Answer] = example_answer

    def clock(self) -> datetime:
        return self.now

    def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        return self.chain(question)

    async def settled(self) -> None:
        """Wait until all that was received is done and sent."""
        while True:
            # In the order in which an update travels.
            received = not self.telegram.updates.waiting
            figures = await self.services.runtime.figures()
            inbox, outbox = figures["inbox"], figures["outbox"]
            if received and not (inbox["waiting"] or inbox["in_work"] or outbox["waiting"]):
                return
            await asyncio.sleep(0.02)


@pytest.fixture
def live() -> Live:
    return "edit"


@pytest.fixture
def passages() -> PassageFinder | None:
    return None


@pytest.fixture
def review_address() -> str:
    """Where the review pages are; buttons lead to an address of the net only."""
    return "http://127.0.0.1:8080"


@pytest.fixture
async def town(
    library: Library,
    tmp_path: Path,
    live: Live,
    passages: PassageFinder | None,
    review_address: str,
) -> AsyncIterator[Town]:
    rules = AccessRules(admins=frozenset({OWNER}))
    with closing(Database(f"sqlite:///{tmp_path / 'bot.db'}")) as database:
        async with FakeTelegram().listening() as telegram:
            watch = ConnectionWatch(telegram.url)
            town = Town(telegram, database, tmp_path / "journal.key")
            services = town.services = build_services(
                Answerer(RunnableLambda(town.answer), town.journal),
                library,
                database,
                rules=rules,
                passages=passages,
                live=live,
                review=ReviewPages(town.journal, review_address, rules),
                clock=town.clock,
            )
            application = build_application(
                services,
                token=telegram.token,
                base_url=telegram.url,
                request=WatchedRequest(watch),
                polling_request=WatchedRequest(watch, connections=1),
            )
            serving = asyncio.create_task(serve(application, services, watch))
            await telegram.is_polled()
            yield town
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving


def labels(message: Message) -> list[str]:
    """What stands on a message's buttons."""
    return [button["text"] for button in message.buttons]
