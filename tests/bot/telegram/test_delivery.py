from __future__ import annotations

import logging

import pytest

from bot.telegram.delivery import ATTEMPTS, Courier
from bot.telegram.incoming import Place
from tests.bot.telegram.conftest import Desk

HERE = Place(100)
TOO_MANY = "Too Many Requests: retry after 7"


@pytest.fixture
def courier(desk: Desk) -> Courier:
    return desk.services.courier


async def test_parts_go_out_in_order_and_only_the_first_is_a_reply(
    desk: Desk, courier: Courier
) -> None:
    assert await courier.send(desk.bot, Place(-5, thread_id=3, reply_to=9), ["<b>one</b>", "two"])

    first, second = desk.request.sent()
    assert (first["text"], second["text"]) == ("<b>one</b>", "two")
    assert first["reply_parameters"]["message_id"] == 9
    assert "reply_parameters" not in second
    assert first["message_thread_id"] == second["message_thread_id"] == 3


async def test_a_message_whose_markup_is_refused_is_sent_plain(
    desk: Desk, courier: Courier
) -> None:
    desk.request.refuse_next("sendMessage", 400, "Bad Request: can't parse entities: bad tag")

    assert await courier.send(desk.bot, HERE, ["<b>15% &amp; more</b>"])

    again = desk.request.sent()[1]
    assert again["text"] == "15% & more"
    assert "parse_mode" not in again


async def test_a_flood_wait_is_sat_out(desk: Desk, courier: Courier) -> None:
    desk.request.refuse_next("sendMessage", 429, TOO_MANY, retry_after=7)

    assert await courier.send(desk.bot, HERE, ["text"])

    assert desk.pauses == [7.0]
    assert len(desk.request.sent()) == 2


async def test_a_flood_wait_holds_up_its_own_chat_only(desk: Desk, courier: Courier) -> None:
    desk.request.refuse_next("sendMessage", 429, TOO_MANY, retry_after=7)

    await courier.send(desk.bot, HERE, ["late"])
    await courier.send(desk.bot, Place(200), ["at once"])

    assert desk.pauses == [7.0]


async def test_tries_are_bounded_and_the_loss_is_logged(
    desk: Desk, courier: Courier, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(ATTEMPTS + 1):
        desk.request.refuse_next("sendMessage", 429, TOO_MANY, retry_after=7)

    assert not await courier.send(desk.bot, HERE, ["text", "never tried"])

    assert len(desk.request.sent()) == ATTEMPTS
    assert caplog.messages == [f"chat 100: message not sent in {ATTEMPTS} tries"]


async def test_a_wait_of_hours_is_not_sat_out(
    desk: Desk, courier: Courier, caplog: pytest.LogCaptureFixture
) -> None:
    desk.request.refuse_next("sendMessage", 429, "Too Many Requests", retry_after=7200)

    assert not await courier.send(desk.bot, HERE, ["text"])

    assert desk.pauses == []
    assert "asks to wait 7200 s" in caplog.text


async def test_a_bot_that_was_blocked_falls_silent(
    desk: Desk, courier: Courier, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    desk.request.refuse_next("sendMessage", 403, "Forbidden: bot was blocked by the user")

    assert not await courier.send(desk.bot, HERE, ["one", "two"])

    assert len(desk.request.sent()) == 1
    assert caplog.messages == []


async def test_a_message_that_already_reads_so_counts_as_delivered(
    desk: Desk, courier: Courier
) -> None:
    desk.request.refuse_next("sendMessage", 400, "Bad Request: message is not modified")

    assert await courier.send(desk.bot, HERE, ["text"])

    assert len(desk.request.sent()) == 1


async def test_a_group_that_became_a_supergroup_is_followed(desk: Desk, courier: Courier) -> None:
    desk.request.refuse_next(
        "sendMessage", 400, "Bad Request: group upgraded", migrate_to_chat_id=-1009
    )

    assert await courier.send(desk.bot, Place(-9), ["one", "two"])

    assert [call["chat_id"] for call in desk.request.sent()] == [-9, -1009, -1009]


async def test_a_server_in_trouble_is_tried_again_at_growing_intervals(
    desk: Desk, courier: Courier
) -> None:
    for status in (502, 500, 504):
        desk.request.refuse_next("sendMessage", status, "Bad Gateway")

    assert await courier.send(desk.bot, HERE, ["text"])

    assert desk.pauses == [1.0, 2.0, 4.0]


async def test_a_server_that_knows_no_preview_option_gets_none_from_then_on(
    desk: Desk, courier: Courier
) -> None:
    desk.request.refuse_next(
        "sendMessage", 400, "Bad Request: link_preview_options is not supported yet"
    )

    assert await courier.send(desk.bot, HERE, ["one", "two"])

    assert ["link_preview_options" in call for call in desk.request.sent()] == [True, False, False]


async def test_any_other_refusal_is_logged_and_not_repeated(
    desk: Desk, courier: Courier, caplog: pytest.LogCaptureFixture
) -> None:
    desk.request.refuse_next("sendMessage", 400, "Bad Request: chat not found")

    assert not await courier.send(desk.bot, HERE, ["text"])

    assert len(desk.request.sent()) == 1
    assert caplog.messages == ["chat 100: message refused: Chat not found"]
