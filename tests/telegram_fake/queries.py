"""Methods that answer what people wait for, and those that ask or tell about the bot and chats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.telegram_fake.calls import Call
from tests.telegram_fake.entities import parse, utf16
from tests.telegram_fake.methods import LONGEST_TEXT, Method
from tests.telegram_fake.refusals import bad

if TYPE_CHECKING:
    from tests.telegram_fake.server import FakeTelegram

MOST_RESULTS = 50
LONGEST_TOAST = 200
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def answer_press(server: FakeTelegram, call: Call) -> bool:
    """answerCallbackQuery."""
    press = server.presses.get(call.fields.get("callback_query_id", ""))
    if press is None or press.expired:
        raise bad(TOO_OLD)
    text = call.fields.get("text", "")
    if utf16(text) > LONGEST_TOAST:
        raise bad("MESSAGE_TOO_LONG")
    press.answer(text, alert=call.is_on("show_alert"))
    return True


def answer_inline(server: FakeTelegram, call: Call) -> bool:
    """answerInlineQuery."""
    query = server.inline_queries.get(call.fields.get("inline_query_id", ""))
    if query is None or query.expired:
        raise bad(TOO_OLD)
    results = call.value("results")
    if not isinstance(results, list):
        raise bad("can't parse inline query results: expected an Array")
    if len(results) > MOST_RESULTS:
        raise bad("RESULTS_TOO_MUCH")
    ids = [str(result.get("id", "")) for result in results]
    if any(not 1 <= len(identity.encode()) <= 64 for identity in ids):
        raise bad("RESULT_ID_INVALID")
    if len(set(ids)) != len(ids):
        raise bad("RESULT_ID_DUPLICATE")
    for result in results:
        if not str(result.get("title", "")).strip():
            raise bad("can't parse inline query result: Can't find field \"title\"")
        _check_content(result.get("input_message_content"))
    query.answer(results, personal=call.is_on("is_personal"), cache=call.number("cache_time"))
    return True


def answer_guest(server: FakeTelegram, call: Call) -> dict[str, Any]:
    """answerGuestQuery."""
    query = server.guest_queries.pop(call.fields.get("guest_query_id", ""), None)
    if query is None:
        raise bad(TOO_OLD)
    result = call.value("result")
    if not isinstance(result, dict):
        raise bad("can't parse result")
    _check_content(result.get("input_message_content"))
    query.set_result(result)
    return {"inline_message_id": f"guest{call.fields['guest_query_id']}"}


def _check_content(content: Any) -> None:  # noqa: ANN401 - whatever was sent
    if not isinstance(content, dict) or "message_text" not in content:
        raise bad("can't parse inline query result: message content is not specified")
    text, _ = parse(str(content["message_text"]), content.get("parse_mode"))
    if not text.strip():
        raise bad("message text is empty")
    if utf16(text) > LONGEST_TEXT:
        raise bad("message is too long")


def set_commands(server: FakeTelegram, call: Call) -> bool:
    """setMyCommands."""
    commands = call.value("commands")
    if not isinstance(commands, list) or len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        name, told = str(command.get("command", "")), str(command.get("description", ""))
        if not name.isascii() or not name.replace("_", "").isalnum() or name != name.lower():
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(name) <= 32 or not 1 <= len(told) <= 256:
            raise bad("BOT_COMMAND_INVALID")
    key = (call.fields.get("scope", '{"type": "default"}'), call.fields.get("language_code", ""))
    server.commands[key] = commands
    return True


def get_commands(server: FakeTelegram, call: Call) -> list[dict[str, Any]]:
    """getMyCommands."""
    key = (call.fields.get("scope", '{"type": "default"}'), call.fields.get("language_code", ""))
    return server.commands.get(key, [])


def get_chat(server: FakeTelegram, call: Call) -> dict[str, Any]:
    """getChat."""
    chat = server.chat_of(call)
    return {**chat.describe(), "accent_color_id": 1, "max_reaction_count": 1,
            "accepted_gift_types": {"unlimited_gifts": False, "limited_gifts": False,
                                    "unique_gifts": False, "premium_subscription": False,
                                    "gifts_from_channels": False}}  # fmt: skip


def get_member(server: FakeTelegram, call: Call) -> dict[str, Any]:
    """getChatMember."""
    chat, user_id = server.chat_of(call), call.number("user_id") or 0
    if user_id not in server.people and user_id != server.bot_id:
        raise bad("invalid user_id specified")
    return server.member(chat, user_id)


def get_administrators(server: FakeTelegram, call: Call) -> list[dict[str, Any]]:
    """getChatAdministrators."""
    chat = server.chat_of(call)
    if chat.kind == "private":
        raise bad("there are no administrators in the private chat")
    leading = {"administrator", "creator"}
    return [server.member(chat, user) for user, status in chat.statuses.items()
            if status in leading]  # fmt: skip


QUERIES: dict[str, Method] = {
    "getMe": lambda server, call: server.me(),
    "answerCallbackQuery": answer_press,
    "answerInlineQuery": answer_inline,
    "answerGuestQuery": answer_guest,
    "setMyCommands": set_commands,
    "getMyCommands": get_commands,
    "deleteMyCommands": lambda server, call: True,
    "setMyDescription": lambda server, call: True,
    "setMyShortDescription": lambda server, call: True,
    "setMyName": lambda server, call: True,
    "getChat": get_chat,
    "getChatMember": get_member,
    "getChatAdministrators": get_administrators,
}
