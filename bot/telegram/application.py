"""The wiring: which update goes to which handler. Order matters, the first that fits takes it.

How an update travels
    received   by polling (`runtime/polling.py`) or webhook (`runtime/webhook.py`); kept as a row of
               the inbox under its number before Telegram is told that it arrived, so that one
               delivered twice is there once
    claimed    by the crew (`runtime/crew.py`) of any process that shares the database, with a lease
               that it renews; of one chat the oldest first and one at a time, chats side by side;
               presses, inline queries and /cancel overtake what waits in their chat
    gate       `gate/gate.py`, in group -100 before all handlers: who may, how often. What it turns
               away no handler sees
    handled    by the first handler below that fits, an ordinary one of python-telegram-bot
    done       one transaction marks the update done (and drops its text), writes what the handler
               wanted written with it, and keeps its letters in the outbox
    sent       by the postman (`runtime/postman.py`): again after a flood wait, a 5xx or a lost
               connection, of one chat in order, each message noted when it is out

    A process that dies anywhere on this way leaves rows that it or another goes on with. Only
    between sending a message and noting it can a crash have it sent twice.

How a handler is written
    A class over `Services` with ordinary callbacks, wired below, never with `block=False`:

        class AskHandlers:
            def __init__(self, services: Services) -> None: ...

            async def command(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
                incoming = Incoming.of(update)        # who, where, in which language, what
                ...
                await services.courier.send(incoming.place, parts, buttons=[[...]], edits=None,
                                            answers=incoming.message_id, ref=turn_id)

    `courier.send` and `courier.send_file` do not call Telegram: what they are given is sent when
    the update is done. What need not survive (typing, a draft, an answer while it forms, a toast, a
    reaction) is called on `context.bot` at once; the message in which an answer forms is noted with
    `await current_work().note(draft=message_id)`, found in `current_work().notes` when the update
    is worked on again after a crash, and replaced by the final `courier.send(..., edits=it)`.
    A handler may be run again, so what it does at once must bear being done twice.
    An exception is logged and told with a reference (`failures.py`), and nothing the handler had
    sent goes out; an exception because the database is away has the update tried again later.
    `asyncio.CancelledError` is how /cancel breaks off a handler (`services.runtime.cancel`).

How a button is made, and a press handled
        keyboard = await state.buttons.make("useful", chat_id=..., owner_id=..., payload={...})
        Button(text=words..., data=keyboard.data("yes"))          # v1:useful:<row id>:yes
        presses.on("useful", feedback.pressed)                    # async def pressed(press: Press)
    See `presses.py`: old, foreign and unknown buttons get a toast and reach no handler.

How the next message is waited for
        typed.on("day", days.typed_day)                   # async def typed_day(said: Typed) -> bool
        await typed.expect("day", chat_id=..., user_id=..., data={...})
    See `typed.py`. A conversation with several steps keeps its own in `state.dialogues`.

How state is kept
    `services.state`, see `bot/state/__init__.py`: people, groups, memory, buttons, dialogues,
    quotas. `state.memory.remember` and `state.buttons.make` are written with the end of the update;
    so is anything given to `current_work().writes`. The other methods write when awaited.
"""

from __future__ import annotations

from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)
from telegram.request import BaseRequest

from bot.telegram.allocation.delivering import RESULT
from bot.telegram.allocation.details import LEVEL, DetailHandlers
from bot.telegram.allocation.dialogue import STEP, TYPED, AllocateHandlers
from bot.telegram.allocation.portfolio import TABLE, TYPED_HOLDINGS, PortfolioHandlers
from bot.telegram.answering import Answering
from bot.telegram.ask import AskHandlers
from bot.telegram.charts import ChartHandlers
from bot.telegram.commands import PERSONAL
from bot.telegram.failures import FailureHandler
from bot.telegram.gate import AdminHandlers
from bot.telegram.groups import GroupHandlers
from bot.telegram.inline import InlineHandlers
from bot.telegram.minutes import MeetingHandlers
from bot.telegram.more import MoreHandlers
from bot.telegram.operating import OperatingHandlers
from bot.telegram.opinions import OpinionHandlers
from bot.telegram.own import OwnHandlers
from bot.telegram.pages import PageHandlers
from bot.telegram.personal import PersonalHandlers
from bot.telegram.preferences import PreferenceHandlers
from bot.telegram.presses import PressRouter, by_choice
from bot.telegram.replies import ANSWER
from bot.telegram.reviewing import ReviewHandlers
from bot.telegram.runtime.polling import RawBot
from bot.telegram.services import Services
from bot.telegram.typed import TypedRouter

ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "callback_query",
    "inline_query",
    "my_chat_member",
)
"""The update kinds there are handlers for. Telegram remembers this list and drops the others."""

NEWER_UPDATES = ("guest_message",)
"""Those among them that a Bot API server of last year does not know."""

GATE = -100
"""The gate's group: before all others."""

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
    bot = RawBot(
        token,
        base_url=base_url,
        base_file_url=file_address(base_url),
        request=request,
        get_updates_request=polling_request,
    )
    application = ApplicationBuilder().bot(bot).updater(None).job_queue(None).build()
    _add_handlers(application, services)
    return application


def file_address(base_url: str) -> str:
    """Where a Bot API server at an address hands out files: beside `/bot`, below `/file`."""
    return f"{base_url.removesuffix('/bot')}/file/bot"


def _add_handlers(application: BotApplication, services: Services) -> None:
    typed = TypedRouter(services.state, services.clock)
    answering = Answering(services)
    ask = AskHandlers(services, answering, typed)
    more = MoreHandlers(services, answering, typed)
    opinions, own = OpinionHandlers(services, typed), OwnHandlers(services, typed)
    preferences, personal = PreferenceHandlers(services, typed), PersonalHandlers(services)
    meetings, charts = MeetingHandlers(services), ChartHandlers(services)
    allocate, details = AllocateHandlers(services, typed), DetailHandlers(services)
    portfolio = PortfolioHandlers(services, typed, allocate)
    groups, inline = GroupHandlers(services), InlineHandlers(services)
    openings = {
        "settings": preferences.command,
        "privacy": personal.privacy,
        "history": own.history,
        "export": personal.export,
        "delete": personal.delete,
        "feedback": opinions.command,
        "allocate": allocate.command,
        "portfolio": portfolio.command,
    }
    pages = PageHandlers(services, openings)
    admin = AdminHandlers(
        services.gate,
        services.state,
        services.courier,
        pages.unknown_command,
        review=services.review,
    )
    presses = PressRouter(services.state, services.gate.known)
    new = filters.UpdateType.MESSAGE
    private, group = new & filters.ChatType.PRIVATE, new & filters.ChatType.GROUPS
    anywhere = private | group

    # Telegram's own word, whoever it is said to come from; nothing is answered.
    grown = MessageHandler(group & filters.StatusUpdate.MIGRATE, groups.migrated)
    application.add_handler(grown, group=GATE - 1)
    application.add_handler(TypeHandler(Update, services.gate.check), group=GATE)
    for name, handler in (
        ("ask", ask.command),
        ("new", own.new),
        ("timeline", charts.timeline),
        ("article", charts.article),
        ("meeting", meetings.command),
        ("sources", pages.sources),
        ("settings", preferences.command),
        ("cancel", own.cancel),
        ("privacy", personal.privacy),
        ("help", pages.help),
    ):
        application.add_handler(CommandHandler(name, handler, anywhere))
    for name, handler in (
        ("start", pages.start),
        ("history", own.history),
        ("feedback", opinions.command),
        ("export", personal.export),
        ("delete", personal.delete),
        ("allocate", allocate.command),
        ("portfolio", portfolio.command),
    ):
        application.add_handler(CommandHandler(name, handler, private))
    application.add_handler(CommandHandler(PERSONAL, groups.pointer, group))
    review = ReviewHandlers(services, pages.unknown_command)
    application.add_handler(CommandHandler("review", review.command, private))
    operating = OperatingHandlers(services)
    for name, guarded in (
        ("invite", admin.invite),
        ("role", admin.role),
        ("allow", admin.allow),
        ("block", admin.block),
        ("stats", operating.stats),
        ("health", operating.health),
    ):
        application.add_handler(CommandHandler(name, admin.only(guarded), private))
    application.add_handler(MessageHandler(private & filters.COMMAND, pages.unknown_command))
    application.add_handler(MessageHandler(private & filters.TEXT, ask.plain_text))
    application.add_handler(MessageHandler(private & TABLE, portfolio.document))
    # What Telegram itself writes into a chat (a pinned message, a timer) asks for no reply.
    other = private & ~filters.StatusUpdate.ALL
    application.add_handler(MessageHandler(other, pages.only_text))
    # In groups people talk to each other: only what is said to the bot is a question.
    spoken = group & ~filters.COMMAND & (filters.TEXT | filters.CAPTION)
    application.add_handler(MessageHandler(spoken, ask.in_group))
    application.add_handler(MessageHandler(filters.UpdateType.EDITED_MESSAGE, ask.edited))
    application.add_handler(InlineQueryHandler(inline.query))
    application.add_handler(ChatMemberHandler(groups.joined, ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_handler(CallbackQueryHandler(presses.handle))
    application.add_error_handler(FailureHandler(services).tell)

    below_answers = {
        "yes": opinions.useful,
        "no": opinions.not_useful,
        "quotes": more.quotes,
        "whole": more.whole,
        "date": more.date,
        "related": more.related,
    }
    presses.on(ANSWER, by_choice(below_answers))
    for action, pressed in (
        ("why", opinions.why),
        ("opinion", opinions.opinion),
        ("day", more.day),
        ("related", more.ask_related),
        ("settings", preferences.press),
        ("group-settings", preferences.group_press),
        ("zone", preferences.zone),
        ("delete", personal.confirmed),
        ("minutes", meetings.fetch),
        ("drop-minutes", meetings.ask_delete),
        ("topic", charts.topic),
        (STEP, allocate.press),
        (RESULT, details.press),
        (LEVEL, details.level),
    ):
        presses.on(action, pressed)
    typed.on("comment", opinions.commented)
    typed.on("day", more.typed_day)
    typed.on("zone", preferences.typed_zone)
    typed.on(TYPED, allocate.typed)
    typed.on(TYPED_HOLDINGS, portfolio.typed)
