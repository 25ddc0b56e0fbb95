"""Kill the bot again and again while people ask, and see whether each question was answered once.

    python -m tests.bench.telegram.kills [--kills 30] [--questions 300] [--chats 60]

The bot is the real process with its real database over real HTTP; a stub stands in for the chain.
SIGKILL falls at random moments after each start. An answer may come twice only where the kill fell
between sending it and noting that it was sent.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import tempfile
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from pydantic import BaseModel, ConfigDict

from tests.bench.telegram.bots import databases, start
from tests.bench.telegram.stub import SLOWEST_S
from tests.telegram_fake import FakeTelegram, Person

KILLS, QUESTIONS, CHATS = 30, 300, 60
LIFE_S = (0.05, 1.5)
"""How long the bot lives after it has begun to poll, at random."""
_NUMBER = re.compile(r"Asked: Question (\d+)\?")


class Outcome(BaseModel):
    """What came of it.

    `unexplained` are questions answered twice without a kill in between that came at most
    `longest_gap_s` after the first copy; `disordered` are chats answered out of turn.
    """

    model_config = ConfigDict(frozen=True)

    kills: int
    questions: int
    answered: int
    lost: tuple[int, ...]
    duplicates: tuple[int, ...]
    unexplained: tuple[int, ...]
    longest_gap_s: float
    disordered: tuple[int, ...]
    seconds: float


@dataclass
class Siege:
    """People who ask while the bot is killed.

    Args:
        kills, questions, chats: how many of each.
        slowest_s: how long an answer takes at most.
        database_url: where the bot keeps its tables; None: SQLite in a home of its own.
        seed: for the moments of the kills.
    """

    kills: int
    questions: int
    chats: int
    slowest_s: float = 0.3
    database_url: str | None = None
    seed: int = 0
    killed_at: list[float] = field(default_factory=list)

    async def run(self) -> Outcome:
        """Do it."""
        telegram = FakeTelegram()
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as home:
            environment = {"LODESTONE_HOME": home, SLOWEST_S: str(self.slowest_s)}
            if self.database_url:
                environment["LODESTONE_DATABASE_URL"] = self.database_url
            async with telegram.listening():
                people = [telegram.person(1000 + number) for number in range(self.chats)]
                done = asyncio.Event()
                asking = asyncio.create_task(self._ask(people, done))
                await self._besiege(telegram, environment)
                done.set()
                await asking
                await self._finish(telegram, people, environment)
        return self._judge(people, time.monotonic() - begun)

    async def _ask(self, people: list[Person], hurry: asyncio.Event) -> None:
        """Questions one after another, spread over the kills; what is left after them, at once."""
        pause = self.kills * 3.0 / self.questions
        for number in range(self.questions):
            await people[number % len(people)].write(f"Question {number}?")
            with suppress(TimeoutError):
                await asyncio.wait_for(hurry.wait(), pause * random.uniform(0, 2))  # noqa: S311

    async def _besiege(self, telegram: FakeTelegram, environment: dict[str, str]) -> None:
        chance = random.Random(self.seed)  # noqa: S311 - no secret
        for _ in range(self.kills):
            before = _polls(telegram)
            process = await start("ours", telegram, environment)
            await telegram.until(partial(_has_polled, telegram, before))
            await asyncio.sleep(chance.uniform(*LIFE_S))
            process.kill()
            self.killed_at.append(time.monotonic())
            await process.wait()

    async def _finish(
        self, telegram: FakeTelegram, people: list[Person], environment: dict[str, str]
    ) -> None:
        """One last bot, left alone until all is answered or nothing more comes."""
        process = await start("ours", telegram, environment)
        try:
            with suppress(TimeoutError):
                await telegram.until(lambda: len(answers(people)) == self.questions, patience=120)
            await asyncio.sleep(3)  # for what should not come any more
        finally:
            process.terminate()
            await process.wait()

    def _judge(self, people: list[Person], seconds: float) -> Outcome:
        found = answers(people)
        twice = {number: times for number, times in found.items() if len(times) > 1}
        gaps = {number: self._gap(times) for number, times in twice.items()}
        return Outcome(
            kills=len(self.killed_at),
            questions=self.questions,
            answered=len(found),
            lost=tuple(sorted(set(range(self.questions)) - set(found))),
            duplicates=tuple(sorted(twice)),
            unexplained=tuple(sorted(n for n, gap in gaps.items() if gap is None)),
            longest_gap_s=max((gap for gap in gaps.values() if gap is not None), default=0.0),
            disordered=tuple(person.id for person in people if _is_disordered(person)),
            seconds=seconds,
        )

    def _gap(self, times: list[float]) -> float | None:
        """Seconds from the first copy to the kill after which it was sent again; None: none."""
        first, second = times[0], times[1]
        return next((at - first for at in self.killed_at if first - 0.05 <= at <= second), None)


def _polls(telegram: FakeTelegram) -> int:
    return sum(call.method == "getUpdates" for call in telegram.calls)


def _has_polled(telegram: FakeTelegram, before: int) -> bool:
    return _polls(telegram) > before


def answers(people: list[Person]) -> dict[int, list[float]]:
    """When each question was answered, in the loop's seconds."""
    found: dict[int, list[float]] = defaultdict(list)
    for person in people:
        for message in person.inbox:
            asked = _NUMBER.search(message.text)
            if asked:
                found[int(asked[1])].append(message.sent)
    return found


def _is_disordered(person: Person) -> bool:
    """Whether the first copies of a chat's answers came in another order than its questions."""
    order = list(dict.fromkeys(m[1] for x in person.inbox if (m := _NUMBER.search(x.text))))
    return order != sorted(order, key=int)


def main() -> None:
    """Do it and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    parser.add_argument("--chats", type=int, default=CHATS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    arguments = parser.parse_args()
    with databases(arguments.database) as make:
        siege = Siege(
            arguments.kills,
            arguments.questions,
            arguments.chats,
            database_url=make(),
            seed=arguments.seed,
        )
        print(asyncio.run(siege.run()).model_dump_json(indent=1))


if __name__ == "__main__":
    main()
