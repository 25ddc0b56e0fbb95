"""`lodestone bot`: from the settings to a bot that listens until it is told to stop.

Nothing heavy is imported before the settings have proved usable.
"""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.database import Database
from bot.settings import TELEGRAM_API, Settings
from corpus import Library
from corpus.errors import SettingsError, TelegramError

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from bot.passages import PassageFinder
    from bot.telegram.journals import JournalLike
    from bot.telegram.reviewing import ReviewPages
    from retrieval.answer import Answer, Question

log = logging.getLogger(__name__)

LOCKS = "workers"
"""The folder in HOME where the processes of a machine give signs of life."""

_WITHOUT = (
    "no Telegram token: write to @BotFather in Telegram, send /newbot, and set "
    "LODESTONE_TELEGRAM_TOKEN to the token it gives you"
)
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_HOW_TO_MAKE_ONE = (
    "set it to 1 to 256 letters, digits, _ or -, as `openssl rand -hex 32` writes; without it "
    "anybody could send the bot messages in anybody's name"
)
_ODD = (
    "LODESTONE_TELEGRAM_TOKEN holds characters no token has: copy it again from @BotFather "
    "(/mybots, then API Token)"
)


def run_bot(
    settings: Settings,
    chain: Runnable[Question, Answer],
    journal: JournalLike,
    *,
    library: Library | None = None,
    database: Database | None = None,
    passages: PassageFinder | None = None,
) -> None:
    """Answer in Telegram until SIGINT or SIGTERM; what is in work is finished.

    Args:
        settings: token, Bot API address, database, who may ask, log level, corpus folder.
        chain: from question to answer.
        journal: where questions and answers are kept.
        library: the documents, for `/sources`; None: loaded from the settings' corpus.
        database: where inbox, outbox and memory are kept; None: opened from the settings.
        passages: finds passages, for inline queries; None: those list nothing.

    Raises:
        TelegramError: there is no token, or Telegram refuses it. A network that cannot be reached
            is no error: it is tried until it can.
        SettingsError: the settings would let nobody in, or ask for a webhook that cannot be.
        CorpusError: the corpus folder holds no documents.
        JournalError, StorageError: the database cannot be opened.
    """
    token = require_token(settings)
    require_someone(settings)
    webhook = require_webhook(settings)
    library = library or Library.load(settings.corpus)

    from bot.allocation import Switch
    from bot.telegram.application import build_application
    from bot.telegram.building import build_services
    from bot.telegram.connection import ConnectionWatch, WatchedRequest
    from bot.telegram.gate import AccessRules
    from bot.telegram.logs import configure_logging
    from bot.telegram.services import Answerer
    from bot.telegram.serving import serve

    configure_logging(settings.log_level, token, *([webhook.secret] if webhook else []))
    base_url = settings.telegram_api_url.rstrip("/")
    watch = ConnectionWatch(base_url)
    database = database or Database(settings.journal_url())
    with database.reading():
        pass  # made, brought up to date, or refused in one line now
    # The update an answer belongs to is on the disk before it is worked on. Should a power failure
    # undo what came of it, the journal's turn included, it is worked on again.
    database.durable = False
    services = build_services(
        Answerer(chain, journal),
        library,
        database,
        rules=AccessRules.of(settings),
        locks=settings.home / LOCKS,
        passages=passages,
        live=settings.live_answer,
        switch=Switch(on=settings.allocation == "on", off_in=settings.allocation_off_in),
        review=_review_pages(settings, journal),
    )
    services.meetings.seal_plain()
    application = build_application(
        services,
        token=token,
        base_url=base_url,
        request=WatchedRequest(watch),
        polling_request=WatchedRequest(watch, connections=1),
    )
    try:
        asyncio.run(serve(application, services, watch, webhook))
    finally:
        database.close()


def _review_pages(settings: Settings, journal: JournalLike) -> ReviewPages | None:
    from bot.journal import Journal
    from bot.review.serving import address_of
    from bot.telegram.gate import AccessRules
    from bot.telegram.reviewing import ReviewPages

    if not isinstance(journal, Journal):
        return None
    return ReviewPages(journal, address_of(settings), AccessRules.of(settings))


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


def require_someone(settings: Settings) -> None:
    """See that somebody could let people in.

    Raises:
        SettingsError: access is limited, and there is no administrator.
    """
    if settings.access != "open" and not settings.admins:
        raise SettingsError(
            f"LODESTONE_ACCESS={settings.access}: nobody could let people in; set LODESTONE_ADMINS "
            "to your own Telegram number (the bot tells it to whoever writes to it)"
        )


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram pushes updates, and where they are received."""

    url: str
    secret: str
    host: str
    port: int

    @property
    def path(self) -> str:
        """The path that the proxy hands on."""
        return urlsplit(self.url).path or "/"


def require_webhook(settings: Settings) -> Webhook | None:
    """The webhook the settings ask for; None: updates are polled for.

    Raises:
        SettingsError: its address is not one Telegram pushes to, or there is no usable secret.
    """
    if not settings.webhook_url:
        return None
    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
    if not secret:
        raise SettingsError(
            f"LODESTONE_WEBHOOK_URL is set, LODESTONE_WEBHOOK_SECRET is not: {_HOW_TO_MAKE_ONE}"
        )
    if not _SECRET.fullmatch(secret):
        raise SettingsError(f"LODESTONE_WEBHOOK_SECRET: no usable secret; {_HOW_TO_MAKE_ONE}")
    public = settings.telegram_api_url == TELEGRAM_API
    if public and not settings.webhook_url.startswith("https://"):
        raise SettingsError("LODESTONE_WEBHOOK_URL: Telegram pushes to https:// only; use that")
    host, _, port = settings.webhook_listen.rpartition(":")
    return Webhook(settings.webhook_url, secret, host.strip("[]"), int(port))
