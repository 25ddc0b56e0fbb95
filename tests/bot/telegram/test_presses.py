# ruff: noqa: ANN401 - messages are made of whatever keys Telegram has
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from telegram.ext import CallbackQueryHandler

from bot.state import Keyboard
from bot.telegram.presses import Press, PressRouter
from tests.bot.telegram.conftest import Desk

OTHER = 300


class Pressing:
    """A router with one action, and a keyboard of person 100 in chat 100."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.pressed: list[tuple[str | None, dict[str, Any]]] = []
        self.says: str | None = None
        self.number = 500
        router = PressRouter(desk.services.state, desk.services.gate.known)
        router.on("useful", self.useful)
        desk.application.add_handler(CallbackQueryHandler(router.handle), group=-1)
        # The application's own comes after ours in every other group; it would answer once more.
        desk.application.handlers[0] = [
            handler
            for handler in desk.application.handlers[0]
            if not isinstance(handler, CallbackQueryHandler)
        ]

    async def useful(self, press: Press) -> None:
        self.pressed.append((press.choice, press.payload))
        if self.says:
            await press.toast(self.says)

    async def make(self, **changes: Any) -> Keyboard:
        wanted: dict[str, Any] = {"chat_id": 100, "owner_id": 100, "payload": {"turn": "t"}}
        return await self.desk.services.state.buttons.make("useful", **(wanted | changes))

    async def press(self, data: str, *, user: int = 100, chat: int = 100) -> str | None:
        """Press a button; what was shown for a moment, None for nothing."""
        self.number += 1
        person = {"id": user, "is_bot": False, "first_name": "Ada", "language_code": "en"}
        message = {"message_id": 9, "date": 1, "chat": {"id": chat, "type": "private"}, "text": "x"}
        query = {
            "id": str(self.number), "from": person, "chat_instance": "1", "data": data,
            "message": message,
        }  # fmt: skip
        await self.desk.receive({"update_id": self.number, "callback_query": query})
        await self.desk.settled()
        answers = [p for name, p in self.desk.request.calls if name == "answerCallbackQuery"]
        assert len(answers) == self.number - 500, "each press is answered once"
        return answers[-1].get("text")


@pytest.fixture
def pressing(desk: Desk) -> Pressing:
    return Pressing(desk)


async def test_a_press_reaches_its_handler_with_what_the_button_stands_for(
    pressing: Pressing,
) -> None:
    keyboard = await pressing.make()

    assert await pressing.press(keyboard.data("yes")) is None
    assert pressing.pressed == [("yes", {"turn": "t"})]

    pressing.says = "Thank you"
    assert await pressing.press(keyboard.data("no")) == "Thank you"


async def test_another_persons_button_is_refused_and_one_for_all_is_not(
    pressing: Pressing,
) -> None:
    mine, anyones = await pressing.make(), await pressing.make(owner_id=None)

    told = await pressing.press(mine.data("yes"), user=OTHER)
    assert told == "These buttons belong to someone else."
    assert await pressing.press(anyones.data("yes"), user=OTHER) is None

    assert len(pressing.pressed) == 1


async def test_a_button_works_in_its_own_chat_only(pressing: Pressing) -> None:
    keyboard = await pressing.make()

    assert await pressing.press(keyboard.data(), chat=OTHER) == (
        "These buttons belong to someone else."
    )
    assert pressing.pressed == []


@pytest.mark.parametrize(
    "data",
    ["v1:useful:aaaaaaaaaaaa:yes", "v1:unknown:aaaaaaaaaaaa", "v0:useful:x", "<script>", "x" * 64],
)
async def test_a_button_nobody_knows_any_more_says_so(pressing: Pressing, data: str) -> None:
    assert await pressing.press(data) == "These buttons are too old to work. Please ask again."
    assert pressing.pressed == []


async def test_an_expired_button_says_so(pressing: Pressing) -> None:
    keyboard = await pressing.make(valid=timedelta(minutes=1))
    pressing.desk.clock.now += timedelta(minutes=2)

    assert await pressing.press(keyboard.data()) == (
        "These buttons are too old to work. Please ask again."
    )


async def test_a_press_that_is_too_old_to_be_answered_is_acted_on_all_the_same(
    pressing: Pressing,
) -> None:
    keyboard = await pressing.make()
    pressing.desk.request.refuse_next(
        "answerCallbackQuery", 400, "Bad Request: query is too old and response timeout expired"
    )

    await pressing.press(keyboard.data("yes"))

    assert pressing.pressed == [("yes", {"turn": "t"})]
