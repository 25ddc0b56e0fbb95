"""An answer that takes long, shown as it forms, in a message edited in: the step, then sentences.

Only sentences that have been checked against their sources are shown: each of a chat model's as
soon as it stands and has passed. An answer that is there within `PATIENCE` seconds is simply sent.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import get_args

from telegram import Bot
from telegram.error import RetryAfter, TelegramError

from bot.telegram.markup import escape, italic
from bot.telegram.queues import Place
from bot.telegram.runtime.waits import flood_wait
from bot.telegram.runtime.work import current_work
from bot.telegram.services import Live, Onlooker
from bot.telegram.sources import source_marks
from bot.words import Words
from bot.words.conversation import Stage
from retrieval.answer import Claim

log = logging.getLogger(__name__)

PATIENCE = 1.5
"""Seconds until the first sign; typing is shown from the start."""

PRIVATE_PAUSE, GROUP_PAUSE = 1.0, 3.0
"""Seconds between edits: Telegram allows about one a second, and twenty a minute in a group."""

LONGEST = 3900
"""Characters of what is shown; an answer of the chain has fewer."""

_STAGES: frozenset[str] = frozenset(get_args(Stage))


class Forming:
    """The message in which an answer forms.

    Attributes:
        message_id: to be replaced by the answer; None: there is none.
    """

    def __init__(
        self,
        bot: Bot,
        place: Place,
        words: Words,
        live: Live,
        *,
        in_group: bool,
        replaces: int | None,
    ) -> None:
        # A draft is shown only where two talk.
        self._live: Live = "edit" if live == "draft" and in_group else live
        self._bot = bot
        self._place = place
        self._words = words
        self._replaces = replaces
        self._pause = GROUP_PAUSE if in_group else PRIVATE_PAUSE
        self._loop = asyncio.get_running_loop()
        self._stage: str = ""
        self._claims: Sequence[Claim] = ()
        self._shown = ""
        self._changed = asyncio.Event()
        self._draft_id = secrets.randbelow(2**31 - 1) + 1
        work = current_work()
        self.message_id: int | None = work.notes.get("draft") if work else None

    @property
    def onlooker(self) -> Onlooker | None:
        """To be told by the chain's threads; None: nobody wants to know."""
        return None if self._live == "off" else self

    def on_stage(self, name: str) -> None:
        """A step begins."""
        if name in _STAGES:
            self._loop.call_soon_threadsafe(self._set_stage, name)

    def on_claims(self, claims: Sequence[Claim]) -> None:
        """There are more sentences that stand."""
        self._loop.call_soon_threadsafe(self._set_claims, claims)

    def _set_stage(self, name: str) -> None:
        self._stage = name
        self._changed.set()

    def _set_claims(self, claims: Sequence[Claim]) -> None:
        self._claims = claims
        self._changed.set()

    async def show(self) -> None:
        """Show each step until cancelled. A failure to show it never disturbs the work."""
        await asyncio.sleep(PATIENCE)
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                await self._show_once(self._text())
            except RetryAfter as error:
                # Whatever is tried meanwhile would hold up the answer itself.
                log.debug("chat %s: a step was not shown: %s", self._place.chat_id, error)
                await asyncio.sleep(flood_wait(error))
                self._shown = ""
                self._changed.set()
            except TelegramError as error:
                log.debug("chat %s: a step was not shown: %s", self._place.chat_id, error)
            await asyncio.sleep(self._pause)

    def _text(self) -> str:
        stages = self._words.talk.stages
        told = [italic(words) for name, words in stages.items() if name == self._stage]
        paragraphs, room = [], LONGEST
        for claim in self._claims:
            paragraph = f"{escape(claim.text)} {source_marks(claim.citations)}"
            room -= len(paragraph) + 2
            if room > 0:
                paragraphs.append(paragraph)
        return "\n\n".join([*paragraphs, *told])

    async def _show_once(self, text: str) -> None:
        if text == self._shown:
            return
        self._shown, place = text, self._place
        if self._live == "draft":
            await self._bot.send_message_draft(
                place.chat_id,
                self._draft_id,
                text,
                message_thread_id=place.thread_id,
                parse_mode="HTML",
            )
        elif self.message_id is None and self._replaces is None:
            sent = await self._bot.send_message(
                place.chat_id,
                text,
                message_thread_id=place.thread_id,
                reply_to_message_id=place.reply_to,
                allow_sending_without_reply=True,
                parse_mode="HTML",
            )
            self.message_id = sent.message_id
            if work := current_work():
                await work.note(draft=sent.message_id)
        else:
            shown_in = self.message_id or self._replaces
            await self._bot.edit_message_text(
                text, chat_id=place.chat_id, message_id=shown_in, parse_mode="HTML"
            )
            self.message_id = shown_in

    async def withdraw(self) -> None:
        """Take the message back: there will be no answer."""
        if self.message_id is not None:
            with suppress(TelegramError):
                await self._bot.delete_message(self._place.chat_id, self.message_id)


@asynccontextmanager
async def forming(
    bot: Bot,
    place: Place,
    words: Words,
    live: Live,
    *,
    in_group: bool,
    replaces: int | None = None,
) -> AsyncIterator[Forming]:
    """Show an answer as it forms inside the block; taken back where there comes none.

    Args:
        bot: shows it.
        place: where.
        words: in the asker's language.
        live: how.
        in_group: whether others read along.
        replaces: a message of ours in which it forms; None: a new one.
    """
    shown = Forming(bot, place, words, live, in_group=in_group, replaces=replaces)
    task = asyncio.create_task(shown.show()) if live != "off" else None
    try:
        yield shown
    except BaseException:
        await _ended(task)
        await shown.withdraw()
        raise
    await _ended(task)


async def _ended(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
