"""What a person sees of the bot, over real HTTP."""

from __future__ import annotations

import json
import re

import pytest

from bot.telegram.split import visible_text
from bot.titles import shortened_title
from bot.words import load_words
from corpus import Library
from tests.e2e.telegram.conftest import QUESTION, Telegram, assert_well_formed

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("bot")]


async def test_a_question_is_answered_with_its_sources_while_typing_is_shown(
    telegram: Telegram,
) -> None:
    await telegram.write(QUESTION)
    (text,) = await telegram.receives()

    document = Library.load().get("us-japan-2026-status")
    assert_well_formed(text)
    assert text.startswith("<b>On the latest evidence Japanese general goods face a 12.5%")
    assert "Japanese cars stay at 15% in total" in text
    assert "<blockquote expandable><b>Sources</b>\n[1][2] <b><a href=" in text
    assert f">{shortened_title(document.title)}</a></b>" in text
    assert load_words("en").kinds[document.kind] in text
    assert text.endswith("<i>General information, not advice.</i>")
    assert telegram.sent()[0]["parse_mode"] == "HTML"
    methods = [method for method, _, _ in telegram.calls]
    assert methods.index("sendChatAction") < methods.index("sendMessage")


async def test_a_new_user_is_told_what_this_is_and_how_to_go_on(telegram: Telegram) -> None:
    for number, text in enumerate(["/start", "/help", "/ask", "/nonsense", "/sources"], start=1):
        await telegram.write(text)
        await telegram.receives(number)
    await telegram.write(None, sticker={"file_id": "s", "file_unique_id": "s", "type": "regular",
                                        "width": 1, "height": 1, "is_animated": False,
                                        "is_video": False})  # fmt: skip
    greeting, helping, usage, unknown, glance, only_text = await telegram.receives(6)

    assert "automated assistant" in greeting
    assert "/ask – Ask a question" in helping
    assert usage.startswith("Write the question after the command")
    assert unknown == "I do not know that command. /help lists the ones I know."
    assert f"{len(Library.load())} documents" in glance
    assert only_text == "I can only read text. Please write your question."
    menus = [fields for method, fields, _ in telegram.calls if method == "setMyCommands"]
    assert [menu.get("language_code") for menu in menus] == [None] * 4 + ["ja"] * 4
    scopes = {json.loads(menu["scope"])["type"]: menu["commands"] for menu in menus[:4]}
    assert '"delete"' in scopes["all_private_chats"]
    assert '"delete"' not in scopes["all_group_chats"]
    assert '"settings"' in scopes["all_chat_administrators"]


async def test_a_long_answer_comes_in_several_messages_in_order(telegram: Telegram) -> None:
    await telegram.write("a long answer, please")
    await telegram.write("/nonsense")
    await telegram.until(lambda: any("I do not know" in f["text"] for f in telegram.sent()))
    *parts, last = [fields["text"] for fields in telegram.sent()]

    assert len(parts) > 1
    assert sum(len(part) for part in parts) > 4096
    for part in parts:
        assert_well_formed(part)
        assert len(part.encode("utf-16-le")) // 2 <= 4096
    shown = visible_text("\n\n".join(parts))
    marks = [int(number) for number in re.findall(r" \[(\d+)\]\n\n", shown)]
    assert marks == list(range(1, len(marks) + 1))
    assert len(marks) > 20
    assert "<b>Sources</b>" in parts[-1]
    assert last.startswith("I do not know")


async def test_a_slow_answer_keeps_typing_and_holds_up_nobody_else(telegram: Telegram) -> None:
    await telegram.write("a slow one", chat=100)
    await telegram.write(QUESTION, chat=200)
    await telegram.receives(chat=200)
    assert telegram.sent(100) == []

    await telegram.receives(chat=100)
    typing = [f for method, f, _ in telegram.calls if method == "sendChatAction"]
    assert sum(fields["chat_id"] == "100" for fields in typing) == 2


async def test_a_japanese_question_is_answered_in_a_japanese_frame(telegram: Telegram) -> None:
    await telegram.write("日本車の関税はいくらですか？")
    (text,) = await telegram.receives()

    assert "2026年11月22日時点の情報です。" in text
    assert "<b>出典</b>" in text


async def test_in_a_group_the_bot_replies_to_ask_alone(telegram: Telegram) -> None:
    await telegram.write("What do you think of copper?", chat=-300)
    await telegram.write("/nonsense", chat=-300)
    await telegram.write(f"/ask@lodestone_bot {QUESTION}", chat=-300)
    await telegram.receives(chat=-300)

    (reply,) = telegram.sent(-300)
    assert '"message_id": 3' in reply["reply_parameters"]
