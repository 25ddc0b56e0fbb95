from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from corpus.errors import ModelError
from retrieval.answer import Answer, Question
from tests.bot.telegram.conftest import Desk, example_answer


async def test_plain_text_in_a_private_chat_is_answered_with_sources(desk: Desk) -> None:
    await desk.say("What tariff do Japanese cars pay today?")

    assert [q.question for q in desk.asked] == ["What tariff do Japanese cars pay today?"]
    (call,) = desk.request.sent()
    assert call["parse_mode"] == "HTML"
    assert call["link_preview_options"] == {"is_disabled": True}
    assert "<blockquote expandable>" in call["text"]
    assert "reply_parameters" not in call


async def test_typing_is_shown_before_the_answer_comes(desk: Desk) -> None:
    await desk.say("What tariff do Japanese cars pay today?")

    names = [name for name, _ in desk.request.calls]
    assert names.index("sendChatAction") < names.index("sendMessage")


@pytest.mark.parametrize(
    ("command", "start"),
    [("/start", "Hello. I am Lodestone"), ("/help", "Write a question in your own words")],
)
async def test_a_page_is_shown_in_english_or_japanese(desk: Desk, command: str, start: str) -> None:
    await desk.say(command)
    await desk.say(command, language="ja")
    await desk.say(command, language=None)

    english, japanese, unknown = desk.texts
    assert english.startswith(start)
    assert "関税" in japanese or "ご質問" in japanese
    assert unknown == english


async def test_a_question_after_ask_is_answered(desk: Desk) -> None:
    await desk.say("/ask What is\nthe rate?")

    assert [q.question for q in desk.asked] == ["What is\nthe rate?"]


async def test_ask_without_a_question_says_how_to_ask(desk: Desk) -> None:
    await desk.say("/ask")

    assert desk.texts == [
        "Write the question after the command: /ask What tariff do Japanese cars pay today?"
    ]


async def test_an_unknown_command_gets_one_line(desk: Desk) -> None:
    await desk.say("/frobnicate now")

    assert desk.texts == ["I do not know that command. /help lists the ones I know."]
    assert desk.asked == []


async def test_allocate_says_that_it_is_not_there_yet(desk: Desk) -> None:
    await desk.say("/allocate")

    assert len(desk.texts) == 1
    assert "still being built" in desk.texts[0]
    assert desk.asked == []


@pytest.mark.parametrize(
    "content",
    [
        {"sticker": {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1,
                     "height": 1, "is_animated": False, "is_video": False}},
        {"photo": [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}],
         "caption": "What is this?"},
        {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 1}},
        {"contact": {"phone_number": "1", "first_name": "A"}},
    ],
    ids=["sticker", "photo", "voice", "contact"],
)  # fmt: skip
async def test_what_is_not_text_gets_one_polite_line(desk: Desk, content: dict[str, Any]) -> None:
    await desk.bring(content)

    assert desk.texts == ["I can only read text. Please write your question."]


async def test_an_album_gets_one_line_not_one_for_each_picture(desk: Desk) -> None:
    photo = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
    for _ in range(3):
        await desk.bring({"photo": photo, "media_group_id": "album"})

    assert len(desk.texts) == 1


async def test_what_telegram_writes_into_a_chat_gets_no_reply(desk: Desk) -> None:
    await desk.bring({"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}})

    assert desk.texts == []


async def test_an_edit_is_ignored(desk: Desk) -> None:
    await desk.bring({"text": "What is the rate?", "edit_date": 2}, update_kind="edited_message")

    assert desk.texts == []
    assert desk.asked == []


async def test_in_a_group_what_is_not_said_to_the_bot_is_not_heard(desk: Desk) -> None:
    group: dict[str, Any] = {"chat": -200, "kind": "supergroup"}
    for text in ("What is the rate?", "/start", "/unknown", "/invite", "/start@other_bot"):
        await desk.say(text, **group)
    await desk.bring({"sticker": None, "text": "hello"}, **group)
    assert desk.texts == []

    await desk.say("/ask@lodestone_test_bot What is the rate?", **group)

    (call,) = desk.request.sent()
    assert call["chat_id"] == -200
    assert call["reply_parameters"] == {"message_id": 7, "allow_sending_without_reply": True}


async def test_a_command_for_another_bot_is_not_ours(desk: Desk) -> None:
    await desk.say("/ask@another_bot What is the rate?", chat=-200, kind="group")

    assert desk.texts == []


async def test_a_question_in_a_forum_topic_is_answered_in_that_topic(desk: Desk) -> None:
    content = {
        "text": "/ask What is the rate?",
        "entities": [{"type": "bot_command", "offset": 0, "length": 4}],
        "message_thread_id": 42,
        "is_topic_message": True,
    }
    await desk.bring(content, chat=-200, kind="supergroup")

    assert desk.request.sent()[0]["message_thread_id"] == 42


@pytest.mark.parametrize("text", ["🤷", "…", "\u200b\u200b", "?!"])
async def test_a_question_without_words_gets_the_one_line_that_says_so(
    desk: Desk, text: str
) -> None:
    await desk.say(text)

    assert desk.texts == ["I see no words in that question. Please write what you want to know."]
    assert desk.asked == []


async def test_a_question_that_is_too_long_is_told_its_length(desk: Desk) -> None:
    await desk.say("tariff " * 1000)

    assert desk.texts == ["That question has 7,000 characters. Please ask in at most 4,096."]


async def test_the_next_question_carries_the_turns_before_it(desk: Desk) -> None:
    await desk.say("What is the rate?")
    await desk.say("And before?")
    await desk.say("Other person's first", chat=300, user=300)

    second, other = desk.asked[1:]
    assert [turn.question for turn in second.history] == ["What is the rate?"]
    assert second.history[0].answer.startswith("The rate is 15%")
    assert other.history == ()


async def test_in_a_group_the_turns_are_shared_but_not_with_another_topic_or_chat(
    desk: Desk,
) -> None:
    await desk.say("/ask What is the rate?", chat=-200, kind="group", user=1)
    await desk.say("/ask And before?", chat=-200, kind="group", user=2)
    await desk.say("/ask Elsewhere?", chat=-300, kind="group", user=1)
    await desk.say("In private?", chat=1, user=1)

    assert [turn.question for turn in desk.asked[1].history] == ["What is the rate?"]
    assert [asked.history for asked in desk.asked[2:]] == [(), ()]


async def test_memory_of_a_chat_is_bounded(desk: Desk) -> None:
    for n in range(12):
        await desk.say(f"Question {n}?")

    assert [turn.question for turn in desk.asked[-1].history] == [
        f"Question {n}?" for n in range(5, 11)
    ]


async def test_sources_shows_the_collection_until_there_is_an_answer(desk: Desk) -> None:
    await desk.say("/sources")
    await desk.say("What is the rate?")
    await desk.say("/sources")
    await desk.say("/sources all")
    await desk.say("/sources copper 232")

    glance, _, last, again, found = desk.texts
    assert glance.startswith("<b>What I know</b>")
    assert last.startswith("<b>Sources of the last answer</b>\n<i>What is the rate?</i>")
    assert "“The rate is 15% from 16 September 2025.”" in last
    assert again == glance
    assert found.startswith("<b>Documents on “copper 232”")


async def test_question_and_answer_are_in_the_journal_with_who_and_where(desk: Desk) -> None:
    await desk.say("What is the rate?", chat=100, user=5)

    ((question, answer, channel, chat, user),) = desk.journal.kept
    assert (channel, chat, user) == ("telegram", 100, 5)
    assert answer.question_id == question.id


class BrokenJournal:
    def record(self, question: Question, answer: Answer, **where: object) -> None:
        raise OSError("the disk is full")

    def record_failure(self, question: Question, error_text: str, **where: object) -> None:
        raise OSError("the disk is full")


async def test_an_answer_goes_out_though_the_journal_fails(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.journal = BrokenJournal()

    await desk.say("What is the rate?")

    assert "15%" in desk.texts[0]
    assert "not in the journal: the disk is full" in caplog.text


async def test_a_question_that_failed_is_in_the_journal_too(desk: Desk) -> None:
    def fail(question: Question) -> Answer:
        raise ModelError("the model is missing")

    desk.chain = fail
    await desk.say("What is the rate?")

    assert desk.journal.failed == [("What is the rate?", "the model is missing")]


async def test_a_failure_is_told_once_with_a_reference_that_stands_in_the_log(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(question: Question) -> Answer:
        raise ZeroDivisionError("a <secret> detail")

    desk.chain = fail
    await desk.say("What is the rate?")

    (text,) = desk.texts
    reference = text.rsplit(": ", 1)[1]
    (record,) = [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert record.getMessage().startswith(
        f"update 1 failed, reference {reference}: ZeroDivisionError: a <secret> detail (test_"
    )
    assert "secret" not in text
    assert "Traceback" not in caplog.text


async def test_an_error_we_can_explain_is_logged_in_its_own_words(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(question: Question) -> Answer:
        raise ModelError("the model is missing: install it")

    desk.chain = fail
    await desk.say("料率は？", language="ja")

    assert caplog.messages[-1].endswith(": the model is missing: install it")
    assert desk.texts[0].startswith("こちらの不具合で")


async def test_one_chat_is_answered_in_order_while_others_go_ahead(desk: Desk) -> None:
    gate = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow_for_the_first(question: Question) -> Answer:
        if question.question == "first":
            asyncio.run_coroutine_threadsafe(gate.wait(), loop).result(timeout=10)
        return example_answer(question, text=question.question, claims=())

    desk.chain = slow_for_the_first
    for text, chat in [("first", 1), ("second", 1), ("elsewhere", 2)]:
        await desk.put({"text": text}, chat=chat)

    async with asyncio.timeout(10):
        while not desk.texts:  # noqa: ASYNC110 - the offline line to Telegram tells nobody
            await asyncio.sleep(0.01)
    assert [text.split("\n")[0] for text in desk.texts] == ["elsewhere"]
    gate.set()
    await desk.settled()
    assert [text.split("\n")[0] for text in desk.texts] == ["elsewhere", "first", "second"]
