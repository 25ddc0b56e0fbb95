"""Administrators' commands. To anyone else they are commands that do not exist."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from telegram import Update
from telegram.ext import ContextTypes

from bot.state import Role, State
from bot.state.invites import MOST_USES
from bot.telegram.delivery import Courier
from bot.telegram.gate.gate import Gate
from bot.telegram.incoming import Incoming
from bot.telegram.markup import code, escape

if TYPE_CHECKING:
    from bot.telegram.reviewing import ReviewPages

Handler = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]


class AdminHandlers:
    """Invitations, roles, allowing and blocking.

    Args:
        gate: knows who is an administrator.
        state: what is changed.
        courier: to reply.
        unknown: what is said of a command that does not exist.
        review: the reviewers' pages, where roles count too; None: there are none.
    """

    def __init__(
        self,
        gate: Gate,
        state: State,
        courier: Courier,
        unknown: Handler,
        *,
        review: ReviewPages | None = None,
    ) -> None:
        self._gate = gate
        self._state = state
        self._courier = courier
        self._unknown = unknown
        self._review = review

    def only(self, handler: Handler) -> Handler:
        """A handler as it is for administrators; others are told that there is none."""

        async def guarded(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
            incoming = Incoming.of(update)
            if incoming is not None and await self._gate.is_admin(incoming.user_id):
                await handler(update, context)
            else:
                await self._unknown(update, context)

        return guarded

    async def invite(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`/invite [role] [uses]`: a code that lets people in."""
        incoming = Incoming.of(update)
        if incoming is None or incoming.user_id is None:
            return
        words, given = incoming.words.access, incoming.argument.split()
        role = Role.read(given[0]) if given else None
        if role is not None:
            del given[0]
        role = role or Role.MEMBER
        uses = _number(given.pop(0)) if given else 1
        if given or uses is None or not 1 <= uses <= MOST_USES:
            await self._say(incoming, words.invite_usage)
            return
        invite = await self._state.invites.make(incoming.user_id, role=role, uses=uses)
        told = escape(words.invited).format(
            code=code(f"/start {invite.code}"),
            link=escape(f"https://t.me/{context.bot.username}?start={invite.code}"),
            role=incoming.words.access.roles[role],
            uses=uses,
            date=incoming.words.day(invite.expires_at.date()),
        )
        await self._courier.send(incoming.place, [told])

    async def role(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`/role USER ROLE`."""
        del context
        incoming = Incoming.of(update)
        if incoming is None:
            return
        given = incoming.argument.split()
        number = _number(given[0]) if len(given) == 2 else None
        role = Role.read(given[1]) if len(given) == 2 else None
        if number is None or number <= 0 or role is None:
            await self._say(incoming, incoming.words.access.role_usage)
            return
        await self._state.people.change(number, role=role, blocked=False)
        await self._changed(incoming, number, incoming.words.access.roles[role])

    async def allow(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`/allow NUMBER [role]`: a person, or a group (a negative number)."""
        del context
        await self._decide(update, allowed=True)

    async def block(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`/block NUMBER`: a person, or a group (a negative number)."""
        del context
        await self._decide(update, allowed=False)

    async def _decide(self, update: Update, *, allowed: bool) -> None:
        incoming = Incoming.of(update)
        if incoming is None:
            return
        words = incoming.words.access
        number = _number(incoming.argument)
        if not number:
            await self._say(incoming, words.allow_usage if allowed else words.block_usage)
            return
        if number < 0:
            await self._state.groups.allow(number, allowed)
        elif allowed:
            person = await self._state.people.meet(number)
            role = person.role or Role.MEMBER
            await self._state.people.change(number, role=role, blocked=False)
        else:
            await self._state.people.change(number, blocked=True)
        await self._changed(incoming, number, words.allowed if allowed else words.blocked)

    async def _changed(self, incoming: Incoming, number: int, what: str) -> None:
        self._gate.known.forget(number)
        if self._review is not None and number > 0:
            person = await self._state.people.get(number)
            if person is not None:
                await asyncio.to_thread(self._review.hold_to_role, person)
        await self._say(incoming, incoming.words.access.changed.format(id=number, what=what))

    async def _say(self, incoming: Incoming, line: str) -> None:
        await self._courier.send(incoming.place, [escape(line)])


def _number(text: str) -> int | None:
    try:
        number = int(text)
    except ValueError:
        return None
    return number if -(2**63) <= number < 2**63 else None
