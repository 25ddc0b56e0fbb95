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
from bot.telegram.run import Webhook
from bot.telegram.runtime.polling import Poller, RawBot
from bot.telegram.runtime.receiving import Polling, Pushing, Receiver
from bot.telegram.runtime.webhook import Listening, WebhookServer
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


async def serve(
    application: BotApplication,
    services: Services,
    watch: ConnectionWatch,
    webhook: Webhook | None = None,
) -> None:
    """Run the bot until SIGINT or SIGTERM.

    Args:
        application: the bot, wired.
        services: what its handlers work with.
        watch: knows when Telegram refuses the token.
        webhook: where updates are pushed; None: they are polled for.

    Raises:
        TelegramError: Telegram refuses the token.
        SettingsError: the webhook's address cannot be listened on.
    """
    stop = asyncio.Event()
    _listen_for_signals(stop)
    stopping = asyncio.create_task(stop.wait())
    refused = asyncio.create_task(watch.refused.wait())
    starting = asyncio.create_task(_start(application, services, watch, webhook))
    receiving: asyncio.Task[None] | None = None
    receiver: Receiver | None = None
    try:
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            receiver = starting.result()
            receiving = asyncio.create_task(receiver.run())
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
        if receiver is not None and not watch.refused.is_set():
            await receiver.stop()
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


async def _start(
    application: BotApplication,
    services: Services,
    watch: ConnectionWatch,
    webhook: Webhook | None,
) -> Receiver:
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
    services.runtime.open(application, services.gate.known)
    receiver = _receiver(application.bot, services, webhook)
    await receiver.start()
    await services.runtime.start()
    typer.echo(f"Answering in Telegram as @{application.bot.username}. Ctrl-C stops.", err=True)
    return receiver


def _receiver(bot: RawBot, services: Services, webhook: Webhook | None) -> Receiver:
    runtime = services.runtime
    if webhook is None:
        return Polling(bot, Poller(bot, runtime.put, ALLOWED_UPDATES, NEWER_UPDATES))
    listening = Listening(webhook.host, webhook.port, webhook.path, webhook.secret)
    server = WebhookServer(runtime.put, listening, lambda: not runtime.batcher.failing)
    return Pushing(
        bot,
        server,
        url=webhook.url,
        secret=webhook.secret,
        allowed=ALLOWED_UPDATES,
        newer=NEWER_UPDATES,
    )
