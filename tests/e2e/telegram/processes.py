"""Bots as processes of their own against the tests' own Bot API server."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.e2e.telegram.scripted_bot import WITH_JOURNAL
from tests.telegram_fake import FakeTelegram

ROOT = Path(__file__).parents[3]
SCRIPTED = Path(__file__).with_name("scripted_bot.py")
PATIENCE = 60.0


@asynccontextmanager
async def bots(
    telegram: FakeTelegram,
    home: Path,
    environment: Mapping[str, str] | None = None,
    *,
    count: int = 1,
    with_journal: bool = False,
) -> AsyncIterator[Sequence[Process]]:
    """Bots at work; in the end they stop when they are told to, with nothing amiss.

    With a webhook, each listens where LODESTONE_WEBHOOK_LISTEN says, plus its number. With a
    journal, it is kept as `lodestone bot` keeps it.
    """
    processes = []
    for number in range(count):
        own = dict(environment or {})
        if "LODESTONE_WEBHOOK_LISTEN" in own:
            host, port = own["LODESTONE_WEBHOOK_LISTEN"].split(":")
            own["LODESTONE_WEBHOOK_LISTEN"] = f"{host}:{int(port) + number}"
        processes.append(await start(telegram, home, own, with_journal=with_journal))
    try:
        yield processes
    finally:
        for process in processes:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
        ends = [await ended(process) for process in processes]
    for status, errors in ends:
        assert status in {0, -signal.SIGKILL}, errors
        assert "Traceback" not in errors
        assert telegram.token not in errors


async def start(
    telegram: FakeTelegram,
    home: Path,
    environment: Mapping[str, str] | None = None,
    *,
    with_journal: bool = False,
) -> Process:
    """Start one; it is ready some seconds later."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(SCRIPTED),
        *([WITH_JOURNAL] if with_journal else []),
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "LODESTONE_HOME": str(home),
            "LODESTONE_TELEGRAM_TOKEN": telegram.token,
            "LODESTONE_TELEGRAM_API_URL": telegram.url,
            **(environment or {}),
        },
        stdout=PIPE,
        stderr=PIPE,
    )


async def ended(process: Process) -> tuple[int | None, str]:
    """Exit status and what was written to stderr."""
    async with asyncio.timeout(PATIENCE):
        _, err = await process.communicate()
    return process.returncode, err.decode()


def free_ports(count: int) -> int:
    """The first of so many ports in a row that nobody listens on."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            first: int = probe.getsockname()[1]
        try:
            for number in range(count):
                socket.create_server(("127.0.0.1", first + number)).close()
        except OSError:
            continue
        return first
