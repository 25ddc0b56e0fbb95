from __future__ import annotations

import logging

import pytest
from sqlalchemy import select

from bot.telegram.queues import Place
from bot.telegram.queues.schema import OutboxRow
from bot.telegram.runtime.sending import FLOOD_ATTEMPTS
from tests.bot.telegram.conftest import Desk

HERE = Place(100)
TOO_MANY = "Too Many Requests: retry after 7"


async def send(desk: Desk, place: Place, parts: list[str]) -> str | None:
    """Send a letter and wait for its end; why it was given up, None where it is out."""
    await desk.services.courier.send(place, parts)
    await desk.settled()
    return await desk.services.state.batcher.read(
        lambda session: session.scalar(select(OutboxRow.failure).order_by(OutboxRow.number.desc()))
    )


async def test_parts_go_out_in_order_and_only_the_first_is_a_reply(desk: Desk) -> None:
    assert await send(desk, Place(-5, thread_id=3, reply_to=9), ["<b>one</b>", "two"]) is None

    first, second = desk.request.sent()
    assert (first["text"], second["text"]) == ("<b>one</b>", "two")
    assert first["reply_parameters"]["message_id"] == 9
    assert "reply_parameters" not in second
    assert first["message_thread_id"] == second["message_thread_id"] == 3


async def test_a_message_whose_markup_is_refused_is_sent_plain(desk: Desk) -> None:
    desk.request.refuse_next("sendMessage", 400, "Bad Request: can't parse entities: bad tag")

    assert await send(desk, HERE, ["<b>15% &amp; more</b>"]) is None

    again = desk.request.sent()[1]
    assert again["text"] == "15% & more"
    assert "parse_mode" not in again


async def test_a_flood_wait_is_sat_out(desk: Desk) -> None:
    desk.request.refuse_next("sendMessage", 429, TOO_MANY, retry_after=7)

    assert await send(desk, HERE, ["text"]) is None

    assert desk.pauses == [7.0]
    assert len(desk.request.sent()) == 2


async def test_a_flood_wait_holds_up_its_own_chat_only(desk: Desk) -> None:
    desk.request.refuse_next("sendMessage", 429, TOO_MANY, retry_after=7)

    await send(desk, HERE, ["late"])
    await send(desk, Place(200), ["at once"])

    assert desk.pauses == [7.0]


async def test_tries_are_bounded_and_the_loss_is_logged(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(FLOOD_ATTEMPTS + 1):
        desk.request.refuse_next("sendMessage", 429, TOO_MANY, retry_after=7)

    assert await send(desk, HERE, ["text", "never tried"])

    assert len(desk.request.sent()) == FLOOD_ATTEMPTS
    assert caplog.messages == [f"chat 100: message not sent in {FLOOD_ATTEMPTS} tries"]


async def test_a_wait_of_hours_is_not_sat_out(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.request.refuse_next("sendMessage", 429, "Too Many Requests", retry_after=7200)

    assert await send(desk, HERE, ["text"])

    assert desk.pauses == []
    assert "asks to wait 7200 s" in caplog.text


async def test_a_bot_that_was_blocked_falls_silent(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    desk.request.refuse_next("sendMessage", 403, "Forbidden: bot was blocked by the user")

    assert await send(desk, HERE, ["one", "two"])

    assert len(desk.request.sent()) == 1
    assert caplog.messages == []


async def test_a_message_that_already_reads_so_counts_as_delivered(desk: Desk) -> None:
    desk.request.refuse_next("sendMessage", 400, "Bad Request: message is not modified")

    assert await send(desk, HERE, ["text"]) is None

    assert len(desk.request.sent()) == 1


async def test_a_group_that_became_a_supergroup_is_followed(desk: Desk) -> None:
    desk.request.refuse_next(
        "sendMessage", 400, "Bad Request: group upgraded", migrate_to_chat_id=-1009
    )

    assert await send(desk, Place(-9), ["one", "two"]) is None

    assert [call["chat_id"] for call in desk.request.sent()] == [-9, -1009, -1009]


async def test_a_server_in_trouble_is_tried_again_at_growing_intervals(desk: Desk) -> None:
    for status in (502, 500, 504):
        desk.request.refuse_next("sendMessage", status, "Bad Gateway")

    assert await send(desk, HERE, ["text"]) is None

    assert desk.pauses == [1.0, 2.0, 4.0]


async def test_a_server_that_knows_no_preview_option_gets_none_from_then_on(desk: Desk) -> None:
    desk.request.refuse_next(
        "sendMessage", 400, "Bad Request: link_preview_options is not supported yet"
    )

    assert await send(desk, HERE, ["one", "two"]) is None

    assert ["link_preview_options" in call for call in desk.request.sent()] == [True, False, False]


async def test_any_other_refusal_is_logged_and_not_repeated(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.request.refuse_next("sendMessage", 400, "Bad Request: chat not found")

    assert await send(desk, HERE, ["text"])

    assert len(desk.request.sent()) == 1
    assert caplog.messages == ["chat 100: message refused: Chat not found"]
