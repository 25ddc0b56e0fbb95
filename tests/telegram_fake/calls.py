"""A call as it arrived: its fields read, and those refused that the method does not have."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.web import FileField

from tests.telegram_fake.refusals import bad

_SENDING = {
    "chat_id", "message_thread_id", "disable_notification", "protect_content", "reply_parameters",
    "reply_markup", "message_effect_id", "allow_paid_broadcast", "direct_messages_topic_id",
}  # fmt: skip
_COMMANDS = {"scope", "language_code"}

FIELDS: dict[str, set[str]] = {
    "getMe": set(),
    "getUpdates": {"offset", "limit", "timeout", "allowed_updates"},
    "setWebhook": {"url", "secret_token", "allowed_updates", "max_connections", "ip_address",
                   "drop_pending_updates", "certificate"},
    "deleteWebhook": {"drop_pending_updates"},
    "getWebhookInfo": set(),
    "setMyCommands": {"commands"} | _COMMANDS,
    "getMyCommands": _COMMANDS,
    "deleteMyCommands": _COMMANDS,
    "setMyDescription": {"description", "language_code"},
    "setMyShortDescription": {"short_description", "language_code"},
    "setMyName": {"name", "language_code"},
    "sendMessage": {"text", "parse_mode", "entities", "link_preview_options"} | _SENDING,
    "sendMessageDraft": {"chat_id", "message_thread_id", "draft_id", "text", "parse_mode",
                         "entities"},
    "sendPhoto": {"photo", "caption", "parse_mode", "caption_entities", "has_spoiler",
                  "show_caption_above_media"} | _SENDING,
    "sendDocument": {"document", "caption", "parse_mode", "caption_entities", "thumbnail",
                     "disable_content_type_detection"} | _SENDING,
    "editMessageText": {"chat_id", "message_id", "inline_message_id", "text", "parse_mode",
                        "entities", "link_preview_options", "reply_markup"},
    "editMessageReplyMarkup": {"chat_id", "message_id", "inline_message_id", "reply_markup"},
    "editMessageCaption": {"chat_id", "message_id", "inline_message_id", "caption", "parse_mode",
                           "caption_entities", "reply_markup", "show_caption_above_media"},
    "deleteMessage": {"chat_id", "message_id"},
    "sendChatAction": {"chat_id", "message_thread_id", "action"},
    "setMessageReaction": {"chat_id", "message_id", "reaction", "is_big"},
    "answerCallbackQuery": {"callback_query_id", "text", "show_alert", "url", "cache_time"},
    "answerInlineQuery": {"inline_query_id", "results", "cache_time", "is_personal", "next_offset",
                          "button"},
    "answerGuestQuery": {"guest_query_id", "result"},
    "leaveChat": {"chat_id"},
    "getChat": {"chat_id"},
    "getChatMember": {"chat_id", "user_id"},
    "getChatAdministrators": {"chat_id"},
    "getFile": {"file_id"},
}  # fmt: skip


@dataclass(slots=True)
class Call:
    """A call of a method.

    Attributes:
        fields: as sent, each a text; `value` reads the structured ones.
        files: what was uploaded, by field: name and content.
        status: what it was answered with, once it was.
    """

    method: str
    fields: dict[str, str]
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    status: int = 0

    @property
    def chat_id(self) -> int | None:
        """The chat it is about."""
        try:
            return int(self.fields["chat_id"])
        except (KeyError, ValueError):
            return None

    def value(self, name: str) -> Any:  # noqa: ANN401 - whatever was sent
        """A field that is JSON; None where it is not there.

        Raises:
            RefusedError: it is no JSON.
        """
        text = self.fields.get(name)
        if text is None:
            return None
        try:
            return json.loads(text)
        except ValueError:
            raise bad(f"can't parse {name}: expected JSON") from None

    def number(self, name: str) -> int | None:
        """A field that is a number.

        Raises:
            RefusedError: it is none.
        """
        text = self.fields.get(name)
        try:
            return None if text is None else int(text)
        except ValueError:
            raise bad(f'field "{name}" must be a number') from None

    def is_on(self, name: str) -> bool:
        """A field that is yes or no."""
        return self.fields.get(name, "").lower() in {"true", "1"}


async def read_call(request: web.Request, method: str) -> Call:
    """Read a request, as a form, with files or as JSON."""
    if request.content_type == "application/json":
        given = await request.json()
        if not isinstance(given, dict):
            raise bad("expected an object")
        fields = {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in given.items()
        }
        return Call(method, fields)
    call = Call(method, {})
    for key, value in (await request.post()).items():
        if isinstance(value, FileField):
            call.files[key] = (value.filename, value.file.read())
        else:
            call.fields[key] = value if isinstance(value, str) else bytes(value).decode()
    return call


def check_fields(call: Call) -> None:
    """Refuse fields the method does not have; Telegram ignores them, and hides the mistake so.

    Raises:
        RefusedError: there is one.
    """
    attached = {value[len("attach://") :] for value in call.fields.values()
                if value.startswith("attach://")}  # fmt: skip
    unknown = (set(call.fields) | set(call.files)) - FIELDS[call.method] - attached
    if unknown:
        raise bad(f"{call.method} has no field {sorted(unknown)[0]}")
