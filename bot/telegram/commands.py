"""The command menus: which commands are offered where, in each language."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from bot.words import LANGUAGES, Words, load_words

log = logging.getLogger(__name__)

PRIVATE = (
    "ask",
    "new",
    "timeline",
    "article",
    "meeting",
    "sources",
    "history",
    "feedback",
    "settings",
    "cancel",
    "privacy",
    "export",
    "delete",
    "help",
    "start",
)
GROUP = ("ask", "timeline", "article", "meeting", "sources", "new", "help", "privacy")
ADMINISTRATORS = (*GROUP, "settings")

PERSONAL = ("history", "export", "delete", "feedback")
"""Commands about one's own data: in a group they lead to the private chat."""

SCOPES: Mapping[BotCommandScope, Sequence[str]] = MappingProxyType(
    {
        BotCommandScopeDefault(): PRIVATE,
        BotCommandScopeAllPrivateChats(): PRIVATE,
        BotCommandScopeAllGroupChats(): GROUP,
        BotCommandScopeAllChatAdministrators(): ADMINISTRATORS,
    }
)


def menu(names: Sequence[str], words: Words) -> list[BotCommand]:
    """Commands with what each does."""
    told = words.commands.model_dump()
    return [BotCommand(name, told[name]) for name in names]


async def announce_commands(bot: Bot) -> None:
    """Fill the menus, for each language and scope. Without it everything works all the same."""
    for language in LANGUAGES:
        words = load_words(language)
        for scope, names in SCOPES.items():
            try:
                # Without a language code the list is for everyone who has none of their own.
                await bot.set_my_commands(
                    menu(names, words),
                    scope=scope,
                    language_code=None if language == LANGUAGES[0] else language,
                )
            except TelegramError as error:
                log.warning("the command menu is not set: %s", error)
                return
