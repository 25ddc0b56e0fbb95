"""`/settings`: in private, how one likes to be answered; in a group, how the bot behaves there."""

from __future__ import annotations

import logging

from telegram import Bot, Update
from telegram.constants import ChatMemberStatus
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.state import Group, Person
from bot.telegram.gate.gate import ANONYMOUS_ADMIN
from bot.telegram.incoming import Incoming
from bot.telegram.markup import bold, escape
from bot.telegram.presses import Press
from bot.telegram.queues import Button, Place
from bot.telegram.render import BRIEF, FULL
from bot.telegram.replies import choices
from bot.telegram.services import Services
from bot.telegram.typed import Typed, TypedRouter
from bot.words import LANGUAGES, Words, load_words, words_for

log = logging.getLogger(__name__)

SETTINGS, GROUP_SETTINGS, ZONE = "settings", "group-settings", "zone"
TYPED_ZONE = "zone"
OTHER = "other"

ZONES = (
    "Asia/Tokyo",
    "Asia/Singapore",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "Australia/Sydney",
    "UTC",
)
"""Offered; any other is written."""

_DETAILS = (BRIEF, None, FULL)
_ADMINISTRATORS = frozenset({ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER})
_SWITCHES = ("eyes", "buttons")


class PreferenceHandlers:
    """Shows and changes settings; a press shows the next value."""

    def __init__(self, services: Services, typed: TypedRouter) -> None:
        self._services = services
        self._typed = typed

    async def command(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`/settings`."""
        incoming = Incoming.of(update)
        if incoming is None:
            return
        if incoming.in_group:
            await self._of_group(update, context.bot, incoming)
        elif incoming.user_id is not None:
            await self._show(incoming.place, incoming.user_id, incoming.language)

    async def press(self, press: Press) -> None:
        """A button of one's own settings."""
        place, user = press.place, press.query.from_user
        if place is None:
            return
        person = await self._services.gate.known.person(user.id)
        match press.choice:
            case "language":
                options = (None, *LANGUAGES)
                await self._change(user.id, language=_next(options, person.language))
            case "detail":
                await self._change(user.id, detail=_next(_DETAILS, person.detail))
            case "zone":
                await self._offer_zones(press, place)
                return
            case _:
                await press.toast(press.words.access.old_button)
                return
        await self._show(place, user.id, user.language_code, edits=press.message_id)
        changed = await self._services.gate.known.words(user)
        await press.toast(changed.settings.changed)

    async def zone(self, press: Press) -> None:
        """One of the zones offered, or the wish to write another."""
        place, user = press.place, press.query.from_user
        if place is None:
            return
        if press.choice == OTHER:
            await self._typed.expect(TYPED_ZONE, chat_id=place.chat_id, user_id=user.id, data={})
            await self._services.courier.send(
                place,
                [escape(press.words.settings.zone_type)],
                edits=press.message_id,
                user_id=user.id,
            )
            return
        number = int(press.choice) if press.choice and press.choice.isdecimal() else len(ZONES)
        if number < len(ZONES):
            await self._change(user.id, time_zone=ZONES[number])
            await self._show(place, user.id, user.language_code, edits=press.message_id)

    async def typed_zone(self, said: Typed) -> bool:
        """A zone's name that was written."""
        from zoneinfo import available_timezones

        incoming = said.incoming
        if incoming.user_id is None:
            return False
        name = said.text.strip().replace(" ", "_")
        known = {zone.casefold(): zone for zone in available_timezones()}
        zone = known.get(name.casefold())
        if zone is None:
            if len(name) > 40 or "?" in name or "？" in name:
                return False
            words = await self._services.words_of(incoming)
            await self._typed.expect(
                TYPED_ZONE, chat_id=incoming.place.chat_id, user_id=incoming.user_id, data={}
            )
            line = words.settings.zone_unknown.format(typed=said.text.strip())
            await self._services.courier.send(incoming.place, [escape(line)])
            return True
        await self._change(incoming.user_id, time_zone=zone)
        await self._show(incoming.place, incoming.user_id, incoming.language)
        return True

    async def group_press(self, press: Press) -> None:
        """A switch of a group's settings."""
        place = press.place
        if place is None or press.choice not in _SWITCHES:
            await press.toast(press.words.access.old_button)
            return
        if not await is_group_admin(press.bot, place.chat_id, press.user_id):
            await press.toast(press.words.settings.admins_only, alert=True)
            return
        group = await self._services.state.groups.get(place.chat_id)
        on = bool(group.settings.get(press.choice, True))
        changed = await self._services.state.groups.set(place.chat_id, **{press.choice: not on})
        self._services.gate.known.forget(place.chat_id)
        await self._show_group(place, changed, press.words, edits=press.message_id)

    async def _of_group(self, update: Update, bot: Bot, incoming: Incoming) -> None:
        words = await self._services.words_of(incoming)
        user = update.effective_user
        # Who posts as the group itself is an administrator of it.
        as_group = update.effective_sender is not None and (
            update.effective_sender.id == incoming.place.chat_id
        )
        if as_group or (user and await is_group_admin(bot, incoming.place.chat_id, user.id)):
            group = await self._services.state.groups.get(incoming.place.chat_id)
            await self._show_group(incoming.place, group, words)
            return
        await self._services.courier.send(
            incoming.place,
            [escape(words.settings.admins_only)],
            buttons=[[private_button(bot, "settings", words)]],
        )

    async def _show(
        self, place: Place, user_id: int, telegram_language: str | None, *, edits: int | None = None
    ) -> None:
        person = await self._services.gate.known.person(user_id)
        words = words_for(person.language or telegram_language)
        keyboard = await self._services.state.buttons.make(
            SETTINGS, chat_id=place.chat_id, owner_id=user_id
        )
        lines = settings_lines(person, words)
        await self._services.courier.send(
            place,
            [bold(words.settings.heading)],
            buttons=choices(keyboard, lines),
            edits=edits,
            user_id=user_id,
        )

    async def _show_group(
        self, place: Place, group: Group, words: Words, *, edits: int | None = None
    ) -> None:
        # Anyone may press; who is no administrator is told so.
        keyboard = await self._services.state.buttons.make(
            GROUP_SETTINGS, chat_id=None, owner_id=None
        )
        await self._services.courier.send(
            place,
            [bold(words.settings.group_heading)],
            buttons=choices(keyboard, group_lines(group, words)),
            edits=edits,
        )

    async def _offer_zones(self, press: Press, place: Place) -> None:
        words = press.words.settings
        keyboard = await self._services.state.buttons.make(
            ZONE, chat_id=place.chat_id, owner_id=press.user_id
        )
        named = [(str(number), zone) for number, zone in enumerate(ZONES)]
        buttons = choices(keyboard, named, across=2) + choices(
            keyboard, [(OTHER, words.zone_other)]
        )
        await self._services.courier.send(
            place,
            [escape(words.zone_ask)],
            buttons=buttons,
            edits=press.message_id,
            user_id=press.user_id,
        )

    async def _change(self, user_id: int, **changes: str | None) -> None:
        await self._services.state.people.change(user_id, **changes)
        self._services.gate.known.forget(user_id)


def settings_lines(person: Person, words: Words) -> list[tuple[str, str]]:
    """One's settings as choices: what a press changes, and what it is now."""
    frame = words.settings
    names = {language: load_words(language).name for language in LANGUAGES}
    details = {BRIEF: frame.brief, FULL: frame.full}
    language = next((told for name, told in names.items() if name == person.language), None)
    return [
        ("language", frame.language.format(value=language or frame.as_telegram)),
        ("detail", frame.detail.format(value=details.get(person.detail or "", frame.usual))),
        ("zone", frame.zone.format(value=person.time_zone or "UTC")),
    ]


def group_lines(group: Group, words: Words) -> list[tuple[str, str]]:
    """A group's settings as choices."""
    frame = words.settings
    told = {"eyes": frame.group_eyes, "buttons": frame.group_buttons}
    return [
        (
            name,
            told[name].format(
                value=frame.switched_on if group.settings.get(name, True) else frame.switched_off
            ),
        )
        for name in _SWITCHES
    ]


def private_button(bot: Bot, what: str, words: Words) -> Button:
    """Opens the private chat, and does there what was wanted here."""
    return Button(text=words.talk.open_private, url=f"https://t.me/{bot.username}?start={what}")


async def is_group_admin(bot: Bot, chat_id: int, user_id: int) -> bool:
    """Whether someone administers a group; when Telegram does not say, nobody does."""
    if user_id == ANONYMOUS_ADMIN:
        return True
    try:
        member = await bot.get_chat_member(chat_id, user_id)
    except TelegramError as error:
        log.info("chat %s: who administers it is not known: %s", chat_id, error)
        return False
    return member.status in _ADMINISTRATORS


def _next(options: tuple[str | None, ...], now: str | None) -> str | None:
    place = options.index(now) if now in options else 0
    return options[(place + 1) % len(options)]
