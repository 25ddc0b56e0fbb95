"""Start, run and stop: reach Telegram, receive updates until a signal, finish what is in work."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress

import typer
from telegram.error import InvalidToken
from telegram.error import TelegramError as ApiError

from bot.telegram.application import ALLOWED_UPDATES, NEWER_UPDATES, BotApplication
from bot.telegram.commands import announce_commands
from bot.telegram.connection import ConnectionWatch
from bot.telegram.runtime.polling import Poller
from bot.telegram.services import Services
from corpus.errors import TelegramError

log = logging.getLogger(__name__)

LONGEST_PAUSE = 30.0
"""Seconds between tries to reach Telegram at the start; they begin at one."""

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)

_REFUSED = (
    "Telegram refused the token: copy it again from @BotFather (/mybots, then API Token) into "
    "LODESTONE_TELEGRAM_TOKEN, and look whether LODESTONE_TELEGRAM_API_URL is right"
)


async def serve(application: BotApplication, services: Services, watch: ConnectionWatch) -> None:
    """Run the bot until SIGINT or SIGTERM.

    Raises:
        TelegramError: Telegram refuses the token.
    """
    stop = asyncio.Event()
    _listen_for_signals(stop)
    stopping = asyncio.create_task(stop.wait())
    refused = asyncio.create_task(watch.refused.wait())
    starting = asyncio.create_task(_start(application, services, watch))
    receiving: asyncio.Task[None] | None = None
    poller: Poller | None = None
    try:
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            poller = starting.result()
            receiving = asyncio.create_task(poller.run())
            await asyncio.wait({refused, stopping, receiving}, return_when=asyncio.FIRST_COMPLETED)
            if refused.done():
                raise TelegramError(_REFUSED)
            if receiving.done():
                receiving.result()
    finally:
        tasks = [task for task in (starting, stopping, refused, receiving) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if poller is not None and not watch.refused.is_set():
            await poller.confirm()
        await services.runtime.stop()
        await services.runtime.batcher.close()
        await application.shutdown()
        await application.bot.shutdown()  # also when it never got as far as being initialized


def _listen_for_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def on_signal() -> None:
        stop.set()
        # A second signal does what it does to any program: waiting long is nobody's duty.
        for number in _STOP_SIGNALS:
            loop.remove_signal_handler(number)

    with suppress(NotImplementedError):  # Windows: Ctrl-C raises KeyboardInterrupt instead
        for number in _STOP_SIGNALS:
            loop.add_signal_handler(number, on_signal)


async def _start(application: BotApplication, services: Services, watch: ConnectionWatch) -> Poller:
    pause = 1.0
    while True:
        try:
            await application.initialize()
            break
        except InvalidToken:
            # Its message holds the token, so it is not passed on.
            raise TelegramError(_REFUSED) from None
        except ApiError as error:
            watch.failed(error.message)
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, 1.5 * pause)
    await announce_commands(application.bot)
    runtime = services.runtime
    runtime.open(application, services.gate.known)
    await runtime.start()
    try:
        await application.bot.delete_webhook(drop_pending_updates=False)
    except ApiError as error:
        log.debug("no webhook was taken away: %s", error)
    typer.echo(f"Answering in Telegram as @{application.bot.username}. Ctrl-C stops.", err=True)
    return Poller(application.bot, runtime.put, ALLOWED_UPDATES, NEWER_UPDATES)
