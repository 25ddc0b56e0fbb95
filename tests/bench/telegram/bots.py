"""The bots that are measured, each as a process of its own: ours, and a bare one.

python -m tests.bench.telegram.bots ours|echo
"""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from functools import partialmethod
from pathlib import Path
from typing import Any

from tests import postgresql
from tests.databases import new_database
from tests.telegram_fake import FakeTelegram

IN_WORK, CONNECTIONS = "BENCH_IN_WORK", "BENCH_CONNECTIONS"
"""Environment variables with sizes other than the usual: updates in work, connections."""

ROOT = Path(__file__).parents[3]


@contextmanager
def databases(kind: str) -> Iterator[Callable[[], str | None]]:
    """Makes empty databases on a PostgreSQL server started for it; None stands for SQLite."""
    if kind != "postgresql":
        yield lambda: None
        return
    with postgresql.server() as server:
        yield lambda: new_database(server)


@asynccontextmanager
async def running(
    kind: str, telegram: FakeTelegram, environment: Mapping[str, str]
) -> AsyncIterator[Process]:
    """A bot at work, killed in the end unless it has ended."""
    process = await start(kind, telegram, environment)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def start(
    kind: str, telegram: FakeTelegram, environment: Mapping[str, str], *, quiet: bool = True
) -> Process:
    """Start a bot; it polls some seconds later. `quiet`: what it logs is thrown away."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.telegram.bots",
        kind,
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "LODESTONE_TELEGRAM_TOKEN": telegram.token,
            "LODESTONE_TELEGRAM_API_URL": telegram.url,
            **environment,
        },
        stderr=asyncio.subprocess.DEVNULL if quiet else None,
    )


def ours() -> None:
    """Our bot: its real tables and journal, with a chain that answers at once."""
    from bot.database import Database
    from bot.journal import Journal
    from bot.settings import load_settings
    from bot.telegram.connection import WatchedRequest
    from bot.telegram.run import run_bot
    from bot.telegram.runtime.crew import Crew
    from corpus import Library
    from tests.bench.telegram.stub import stub_chain

    _resize(Crew, in_work=IN_WORK)
    _resize(WatchedRequest, connections=CONNECTIONS)
    settings = load_settings()
    library = Library.load()
    database = Database(settings.journal_url())
    run_bot(settings, stub_chain(library), Journal(database), library=library, database=database)


def _resize(part: type, **variables: str) -> None:
    """Have a part built in another size, where the environment says so: to find the best one."""
    for argument, variable in variables.items():
        if variable in os.environ:
            built = partialmethod(vars(part)["__init__"], **{argument: int(os.environ[variable])})
            setattr(part, "__init__", built)  # noqa: B010 - types are not resized


def echo() -> None:
    """A bare bot of the same library: two calls for each message, and nothing kept."""
    from telegram import Update
    from telegram.constants import ChatAction
    from telegram.ext import ApplicationBuilder, MessageHandler, filters

    async def reply(update: Update, context: Any) -> None:  # noqa: ANN401 - the library's
        assert update.effective_chat is not None
        assert update.message is not None
        await context.bot.send_chat_action(update.effective_chat.id, ChatAction.TYPING)
        await update.message.reply_text(update.message.text or "")

    application = (
        ApplicationBuilder()
        .token(os.environ["LODESTONE_TELEGRAM_TOKEN"])
        .base_url(os.environ["LODESTONE_TELEGRAM_API_URL"])
        .concurrent_updates(int(os.environ.get("ECHO_AT_ONCE", "32")))
        .pool_timeout(60)
        .build()
    )
    application.add_handler(MessageHandler(filters.TEXT, reply))
    application.run_polling(bootstrap_retries=-1)


if __name__ == "__main__":
    {"ours": ours, "echo": echo}[sys.argv[1]]()
