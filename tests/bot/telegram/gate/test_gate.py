from __future__ import annotations

from typing import Any

import pytest
from telegram import Update
from telegram.ext import ContextTypes, TypeHandler

from bot.state import Role
from bot.telegram.gate import AccessRules
from tests.bot.telegram.conftest import Desk

OWNER, STRANGER = 1, 66
USER = {"id": STRANGER, "is_bot": False, "first_name": "Eve", "language_code": "en"}
PRIVATE = {"id": STRANGER, "type": "private"}
GROUP = {"id": -500, "type": "supergroup", "title": "Elsewhere"}
MESSAGE = {"message_id": 1, "date": 1, "chat": PRIVATE, "from": USER, "text": "What is the rate?"}
BOT = {"id": 7, "is_bot": True, "first_name": "Lodestone", "username": "lodestone_test_bot"}
MEMBER = {
    "chat": GROUP, "from": USER, "date": 1,
    "old_chat_member": {"user": BOT, "status": "left"},
    "new_chat_member": {"user": BOT, "status": "member"},
}  # fmt: skip
OTHER_MEMBER = {
    "chat": GROUP, "from": USER, "date": 1,
    "old_chat_member": {"user": USER, "status": "left"},
    "new_chat_member": {"user": USER, "status": "member"},
}  # fmt: skip

EVERY_KIND: dict[str, dict[str, Any]] = {
    "message": MESSAGE,
    "edited_message": {**MESSAGE, "edit_date": 2},
    "channel_post": {**MESSAGE, "chat": {"id": -9, "type": "channel", "title": "C"}},
    "guest_message": {**MESSAGE, "chat": GROUP, "guest_query_id": "1"},
    "callback_query": {"id": "1", "from": USER, "chat_instance": "1", "data": "v1:x:aaaaaaaaaaaa",
                       "message": {**MESSAGE, "from": BOT}},
    "callback_query of an inline message": {"id": "1", "from": USER, "chat_instance": "1",
                                            "data": "x", "inline_message_id": "1"},
    "inline_query": {"id": "1", "from": USER, "query": "copper", "offset": ""},
    "chosen_inline_result": {"result_id": "1", "from": USER, "query": "copper"},
    "message_reaction": {"chat": PRIVATE, "message_id": 1, "date": 1, "user": USER,
                         "old_reaction": [], "new_reaction": []},
    "my_chat_member": MEMBER,
    "chat_member": OTHER_MEMBER,
    "chat_join_request": {"chat": GROUP, "from": USER, "user_chat_id": STRANGER, "date": 1},
    "poll_answer": {"poll_id": "1", "user": USER, "option_ids": [0],
                    "option_persistent_ids": ["0"]},
    "message in a group": {**MESSAGE, "chat": GROUP, "text": "/ask What?",
                           "entities": [{"type": "bot_command", "offset": 0, "length": 4}]},
    "message of a bot": {**MESSAGE, "from": {**USER, "is_bot": True}},
}  # fmt: skip


@pytest.fixture
def reached(desk: Desk) -> list[int]:
    """The numbers of the updates that got past the gate."""
    numbers: list[int] = []

    async def note(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        del context
        numbers.append(update.update_id)

    desk.application.add_handler(TypeHandler(Update, note), group=-99)
    return numbers


def update_of(kind: str, number: int = 1) -> dict[str, Any]:
    return {"update_id": number, kind.split(maxsplit=1)[0]: EVERY_KIND[kind]}


@pytest.mark.parametrize("rules", [AccessRules("allow-list", frozenset({OWNER})),
                                   AccessRules("invite", frozenset({OWNER}))])  # fmt: skip
@pytest.mark.parametrize("kind", EVERY_KIND)
async def test_nothing_of_a_stranger_reaches_a_handler(
    desk: Desk, reached: list[int], kind: str
) -> None:
    await desk.receive(update_of(kind))
    await desk.settled()

    assert reached == []
    assert desk.asked == []
    methods = {name for name, _ in desk.request.calls} - {"getMe"}
    assert methods <= {"sendMessage", "answerCallbackQuery", "answerInlineQuery", "leaveChat"}
    assert desk.services.gate.turned_away == 1


@pytest.mark.parametrize("kind", [k for k in EVERY_KIND if k != "message of a bot"])
async def test_an_open_bot_lets_everyone_through(desk: Desk, reached: list[int], kind: str) -> None:
    await desk.receive(update_of(kind))
    await desk.settled()

    assert reached == ([] if kind == "channel_post" else [1])


async def test_a_blocked_person_is_not_answered_at_all(desk: Desk, reached: list[int]) -> None:
    await desk.services.state.people.change(STRANGER, blocked=True)

    for number, kind in enumerate(("message", "inline_query", "message in a group"), start=1):
        await desk.receive(update_of(kind, number))
    await desk.settled()

    assert reached == []
    assert desk.texts == []


async def test_people_who_talk_to_each_other_are_not_noted(desk: Desk) -> None:
    await desk.say("just talking", chat=-5, kind="supergroup", user=10)
    await desk.say("/ask What is the rate?", chat=-5, kind="supergroup", user=11)

    people = desk.services.state.people
    assert await people.get(10) is None
    assert await people.get(11)


class TestAllowList:
    @pytest.fixture
    def rules(self) -> AccessRules:
        return AccessRules("allow-list", frozenset({OWNER}))

    async def test_a_stranger_is_told_once_a_day_how_to_be_let_in(self, desk: Desk) -> None:
        for _ in range(3):
            await desk.say("hello", chat=STRANGER, user=STRANGER)

        assert desk.texts == [
            "This assistant is open to listed people only. To be listed, give its operator your "
            f"Telegram number: {STRANGER}."
        ]

    async def test_who_is_allowed_may_ask_and_who_is_blocked_may_not(self, desk: Desk) -> None:
        await desk.say(f"/allow {STRANGER}", chat=OWNER, user=OWNER)
        await desk.say("What is the rate?", chat=STRANGER, user=STRANGER)
        await desk.say(f"/block {STRANGER}", chat=OWNER, user=OWNER)
        await desk.say("And before?", chat=STRANGER, user=STRANGER)

        assert [q.question for q in desk.asked] == ["What is the rate?"]
        assert desk.texts[0] == f"{STRANGER}: allowed"
        assert desk.texts[-1] == f"{STRANGER}: blocked"

    async def test_a_group_that_is_not_listed_is_left_and_a_listed_one_may_ask(
        self, desk: Desk
    ) -> None:
        await desk.receive(update_of("my_chat_member", 900))
        await desk.settled()
        assert [c for c in desk.request.calls if c[0] == "leaveChat"] == [
            ("leaveChat", {"chat_id": -500})
        ]

        await desk.say("/allow -500", chat=OWNER, user=OWNER)
        await desk.say("/ask What is the rate?", chat=-500, kind="supergroup", user=STRANGER)
        assert len(desk.asked) == 1

    async def test_a_group_that_an_administrator_brings_the_bot_into_is_listed(
        self, desk: Desk
    ) -> None:
        change = {**MEMBER, "from": {**USER, "id": OWNER}}
        await desk.receive({"update_id": 900, "my_chat_member": change})
        await desk.say("/ask What is the rate?", chat=-500, kind="supergroup", user=STRANGER)

        assert len(desk.asked) == 1

    async def test_an_administrator_is_not_locked_out(self, desk: Desk) -> None:
        await desk.services.state.people.change(OWNER, blocked=True)
        await desk.say("What is the rate?", chat=OWNER, user=OWNER)

        assert len(desk.asked) == 1


class TestInvitations:
    @pytest.fixture
    def rules(self) -> AccessRules:
        return AccessRules("invite", frozenset({OWNER}))

    async def test_a_code_lets_in_once_and_gives_its_role(self, desk: Desk) -> None:
        await desk.say("/invite reviewer", chat=OWNER, user=OWNER)
        code = desk.texts[0].split("<code>/start ")[1].split("<")[0]
        assert f"https://t.me/lodestone_test_bot?start={code}" in desk.texts[0]

        await desk.say(f"/start {code}", chat=STRANGER, user=STRANGER)
        await desk.say("What is the rate?", chat=STRANGER, user=STRANGER)
        await desk.say(f"/start {code}", chat=67, user=67)

        assert desk.texts[1].startswith("Hello. I am Lodestone")
        assert len(desk.asked) == 1
        assert desk.texts[-1].startswith("This assistant is open by invitation")
        person = await desk.services.state.people.get(STRANGER)
        assert person
        assert person.role is Role.REVIEWER

    async def test_codes_cannot_be_tried_out_without_end(self, desk: Desk) -> None:
        for number in range(25):
            await desk.say(f"/start WRONG{number}", chat=STRANGER, user=STRANGER)
        invite = await desk.services.state.invites.make(OWNER, role=Role.MEMBER, uses=1)
        await desk.say(f"/start {invite.code}", chat=STRANGER, user=STRANGER)

        assert len(desk.texts) == 1
        desk.clock.now = desk.clock.now.replace(hour=desk.clock.now.hour + 2)
        await desk.say(f"/start {invite.code}", chat=STRANGER, user=STRANGER)
        assert desk.texts[-1].startswith("Hello. I am Lodestone")

    async def test_a_stranger_is_told_in_their_language(self, desk: Desk) -> None:
        await desk.say("こんにちは", chat=STRANGER, user=STRANGER, language="ja")

        assert desk.texts[0].startswith("このアシスタントは招待制です")


class TestQuotas:
    @pytest.fixture
    def rules(self) -> AccessRules:
        return AccessRules(person_an_hour=2, group_an_hour=3)

    async def test_over_the_limit_one_line_is_said_and_then_nothing(self, desk: Desk) -> None:
        for _ in range(5):
            await desk.say("What is the rate?")
        await desk.say("What is the rate?", chat=300, user=300)

        assert len(desk.asked) == 3
        told = [text for text in desk.texts if "more than" in text]
        assert told == [
            "You have sent more than 2 messages this hour. Please come back in the next one."
        ]

    async def test_a_group_has_a_limit_of_its_own_for_what_is_said_to_the_bot(
        self, desk: Desk
    ) -> None:
        for user in range(10, 15):
            await desk.say("just talking", chat=-5, kind="supergroup", user=user)
            await desk.say("/ask What is the rate?", chat=-5, kind="supergroup", user=user)

        assert len(desk.asked) == 3
        assert desk.texts[-1].startswith("This group has sent me more than 3 messages")

    async def test_inline_queries_and_presses_have_a_wider_limit(self, desk: Desk) -> None:
        for number in range(1, 45):
            await desk.receive(update_of("inline_query", number))
        await desk.receive(update_of("callback_query", 50))
        await desk.settled()

        answered = [data for name, data in desk.request.calls if name == "answerInlineQuery"]
        assert len(answered) == 44
        assert sum("button" not in data for data in answered) == 4  # the gate offers nothing
        assert desk.services.gate.turned_away == 5
        assert desk.texts == []

    async def test_the_limit_holds_over_a_restart(self, desk: Desk) -> None:
        await desk.say("What is the rate?")
        await desk.services.state.quotas.write_down()
        await desk.say("What is the rate?")
        await desk.say("What is the rate?")

        assert len(desk.asked) == 2
