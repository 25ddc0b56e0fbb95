# ruff: noqa: ANN401 - messages are made of whatever keys Telegram has
from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.telegram.queues import read_update
from bot.telegram.queues.updates import URGENT, USUAL

USER = {"id": 5, "is_bot": False, "first_name": "Ada"}
CHAT = {"id": -100, "type": "supergroup"}


def message(text: str, **more: Any) -> dict[str, Any]:
    body = {"message_id": 1, "date": 1, "chat": CHAT, "from": USER, "text": text}
    return {"update_id": 1, "message": body | more}


def test_messages_of_a_chat_share_a_lane_and_others_do_not() -> None:
    first = read_update(message("a"))
    edited = read_update({"update_id": 2, "edited_message": message("a")["message"]})
    elsewhere = read_update(message("a", chat={"id": 9, "type": "private"}))
    assert first
    assert edited
    assert elsewhere

    assert first.lane == edited.lane != elsewhere.lane
    assert (first.chat_id, first.user_id, first.urgency) == (-100, 5, USUAL)


@pytest.mark.parametrize(
    "update",
    [
        {"callback_query": {"id": "1", "from": USER, "message": {"chat": CHAT}, "data": "x"}},
        {"inline_query": {"id": "1", "from": USER, "query": "x", "offset": ""}},
        {"message": message("/cancel")["message"]},
        {"message": message("/cancel@lodestone_bot now")["message"]},
    ],
)
def test_what_someone_waits_for_overtakes_the_messages_of_the_chat(update: dict[str, Any]) -> None:
    found = read_update({"update_id": 1, **update})
    usual = read_update(message("/cancelled?"))
    assert found
    assert usual

    assert found.urgency == URGENT
    assert found.lane != usual.lane
    assert usual.urgency == USUAL


def test_that_the_bot_was_brought_into_a_group_is_known_before_what_is_said_there() -> None:
    joined = read_update({"update_id": 1, "my_chat_member": {"chat": CHAT, "from": USER}})
    said = read_update(message("/ask"))
    assert joined
    assert said

    assert (joined.lane, joined.urgency) == (said.lane, USUAL)


@pytest.mark.parametrize(
    "data",
    [None, 1, "x", [], {}, {"update_id": "1"}, {"update_id": True}, {"update_id": -1},
     {"update_id": 1.5}, {"update_id": 2**63}],
)  # fmt: skip
def test_what_has_no_usable_number_is_no_update(data: object) -> None:
    assert read_update(data) is None


def test_an_update_of_an_unknown_kind_is_kept_as_it_came() -> None:
    data = {"update_id": 3, "brand_new": {"from": {"id": "five"}, "chat": [1]}}

    found = read_update(data)

    assert found
    assert (found.kind, found.chat_id, found.user_id, found.lane) == ("brand_new", None, None, None)
    assert json.loads(found.payload) == data


@pytest.mark.parametrize("key", ["\x00", "Message", "x" * 41, "a b", ""])
def test_a_kind_that_is_no_name_is_unknown(key: str) -> None:
    found = read_update({"update_id": 3, key: {"chat": {"id": 5}}})

    assert found
    assert (found.kind, found.chat_id) == ("unknown", None)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


# How long a busy machine takes to make the first example says nothing of what is tested.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from(["update_id", "message", "callback_query", "x"]), _JSON))
def test_nothing_that_can_be_sent_breaks_the_reading(data: dict[str, Any]) -> None:
    found = read_update(data)

    assert found is None or json.loads(found.payload) == data
