"""The gate: one handler in front of all others, whatever kind of update it is.

It stands in group -100 and raises `ApplicationHandlerStop`, so that nothing behind it sees what it
turns away: messages, edits, presses, inline and guest queries, reactions, changes of membership.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from telegram import Bot, Chat, Update, User
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop, ContextTypes

from bot.state import Person, State, Use
from bot.telegram.addressing import is_addressed
from bot.telegram.delivery import Courier
from bot.telegram.gate.known import Known
from bot.telegram.gate.rules import AccessRules
from bot.telegram.incoming import Incoming
from bot.telegram.markup import escape
from bot.words import Words, words_for

log = logging.getLogger(__name__)

TURN_AWAY_AGAIN = timedelta(days=1)
"""A stranger is told once in so long that the bot is not for them."""

TAPS_A_MESSAGE = 20
"""Presses and inline queries a person has for each message."""

ANONYMOUS_ADMIN = 1087968824
"""Telegram's stand-in for a group's administrators who post as the group."""

_GROUPS = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})
_PRESENT = frozenset({"member", "administrator", "restricted"})


class Gate:
    """Decides who gets through.

    Args:
        rules: the operator's.
        state: who is who.
        courier: to tell those who do not.
        clock: the time now, aware.
    """

    def __init__(
        self,
        rules: AccessRules,
        state: State,
        courier: Courier,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self.rules = rules
        self.known = Known(state)
        self._state = state
        self._courier = courier
        self._clock = clock
        self.turned_away = 0
        """Updates turned away since the start."""

    async def check(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """The handler: returns for those who may, stops the update for all others."""
        if not await self._may(update, context.bot):
            self.turned_away += 1
            raise ApplicationHandlerStop

    async def is_admin(self, user_id: int | None) -> bool:
        """Whether someone is an administrator."""
        return user_id is not None and self.rules.is_admin(await self.known.person(user_id))

    async def _may(self, update: Update, bot: Bot) -> bool:
        user, chat = update.effective_user, update.effective_chat
        if user is None or (user.is_bot and user.id != ANONYMOUS_ADMIN):
            return False  # channels, and other programs
        person = await self.known.person(user.id)
        if update.my_chat_member is not None:
            return await self._may_stay(update, bot, person)
        if chat is None or chat.type == ChatType.PRIVATE or update.guest_message is not None:
            return await self._may_alone(update, user, person)
        if chat.type in _GROUPS:
            return await self._may_in_group(update, bot, chat, person)
        return False

    async def _may_alone(self, update: Update, user: User, person: Person) -> bool:
        """In private, in a query from anywhere, or as a guest where the bot is no member."""
        if _code(update) and not person.blocked:
            person = await self._redeem(update, person)
        if not self.rules.lets_in(person):
            await self._turn_away(update, user, person)
            return False
        return await self._within_quota(update, user, person, None)

    async def _may_in_group(self, update: Update, bot: Bot, chat: Chat, person: Person) -> bool:
        group = await self.known.group(chat.id)
        if not self.rules.lets_stay(group):
            await self._leave(bot, chat.id)
            return False
        if person.blocked and person.user_id not in self.rules.admins:
            await self._refuse_press(update, words_for(person.language))
            return False
        message = update.message or update.edited_message
        if message is not None and not is_addressed(message, bot):
            return True  # people talking to each other; no handler answers that
        user = update.effective_user
        assert user is not None  # noqa: S101 - asked by the caller
        return await self._within_quota(update, user, person, chat)

    async def _may_stay(self, update: Update, bot: Bot, person: Person) -> bool:
        change = update.my_chat_member
        assert change is not None  # noqa: S101 - asked by the caller
        if change.chat.type not in _GROUPS:
            return change.chat.type == ChatType.PRIVATE
        if change.new_chat_member.status not in _PRESENT:
            return True
        group = await self.known.group(change.chat.id)
        if group.allowed is None and self.rules.is_admin(person):
            # Whom an administrator brings along is invited.
            await self._state.groups.allow(change.chat.id, True)
            self.known.forget(change.chat.id)
            return True
        if self.rules.lets_stay(group):
            return True
        await self._leave(bot, change.chat.id)
        return False

    async def _redeem(self, update: Update, person: Person) -> Person:
        code = _code(update)
        if code is None or self.rules.access == "allow-list" or person.blocked:
            return person
        if await self._within_hourly(f"code:{person.user_id}", 20) is not Use.WITHIN:
            return person  # someone tries codes
        role = await self._state.invites.redeem(code, person.user_id)
        if role is None:
            return person
        self.known.forget(person.user_id)
        log.info("an invitation was redeemed: %s", role)
        return await self.known.person(person.user_id)

    async def _turn_away(self, update: Update, user: User, person: Person) -> None:
        words = words_for(person.language or user.language_code)
        await self._refuse_press(update, words)
        incoming = Incoming.of(update)
        if incoming is None or person.blocked:
            return
        now = self._clock()
        told = person.turned_away_at
        if told is not None and now - told < TURN_AWAY_AGAIN:
            return
        await self._state.people.change(user.id, turned_away_at=now)
        self.known.forget(user.id)
        invited = self.rules.access == "invite"
        line = words.access.by_invitation if invited else words.access.not_listed
        await self._courier.send(incoming.place, [escape(line.format(id=user.id))])

    async def _refuse_press(self, update: Update, words: Words, line: str = "") -> None:
        try:
            if update.callback_query is not None:
                await update.callback_query.answer(line or words.access.not_for_you)
            elif update.inline_query is not None:
                await update.inline_query.answer([], cache_time=0, is_personal=True)
        except TelegramError as error:
            log.debug("a refusal was not shown: %s", error)

    async def _within_quota(
        self, update: Update, user: User, person: Person, chat: Chat | None
    ) -> bool:
        limits = self._limits(update, user, chat)
        use, subject = await self._state.quotas.use(**limits)
        if use is Use.WITHIN or user.id in self.rules.admins:
            await self.known.note(person)
            return True
        words = await self.known.words(user)
        kind, _, _ = subject.partition(":")
        if kind == "taps":
            limit = self.rules.person_an_hour
            line = words.access.person_quota.format(limit=limit)
            await self._refuse_press(update, words, line)
        elif use is Use.FIRST_OVER and (incoming := Incoming.of(update)):
            access = words.access
            line = access.person_quota if kind == "person" else access.group_quota
            limit = limits[subject]
            await self._courier.send(incoming.place, [escape(line.format(limit=limit))])
        return False

    def _limits(self, update: Update, user: User, chat: Chat | None) -> dict[str, int]:
        """What an update is counted against, and how much of it there may be in an hour."""
        if update.message or update.edited_message or update.guest_message:
            limits = {f"person:{user.id}": self.rules.person_an_hour}
            if chat is not None:
                limits[f"group:{chat.id}"] = self.rules.group_an_hour
            return limits
        # Presses, and inline queries that come with every letter typed.
        return {f"taps:{user.id}": TAPS_A_MESSAGE * self.rules.person_an_hour}

    async def _within_hourly(self, subject: str, limit: int) -> Use:
        use, _ = await self._state.quotas.use(**{subject: limit})
        return use

    async def _leave(self, bot: Bot, chat_id: int) -> None:
        log.info("chat %s: left, it is not allowed", chat_id)
        try:
            await bot.leave_chat(chat_id)
        except TelegramError as error:
            log.info("chat %s: could not be left: %s", chat_id, error)


def _code(update: Update) -> str | None:
    """The code of `/start CODE` in a private chat."""
    message = update.message
    if message is None or message.chat.type != ChatType.PRIVATE or not message.text:
        return None
    command, _, rest = message.text.partition(" ")
    if command.partition("@")[0] != "/start":
        return None
    return rest.strip() or None
