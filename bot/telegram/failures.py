"""When handling an update fails: one line in the log, one line to the person, never a traceback."""

from __future__ import annotations

import logging

from telegram import Update
from telegram.ext import ContextTypes

from bot.database.batching import is_trouble
from bot.telegram.incoming import Incoming
from bot.telegram.logs import in_one_line
from bot.telegram.markup import escape
from bot.telegram.runtime.work import current_work
from bot.telegram.services import Services
from retrieval.answer import new_id

log = logging.getLogger(__name__)

_REFERENCE_LENGTH = 8


class FailureHandler:
    """Logs what went wrong under a short reference and gives that reference to the person."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def tell(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """The application's error handler."""
        error = context.error
        if error is None:
            return
        work = current_work()
        if work is not None and is_trouble(error):
            # The database is locked or gone; the question is answered when it is back.
            log.debug("update %d is tried again: %s", work.task.update_id, error)
            work.postpone(str(error))
            return
        if work is not None:
            work.abandon()
        reference = new_id()[:_REFERENCE_LENGTH]
        number = update.update_id if isinstance(update, Update) else "-"
        log.error("update %s failed, reference %s: %s", number, reference, in_one_line(error))
        log.debug("reference %s", reference, exc_info=error)
        incoming = Incoming.of(update)
        if incoming:
            line = escape(incoming.words.chat.failed.format(reference=reference))
            await self._services.courier.send(
                incoming.place,
                [line],
                answers=incoming.message_id or None,  # so that an edit is taken for a new try
                user_id=incoming.user_id,
            )
