"""The bot's memory over both databases, with a clock that stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.database import Database
from bot.database.batching import Batcher
from bot.state import State
from tests.bot.telegram.conftest import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def state(database: Database, clock: Clock) -> AsyncIterator[State]:
    batcher = Batcher(database)
    yield State(batcher, clock=clock)
    await batcher.close()
