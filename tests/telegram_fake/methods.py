"""What each method does, and refuses to do."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.telegram_fake import keyboards
from tests.telegram_fake.calls import Call
from tests.telegram_fake.chats import Chat, Message
from tests.telegram_fake.entities import parse, utf16
from tests.telegram_fake.refusals import bad

if TYPE_CHECKING:
    from tests.telegram_fake.server import FakeTelegram

LONGEST_TEXT, LONGEST_CAPTION = 4096, 1024
"""UTF-16 units after the markup is read."""
LARGEST_PHOTO, LARGEST_FILE = 10 * 1024 * 1024, 50 * 1024 * 1024
ACTIONS = re.compile(
    r"typing|choose_sticker|find_location|(upload|record)_(photo|video|voice|document|video_note)"
)
REACTIONS = frozenset("👍👎❤🔥👏😁🤔🤯😢🎉🤩🙏👌💯👀🤝✍😐🤷👾")
"""Some of those that Telegram lets bots use."""

Method = Callable[["FakeTelegram", Call], Any]


def send_message(server: FakeTelegram, call: Call) -> dict[str, Any]:
    """sendMessage."""
    text, marks = _text(call, "text", LONGEST_TEXT, "message is too long")
    if not text.strip():
        raise bad("message text is empty")
    content = {"text": text, **({"entities": marks} if marks else {})}
    return _send(server, call, content).data


def send_draft(server: FakeTelegram, call: Call) -> bool:
    """sendMessageDraft: shown for half a minute, in private chats alone."""
    chat = server.chat_of(call)
    chat.check_open()
    if chat.kind != "private":
        raise bad("TEXTDRAFT_PEER_INVALID")
    if not call.number("draft_id"):
        raise bad("draft_id must be non-zero")
    text, _ = _text(call, "text", LONGEST_TEXT, "message is too long")
    chat.drafts.setdefault(int(call.fields["draft_id"]), []).append(text)
    return True


def send_photo(server: FakeTelegram, call: Call) -> dict[str, Any]:
    """sendPhoto."""
    name, content = _upload(call, "photo")
    if not content.startswith((b"\x89PNG", b"\xff\xd8\xff")):
        raise bad("IMAGE_PROCESS_FAILED")
    if len(content) > LARGEST_PHOTO:
        raise bad("file is too big")
    size = {"file_id": f"photo{len(server.files)}", "file_unique_id": f"p{len(server.files)}",
            "width": 800, "height": 600}  # fmt: skip
    server.files[size["file_id"]] = content  # type: ignore[index]
    return _send(server, call, {"photo": [size], **_caption(call)}, file=(name, content)).data


def send_document(server: FakeTelegram, call: Call) -> dict[str, Any]:
    """sendDocument."""
    name, content = _upload(call, "document")
    if len(content) > LARGEST_FILE:
        raise bad("file is too big")
    document = {"file_id": f"file{len(server.files)}", "file_unique_id": f"f{len(server.files)}",
                "file_name": name, "file_size": len(content)}  # fmt: skip
    server.files[str(document["file_id"])] = content
    return _send(server, call, {"document": document, **_caption(call)}, file=(name, content)).data


def edit_text(server: FakeTelegram, call: Call) -> dict[str, Any] | bool:
    """editMessageText."""
    text, marks = _text(call, "text", LONGEST_TEXT, "message is too long")
    if not text.strip():
        raise bad("message text is empty")
    if "inline_message_id" in call.fields:
        return True
    message = _editable(server, call)
    if "text" not in message.data:
        raise bad("there is no text in the message to edit")
    return _change(message, {"text": text, "entities": marks}, _markup(call))


def edit_caption(server: FakeTelegram, call: Call) -> dict[str, Any]:
    """editMessageCaption."""
    message = _editable(server, call)
    return _change(
        message, {"caption": "", "caption_entities": [], **_caption(call)}, _markup(call)
    )


def edit_markup(server: FakeTelegram, call: Call) -> dict[str, Any] | bool:
    """editMessageReplyMarkup."""
    if "inline_message_id" in call.fields:
        return True
    return _change(_editable(server, call), {}, _markup(call))


def delete_message(server: FakeTelegram, call: Call) -> bool:
    """deleteMessage."""
    chat = server.chat_of(call)
    message = chat.find(call.number("message_id") or 0)
    if message is None:
        raise bad("message to delete not found")
    if not message.by_bot and chat.kind != "private" and not server.is_admin(chat):
        raise bad("message can't be deleted")
    chat.messages.remove(message)
    return True


def chat_action(server: FakeTelegram, call: Call) -> bool:
    """sendChatAction."""
    chat = server.chat_of(call)
    chat.check_open()
    if not ACTIONS.fullmatch(call.fields.get("action", "")):
        raise bad("wrong parameter action in request")
    chat.check_topic(call.number("message_thread_id"))
    chat.actions.append((call.fields["action"], call.number("message_thread_id")))
    return True


def set_reaction(server: FakeTelegram, call: Call) -> bool:
    """setMessageReaction."""
    chat = server.chat_of(call)
    chat.check_open()
    message = chat.find(call.number("message_id") or 0)
    if message is None:
        raise bad("message to react not found")
    wanted = call.value("reaction") or []
    if len(wanted) > 1:
        raise bad("REACTIONS_TOO_MANY")
    emojis = [str(reaction.get("emoji")) for reaction in wanted]
    if any(emoji not in REACTIONS for emoji in emojis):
        raise bad("REACTION_INVALID")
    message.reactions[server.bot_id] = emojis
    return True


def leave_chat(server: FakeTelegram, call: Call) -> bool:
    """leaveChat."""
    chat = server.chat_of(call)
    if chat.kind == "private":
        raise bad("chat member status can't be changed in private chats")
    chat.check_open()
    chat.has_bot = False
    return True


def _send(
    server: FakeTelegram,
    call: Call,
    content: dict[str, Any],
    file: tuple[str, bytes] | None = None,
) -> Message:
    chat = server.chat_of(call)
    chat.check_open()
    thread_id = call.number("message_thread_id")
    chat.check_topic(thread_id)
    data: dict[str, Any] = {
        "message_id": 0,
        "date": int(time.time()),
        "chat": chat.describe(),
        "from": server.me(),
        **content,
    }
    if thread_id is not None:
        data |= {"message_thread_id": thread_id, "is_topic_message": True}
    replied = _replied(chat, call)
    if replied is not None:
        data["reply_to_message"] = {**replied.data}
    if markup := _markup(call):
        data["reply_markup"] = markup
    data["message_id"] = chat.next_id()
    message = Message(chat, data, by_bot=True)
    if file is not None:
        message.file_name, message.file = file
    chat.messages.append(message)
    chat.drafts.clear()  # any real message wipes what was shown of it
    return message


def _replied(chat: Chat, call: Call) -> Message | None:
    reply = call.value("reply_parameters")
    if reply is None:
        return None
    found = chat.find(int(reply.get("message_id", 0)))
    if found is None and not reply.get("allow_sending_without_reply"):
        raise bad("message to be replied not found")
    return found


def _markup(call: Call) -> dict[str, Any] | None:
    markup = call.value("reply_markup")
    if markup is not None:
        keyboards.check(markup)
    return markup  # type: ignore[no-any-return]


def _text(call: Call, name: str, longest: int, too_long: str) -> tuple[str, list[dict[str, Any]]]:
    text, marks = parse(call.fields.get(name, ""), call.fields.get("parse_mode"))
    if utf16(text) > longest:
        raise bad(too_long)
    return text, marks


def _caption(call: Call) -> dict[str, Any]:
    if "caption" not in call.fields:
        return {}
    text, marks = _text(call, "caption", LONGEST_CAPTION, "message caption is too long")
    return {"caption": text, "caption_entities": marks}


def _upload(call: Call, name: str) -> tuple[str, bytes]:
    reference = call.fields.get(name, "")
    attached = reference.removeprefix("attach://") if reference.startswith("attach://") else name
    if attached not in call.files:
        raise bad("wrong file identifier/HTTP URL specified")
    if not call.files[attached][1]:
        raise bad("file must be non-empty")
    return call.files[attached]


def _editable(server: FakeTelegram, call: Call) -> Message:
    chat = server.chat_of(call)
    chat.check_open()
    message = chat.find(call.number("message_id") or 0)
    if message is None:
        raise bad("message to edit not found")
    if not message.by_bot:
        raise bad("message can't be edited")
    return message


def _change(
    message: Message, content: dict[str, Any], markup: dict[str, Any] | None
) -> dict[str, Any]:
    changed = {key: value for key, value in {**message.data, **content}.items() if value != []}
    changed.pop("reply_markup", None)
    if markup and markup.get("inline_keyboard"):
        changed["reply_markup"] = markup
    if {**message.data, "edit_date": 0} == {**changed, "edit_date": 0}:
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly "
            "the same as a current content and reply markup of the message"
        )
    message.history.append(message.text)
    message.data = {**changed, "edit_date": int(time.time())}
    return message.data


SENDING: dict[str, Method] = {
    "sendMessage": send_message,
    "sendMessageDraft": send_draft,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageReplyMarkup": edit_markup,
    "deleteMessage": delete_message,
    "sendChatAction": chat_action,
    "setMessageReaction": set_reaction,
    "leaveChat": leave_chat,
}
