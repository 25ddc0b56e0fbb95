"""A burst of questions. `tests/bench/telegram/load.py` measures one beside a bare bot."""

from __future__ import annotations

import pytest

from tests.bench.telegram.load import burst, ratio

pytestmark = pytest.mark.e2e


async def test_everyone_of_a_burst_is_answered_once(database_url: str) -> None:
    ours = await burst("ours", 60, database_url)

    assert ours.chats == 60
    assert 0 < ours.p50_s <= ours.p95_s


async def test_the_bare_bot_is_measured_in_the_same_way() -> None:
    bursts = [await burst(kind, 20) for kind in ("echo", "ours")]

    assert ratio(bursts) > 0
