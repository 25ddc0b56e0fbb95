"""How many questions at once our bot answers, beside a bare echo bot of the same library.

    python -m tests.bench.telegram.load [--chats 200] [--rounds 3]

Both run as processes of their own against the same server, in turn (A B B A ...), and make the same
calls for each message. Ours keeps every update and answer, asks a chain, and writes a journal.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from tests.bench.telegram import bots
from tests.bench.telegram.bots import running
from tests.telegram_fake import FakeTelegram

CHATS = 200
ROUNDS = 3
WARM_UP = 10
SIZES = [(8, 8), (16, 16), (32, 16), (32, 32), (64, 64), (256, 256)]
"""Updates in work and connections that `--sizes` compares."""

FLOOR = 0.4
"""Of the bare bot's throughput, at least."""


class Burst(BaseModel):
    """One burst: seconds until each chat was answered."""

    model_config = ConfigDict(frozen=True)

    bot: str
    chats: int
    p50_s: float
    p95_s: float
    answered_per_second: float
    cpu_ms_per_answer: float


def summed(bot: str, waits: Sequence[float], cpu_s: float) -> Burst:
    """The figures of a burst."""
    ordered = sorted(waits)
    return Burst(
        bot=bot,
        chats=len(ordered),
        p50_s=statistics.median(ordered),
        p95_s=ordered[max(0, round(0.95 * len(ordered)) - 1)],
        answered_per_second=len(ordered) / ordered[-1],
        cpu_ms_per_answer=1000 * cpu_s / len(ordered),
    )


def cpu_seconds(pid: int) -> float:
    """Processor time a process has used, its threads included; 0 where the system tells none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def burst(
    kind: str,
    chats: int,
    database_url: str | None = None,
    sizes: Mapping[str, str] | None = None,
    latency_s: float = 0.0,
) -> Burst:
    """All chats ask at the same moment; the bot is up and warm.

    Args:
        kind: `ours` or `echo`.
        chats: how many.
        database_url: where ours keeps its tables; None: SQLite in a home of its own.
        sizes: see `bots.IN_WORK`.
        latency_s: how long Telegram takes for each call, besides what the loopback does.
    """
    telegram = FakeTelegram()
    telegram.trouble.delay = latency_s
    with tempfile.TemporaryDirectory() as home:
        environment = {"LODESTONE_HOME": home, **(sizes or {})}
        if database_url:
            environment["LODESTONE_DATABASE_URL"] = database_url
        async with telegram.listening(), running(kind, telegram, environment) as process:
            await telegram.is_polled()
            warm = telegram.person(1)
            for number in range(WARM_UP):
                await warm.write("Warm-up?")
                await warm.receives(number + 1)
            people = [telegram.person(100 + number) for number in range(chats)]
            begun, used = time.monotonic(), cpu_seconds(process.pid)
            for person in people:
                await person.write(f"What is the rate for {person.id}?")
            await telegram.until(lambda: all(person.inbox for person in people), patience=120)
            assert all(len(person.inbox) == 1 for person in people)
            used = cpu_seconds(process.pid) - used
            return summed(kind, [person.inbox[0].sent - begun for person in people], used)


async def compare(chats: int, rounds: int, make_database: Callable[[], str | None]) -> list[Burst]:
    """Bursts of both bots, in turn; each has a database of its own."""
    bursts: list[Burst] = []
    for number in range(rounds):
        order = ("echo", "ours") if number % 2 == 0 else ("ours", "echo")
        for kind in order:
            bursts.append(await burst(kind, chats, make_database()))
            print(bursts[-1].model_dump_json(), flush=True)
    return bursts


async def compare_sizes(chats: int, rounds: int, latency_s: float) -> None:
    """Bursts of ours with more or fewer updates in work and connections, in turn."""
    found: dict[tuple[int, int], list[Burst]] = {}
    for number in range(rounds):
        order = SIZES if number % 2 == 0 else SIZES[::-1]
        for in_work, connections in order:
            sizes = {bots.IN_WORK: str(in_work), bots.CONNECTIONS: str(connections)}
            one = await burst("ours", chats, sizes=sizes, latency_s=latency_s)
            found.setdefault((in_work, connections), []).append(one)
    for (in_work, connections), bursts in found.items():
        rate = statistics.median(b.answered_per_second for b in bursts)
        p95, cpu = (statistics.median(getattr(b, name) for b in bursts)
                    for name in ("p95_s", "cpu_ms_per_answer"))  # fmt: skip
        print(f"{in_work:4} in work, {connections:4} connections: {rate:6.1f} answered a second, "
              f"p95 {p95:.2f} s, {cpu:.1f} ms of processor each", flush=True)  # fmt: skip


def ratio(bursts: Sequence[Burst]) -> float:
    """Our throughput over the bare bot's, the medians of both."""

    def median(kind: str) -> float:
        return statistics.median(b.answered_per_second for b in bursts if b.bot == kind)

    return median("ours") / median("echo")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chats", type=int, default=CHATS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--sizes", action="store_true", help="compare sizes of ours instead")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds a call takes")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if arguments.sizes:
        asyncio.run(compare_sizes(arguments.chats, arguments.rounds, arguments.latency))
        return
    with bots.databases(arguments.database) as make:
        bursts = asyncio.run(compare(arguments.chats, arguments.rounds, make))
    found = ratio(bursts)
    print(f"ours / echo = {found:.2f} of its throughput (floor {FLOOR})")
    if arguments.json:
        told = {"ratio": found, "bursts": [b.model_dump() for b in bursts]}
        arguments.json.write_text(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
