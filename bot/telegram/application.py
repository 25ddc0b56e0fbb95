"""The wiring: which message goes to which handler. Order matters, the first that fits takes it."""

from __future__ import annotations

from typing import Any

from telegram.ext import Application, ApplicationBuilder, CommandHandler, MessageHandler, filters
from telegram.request import BaseRequest

from bot.telegram.ask import AskHandlers
from bot.telegram.failures import FailureHandler
from bot.telegram.ordering import PerChatProcessor
from bot.telegram.pages import PageHandlers
from bot.telegram.services import Services

ALLOWED_UPDATES = ("message",)
"""The update kinds there are handlers for. Telegram remembers this list and drops the others."""

BotApplication = Application[Any, Any, Any, Any, Any, Any]


def build_application(
    services: Services,
    *,
    token: str,
    base_url: str,
    request: BaseRequest,
    polling_request: BaseRequest,
) -> BotApplication:
    """The bot, wired but not started.

    Args:
        services: what the handlers work with.
        token: the bot's token.
        base_url: address of the Bot API, to which the token is appended.
        request: carries all calls but the polling.
        polling_request: carries the long polls, which hold a connection each.
    """
    application = (
        ApplicationBuilder()
        .token(token)
        .base_url(base_url)
        .request(request)
        .get_updates_request(polling_request)
        .concurrent_updates(PerChatProcessor())
        .job_queue(None)
        .build()
    )
    _add_handlers(application, services)
    return application


def _add_handlers(application: BotApplication, services: Services) -> None:
    ask, pages = AskHandlers(services), PageHandlers(services)
    new = filters.UpdateType.MESSAGE
    private = new & filters.ChatType.PRIVATE
    anywhere = new & (filters.ChatType.PRIVATE | filters.ChatType.GROUPS)

    application.add_handler(CommandHandler("start", pages.start, private))
    application.add_handler(CommandHandler("help", pages.help, private))
    application.add_handler(CommandHandler("sources", pages.sources, private))
    application.add_handler(CommandHandler("allocate", pages.allocate, private))
    # The one thing heard in a group: there, people talk to each other.
    application.add_handler(CommandHandler("ask", ask.command, anywhere))
    application.add_handler(MessageHandler(private & filters.COMMAND, pages.unknown_command))
    application.add_handler(MessageHandler(private & filters.TEXT, ask.plain_text))
    # What Telegram itself writes into a chat (a pinned message, a timer) asks for no reply.
    other = private & ~filters.StatusUpdate.ALL
    application.add_handler(MessageHandler(other, pages.only_text))
    application.add_error_handler(FailureHandler(services).tell)
