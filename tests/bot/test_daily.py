from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.daily import Daily
from bot.journal import Journal
from bot.session import open_journal, retain
from bot.settings import Settings
from corpus.errors import StorageError
from retrieval.answer import Question

PATIENCE_S = 30


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> Iterator[Journal]:
    with open_journal(_settings(tmp_path)) as opened:
        opened.clock = clock
        yield opened


def _settings(home: Path) -> Settings:
    return Settings(home=home, retention_days=30)


def test_it_is_done_once_a_day_from_the_next_day_on(clock: Clock) -> None:
    done: list[datetime] = []
    daily = Daily(lambda: done.append(clock.now), "this", clock=clock)

    looks = []
    for hours in (0, 1, 1, 22, 24):
        clock.forward(hours=hours)
        looks.append(daily.look())
    assert looks == [False, True, False, False, True]
    assert len(done) == 2


@pytest.mark.parametrize("error", [StorageError("the disk is full"), RuntimeError("a defect")])
def test_what_fails_is_told_and_tried_again_the_same_day(
    clock: Clock, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    failures: list[Exception] = [error]

    def work() -> None:
        if failures:
            raise failures.pop()

    daily = Daily(work, "dropping old turns", clock=clock)
    clock.forward(days=1)
    assert not daily.look()
    assert "dropping old turns failed, and is tried again" in caplog.text
    assert daily.look()


def test_a_bot_that_runs_for_long_drops_what_is_over_its_time(
    journal: Journal, clock: Clock, tmp_path: Path
) -> None:
    settings = _settings(tmp_path)
    dropped = threading.Event()

    def work() -> None:
        retain(journal, settings)
        if not journal.turns():
            dropped.set()

    journal.record_failure(Question(question="What pays copper?"), "no", channel="telegram")
    with Daily(work, "this", clock=clock, look_every=timedelta(milliseconds=5)):
        for _ in range(32):
            clock.forward(days=1)
            # The bot goes on writing while old turns are dropped.
            journal.record_failure(
                Question(question="And zinc?"), "no", channel="telegram", asked_at=clock.now
            )
        clock.forward(days=40)
        assert dropped.wait(PATIENCE_S)


def test_leaving_ends_the_thread_at_once(clock: Clock) -> None:
    alive: Callable[[], list[str]] = lambda: [  # noqa: E731
        thread.name for thread in threading.enumerate() if thread.name == "a daily thing"
    ]
    with Daily(lambda: None, "a daily thing", clock=clock):
        assert alive()
    assert not alive()
