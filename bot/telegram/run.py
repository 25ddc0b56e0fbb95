"""`lodestone bot`: from the settings to a bot that listens until it is told to stop.

Nothing heavy is imported before the settings have proved usable.
"""

from __future__ import annotations

import asyncio
import logging
import re
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

import typer

from bot.settings import Settings
from corpus import Library
from corpus.errors import SettingsError, TelegramError

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable
    from telegram import Bot

    from bot.telegram.application import BotApplication
    from bot.telegram.connection import ConnectionWatch
    from bot.telegram.services import JournalLike
    from retrieval.answer import Answer, Question

log = logging.getLogger(__name__)

POLL_SECONDS = 30
"""How long one poll waits for a message."""

LONGEST_PAUSE = 30.0
"""Seconds between tries to reach Telegram at the start; they begin at one."""

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)

_WITHOUT = (
    "no Telegram token: write to @BotFather in Telegram, send /newbot, and set "
    "LODESTONE_TELEGRAM_TOKEN to the token it gives you"
)
_ODD = (
    "LODESTONE_TELEGRAM_TOKEN holds characters no token has: copy it again from @BotFather "
    "(/mybots, then API Token)"
)
_REFUSED = (
    "Telegram refused the token: copy it again from @BotFather (/mybots, then API Token) into "
    "LODESTONE_TELEGRAM_TOKEN, and look whether LODESTONE_TELEGRAM_API_URL is right"
)


def run_bot(
    settings: Settings,
    chain: Runnable[Question, Answer],
    journal: JournalLike,
    *,
    library: Library | None = None,
) -> None:
    """Answer in Telegram by long polling until SIGINT or SIGTERM; what is in work is finished.

    Args:
        settings: token, Bot API address, log level, corpus folder.
        chain: from question to answer.
        journal: where questions and answers are kept.
        library: the documents, for `/sources`; None: loaded from the settings' corpus.

    Raises:
        TelegramError: there is no token, or Telegram refuses it. A network that cannot be reached
            is no error: it is tried until it can.
        SettingsError: the settings ask for an access rule that is not there yet.
        CorpusError: the corpus folder holds no documents.
    """
    token = require_token(settings)
    if settings.access != "open":
        raise SettingsError(
            f"LODESTONE_ACCESS={settings.access}: the bot cannot keep people out yet; set it to "
            "open, or do not start the bot"
        )
    library = library or Library.load(settings.corpus)

    from bot.telegram.application import build_application
    from bot.telegram.connection import ConnectionWatch, WatchedRequest
    from bot.telegram.logs import configure_logging
    from bot.telegram.services import Answerer, Services

    configure_logging(settings.log_level, token)
    if settings.webhook_url:
        log.warning("LODESTONE_WEBHOOK_URL is not used yet: the bot polls")
    base_url = settings.telegram_api_url.rstrip("/")
    watch = ConnectionWatch(base_url)
    application = build_application(
        Services(Answerer(chain, journal), library),
        token=token,
        base_url=base_url,
        request=WatchedRequest(watch),
        polling_request=WatchedRequest(watch, connections=1),
    )
    asyncio.run(_serve(application, watch))


def require_token(settings: Settings) -> str:
    """The bot's token.

    Raises:
        TelegramError: there is none, or it holds characters no token has.
    """
    token = settings.telegram_token.get_secret_value().strip() if settings.telegram_token else ""
    if not token:
        raise TelegramError(_WITHOUT)
    if not re.fullmatch(r"[\w:-]+", token, re.ASCII):
        raise TelegramError(_ODD)
    return token


async def _serve(application: BotApplication, watch: ConnectionWatch) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_signal() -> None:
        stop.set()
        # A second signal does what it does to any program: waiting long is nobody's duty.
        for number in _STOP_SIGNALS:
            loop.remove_signal_handler(number)

    with suppress(NotImplementedError):  # Windows: Ctrl-C raises KeyboardInterrupt instead
        for number in _STOP_SIGNALS:
            loop.add_signal_handler(number, on_signal)

    stopping = asyncio.create_task(stop.wait())
    refused = asyncio.create_task(watch.refused.wait())
    starting = asyncio.create_task(_start(application, watch))
    try:
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            await asyncio.wait({refused, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if refused.done():
                raise TelegramError(_REFUSED)
    finally:
        for task in (starting, stopping, refused):
            task.cancel()
        await asyncio.gather(starting, stopping, refused, return_exceptions=True)
        await _stop(application)


async def _start(application: BotApplication, watch: ConnectionWatch) -> None:
    from telegram.error import InvalidToken
    from telegram.error import TelegramError as ApiError

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
    await _announce_commands(application.bot)
    await application.start()
    if application.updater is None:
        raise RuntimeError("the application was built without an updater")

    from bot.telegram.application import ALLOWED_UPDATES

    await application.updater.start_polling(
        timeout=POLL_SECONDS,
        bootstrap_retries=-1,
        allowed_updates=ALLOWED_UPDATES,
        # The connection watch has told it already.
        error_callback=lambda error: log.debug("polling: %s", error),
    )
    typer.echo(f"Answering in Telegram as @{application.bot.username}. Ctrl-C stops.", err=True)


async def _stop(application: BotApplication) -> None:
    """Take no more messages, finish those in work, close the connections."""
    from telegram.error import TelegramError as ApiError

    if application.updater and application.updater.running:
        # What ended the polling is raised here once more; it has been told.
        with suppress(ApiError):
            await application.updater.stop()
    if application.running:
        await application.stop()
    await application.shutdown()
    await application.bot.shutdown()  # also when it never got as far as being initialized


async def _announce_commands(bot: Bot) -> None:
    """Fill the chat's command menu, in each language. Without it everything works all the same."""
    from telegram.error import TelegramError as ApiError

    from bot.words import LANGUAGES, load_words

    for language in LANGUAGES:
        commands = list(load_words(language).commands.model_dump().items())
        try:
            # Without a language code the list is for everyone who has none of their own.
            await bot.set_my_commands(
                commands, language_code=None if language == LANGUAGES[0] else language
            )
        except ApiError as error:
            log.warning("the command menu is not set: %s", error)
