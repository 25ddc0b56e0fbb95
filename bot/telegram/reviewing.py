"""Reviewers' way from the bot to the review pages: `/review`, and a link below what they asked."""

from __future__ import annotations

import asyncio
import ipaddress
import re
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from telegram import Update
from telegram.ext import ContextTypes

from bot.state import Person
from bot.state import Role as BotRole
from bot.telegram.gate.rules import AccessRules
from bot.telegram.incoming import Incoming
from bot.telegram.markup import escape
from bot.telegram.queues import Button
from bot.words import Words
from corpus.errors import JournalError, UnknownTurnError

if TYPE_CHECKING:
    from bot.journal import Journal
    from bot.review.access import Access, Role
    from bot.telegram.services import Services

_ID = re.compile(r"[A-Za-z0-9-]{4,80}")


class ReviewPages:
    """The review pages, as the bot knows them. Its calls block.

    Args:
        journal: whose turns are judged there.
        address: where people open them, no slash at the end.
        rules: who is an administrator whatever the database says.
        access: who may sign in there; None: as the journal's database has it.
    """

    def __init__(
        self, journal: Journal, address: str, rules: AccessRules, *, access: Access | None = None
    ) -> None:
        self._journal = journal
        self._address = address
        self._rules = rules
        self._given = access

    def role_of(self, person: Person | None) -> Role | None:
        """What somebody of the bot may do on the pages; None: nothing."""
        from bot.review.access import Role

        if person is None or not self._rules.lets_in(person):
            return None
        if self._rules.is_admin(person):
            return Role.ADMIN
        return Role.REVIEWER if person.role is BotRole.REVIEWER else None

    def turn_address(self, turn_id: str) -> str | None:
        """Where a turn is, for a button; None: Telegram takes no such address for one."""
        return f"{self._address}/turns/{turn_id}" if _is_public(self._address) else None

    def invite(self, person: Person, role: Role, turn: str | None) -> tuple[str, int]:
        """A link that signs somebody in once, and how many turns wait for them.

        Args:
            person: who asked.
            role: theirs.
            turn: the beginning of an id, for the page that follows; None: the queue's.

        Raises:
            UnknownTurnError: there is no such turn.
        """
        onward = "/" if turn is None else f"/turns/{self._find(turn)}"
        issued = self._access.issue_link(account_name(person.user_id), role)
        return issued.url(self._address, onward), self._waiting(issued.account)

    def hold_to_role(self, person: Person) -> None:
        """After somebody's role has changed: their account changes too, or ends at once."""
        name, role = account_name(person.user_id), self.role_of(person)
        account = self._access.accounts.get(name)
        if account is None:
            return
        if role is None:
            self._access.accounts.remove(name)
        else:
            self._access.accounts.ensure(name, role)

    def _find(self, turn: str) -> str:
        from bot.database.batching import is_trouble

        if not _ID.fullmatch(turn):
            raise UnknownTurnError(turn)
        try:
            return self._journal.turn(turn).id
        except JournalError as error:
            if is_trouble(error) or isinstance(error, UnknownTurnError):
                raise
            # One whose person was erased has a page all the same, by its whole id.
            return turn

    def _waiting(self, name: str) -> int:
        from bot.journal.review import Reviews

        return Reviews(self._journal).waiting(reviewer=name)

    @cached_property
    def _access(self) -> Access:
        # Made when it is first asked for: it knows how to check passwords, which takes memory.
        from bot.review.access import Access

        return self._given or Access(self._journal.database, clock=self._journal.clock)


class ReviewHandlers:
    """`/review [ID]`: a one-time link for those with the role; to others there is no such command.

    Args:
        services: what handlers work with.
        unknown: what is said of a command that does not exist.
    """

    def __init__(
        self, services: Services, unknown: Callable[[Update, ContextTypes.DEFAULT_TYPE], object]
    ) -> None:
        self._services = services
        self._unknown = unknown

    async def command(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Send the link."""
        incoming, services = Incoming.of(update), self._services
        pages = services.review
        person = await services.person_of(incoming) if incoming else None
        role = pages.role_of(person) if pages else None
        if incoming is None or pages is None or person is None or role is None:
            told = self._unknown(update, context)
            assert asyncio.iscoroutine(told)  # noqa: S101 - handlers are coroutines
            await told
            return
        words = (await services.words_of(incoming)).reviewing
        turn = incoming.argument or None
        try:
            link, waiting = await asyncio.to_thread(pages.invite, person, role, turn)
        except UnknownTurnError:
            await services.courier.send(incoming.place, [escape(words.unknown)])
            return
        lines = [words.waiting.format(count=waiting), words.link, link]
        await services.courier.send(incoming.place, ["\n".join(escape(line) for line in lines)])


async def review_row(services: Services, user_id: int | None, turn_id: str, words: Words) -> list[
    list[Button]
]:  # fmt: skip
    """A row of buttons with a turn's page, for reviewers; none for others."""
    pages = services.review
    if pages is None or user_id is None or (address := pages.turn_address(turn_id)) is None:
        return []
    if pages.role_of(await services.gate.known.person(user_id)) is None:
        return []
    return [[Button(text=words.reviewing.button, url=address)]]


def account_name(user_id: int) -> str:
    """The account on the pages of somebody of Telegram: by number, since names change hands."""
    return f"tg-{user_id}"


def _is_public(address: str) -> bool:
    """Whether Telegram takes it for a button: it refuses this machine's own and bare names."""
    host = urlsplit(address).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return "." in host
