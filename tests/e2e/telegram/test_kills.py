"""The bot is killed while people ask. `tests/bench/telegram/kills.py` does the same at length."""

from __future__ import annotations

import pytest

from tests.bench.telegram.kills import Siege

pytestmark = pytest.mark.e2e


async def test_a_bot_that_is_killed_again_and_again_answers_every_question(
    database_url: str,
) -> None:
    outcome = await Siege(kills=5, questions=60, chats=15, database_url=database_url).run()

    assert outcome.kills == 5
    assert outcome.lost == ()
    assert outcome.answered == 60
    # Twice only where the kill fell between sending an answer and noting that it was sent.
    assert outcome.unexplained == ()
    assert outcome.disordered == ()
