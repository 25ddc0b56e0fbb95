"""Whether a message is meant for the bot: in private always, in groups when it is spoken to."""

from __future__ import annotations

from telegram import Bot, Message, MessageEntity
from telegram.constants import ChatType


def is_addressed(message: Message, bot: Bot) -> bool:
    """Whether a message is a command for the bot, a reply to it, a mention of it, or private."""
    if message.chat.type == ChatType.PRIVATE:
        return True
    replied = message.reply_to_message
    if replied and replied.from_user and replied.from_user.id == bot.id:
        # In a topic every message that is no reply counts as one to the topic's first message.
        return replied.forum_topic_created is None
    return _is_command(message, bot) or mentions(message, bot)


def mentions(message: Message, bot: Bot) -> bool:
    """Whether the bot is mentioned, by Telegram's own marks and not by what the text looks like."""
    name = f"@{bot.username}".casefold()
    marked = {
        **message.parse_entities([MessageEntity.MENTION]),
        **message.parse_caption_entities([MessageEntity.MENTION]),
    }
    if any(text.casefold() == name for text in marked.values()):
        return True
    return any(
        entity.type == MessageEntity.TEXT_MENTION and entity.user and entity.user.id == bot.id
        for entity in (*message.entities, *message.caption_entities)
    )


def _is_command(message: Message, bot: Bot) -> bool:
    commands = message.parse_entities([MessageEntity.BOT_COMMAND])
    for entity, text in commands.items():
        _, _, name = text.partition("@")
        if entity.offset == 0 and (not name or name.casefold() == bot.username.casefold()):
            return True
    return False
