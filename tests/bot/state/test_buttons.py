from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.state import Dialogue, PressData, State, Use, read_press
from bot.state.buttons import Keyboard
from bot.state.dialogues import VALID
from bot.telegram.queues.letters import LONGEST_CALLBACK_DATA
from tests.bot.telegram.conftest import Clock


async def test_a_button_finds_what_it_stands_for(state: State) -> None:
    keyboard = await state.buttons.make("useful", chat_id=5, owner_id=6, payload={"turn": "t"})

    pressed = read_press(keyboard.data("yes"))
    assert pressed
    found = await state.buttons.find(pressed)

    assert found
    assert (found.action, found.chat_id, found.owner_id, found.payload) == (
        "useful", 5, 6, {"turn": "t"},
    )  # fmt: skip
    assert (pressed.choice, found.expired) == ("yes", False)


async def test_a_button_of_another_action_finds_nothing(state: State) -> None:
    keyboard = await state.buttons.make("useful", chat_id=5, owner_id=6)

    assert await state.buttons.find(PressData("delete", keyboard.row_id, None)) is None


async def test_a_keyboard_is_expired_and_then_gone(state: State, clock: Clock) -> None:
    keyboard = await state.buttons.make("x", chat_id=5, owner_id=6, valid=timedelta(days=1))
    pressed = read_press(keyboard.data())
    assert pressed
    clock.now += timedelta(days=2)

    found = await state.buttons.find(pressed)
    assert found
    assert found.expired
    await state.batcher.write(state.prune)
    assert await state.buttons.find(pressed) is None


@pytest.mark.parametrize(
    "data",
    [None, "", "x", "v2:useful:aaaaaaaaaaaa", "v1:useful:short", "v1:USEFUL:aaaaaaaaaaaa",
     "v1:useful:aaaaaaaaaaaa:", "v1:useful:aaaaaaaaaaaa:yes:no", "v1:useful:aaaaaaaaaaaa:y\n"],
)  # fmt: skip
def test_data_that_is_none_of_ours_reads_as_nothing(data: str | None) -> None:
    assert read_press(data) is None


@given(
    st.from_regex(r"[a-z][a-z0-9-]{0,15}", fullmatch=True),
    st.none() | st.from_regex(r"[a-zA-Z0-9_.-]{1,20}", fullmatch=True),
)
def test_data_is_read_as_it_was_made_and_fits_a_button(action: str, choice: str | None) -> None:
    data = Keyboard(action, "abcdefghijkl").data(choice)

    assert read_press(data) == PressData(action, "abcdefghijkl", choice)
    assert len(data.encode()) <= LONGEST_CALLBACK_DATA


@pytest.mark.parametrize("choice", ["x" * 21, "a b", "é", "a:b"])
def test_a_choice_that_no_button_can_carry_is_refused(choice: str) -> None:
    with pytest.raises(ValueError, match="no button"):
        Keyboard("x", "abcdefghijkl").data(choice)


async def test_a_dialogue_goes_on_from_its_latest_step_only(state: State) -> None:
    begun = await state.dialogues.save(
        Dialogue(chat_id=5, user_id=6, kind="allocate", step="age", data={"a": 1})
    )
    assert begun
    gone_on = await state.dialogues.save(begun.model_copy(update={"step": "risk"}))

    assert gone_on
    assert await state.dialogues.save(begun.model_copy(update={"step": "stale"})) is None
    found = await state.dialogues.get("allocate", chat_id=5, user_id=6)
    assert found == gone_on
    assert (gone_on.step, gone_on.version, gone_on.data) == ("risk", 2, {"a": 1})

    await state.dialogues.end(gone_on)
    assert await state.dialogues.get("allocate", chat_id=5, user_id=6) is None


async def test_a_dialogue_that_nobody_goes_on_with_can_be_begun_anew(
    state: State, clock: Clock
) -> None:
    dialogue = Dialogue(chat_id=5, user_id=6, kind="allocate", step="age")
    await state.dialogues.save(dialogue)
    assert await state.dialogues.save(dialogue) is None
    clock.now += VALID + timedelta(hours=1)

    assert await state.dialogues.get("allocate", chat_id=5, user_id=6) is None
    assert await state.dialogues.save(dialogue)


async def test_a_persons_keyboards_and_dialogues_are_removed_on_request(state: State) -> None:
    keyboard = await state.buttons.make("x", chat_id=5, owner_id=6)
    await state.dialogues.save(Dialogue(chat_id=5, user_id=6, kind="k", step="s"))

    await state.batcher.write(lambda session: state.forget(session, 6))

    assert await state.buttons.find(PressData("x", keyboard.row_id, None)) is None
    assert await state.dialogues.get("k", chat_id=5, user_id=6) is None


async def test_what_is_over_the_limit_is_said_to_be_over_for_the_first_time_once(
    state: State, clock: Clock
) -> None:
    used = [(await state.quotas.use(person=2))[0] for _ in range(4)]
    assert used == [Use.WITHIN, Use.WITHIN, Use.FIRST_OVER, Use.OVER]

    clock.now += timedelta(hours=1)
    assert (await state.quotas.use(person=2))[0] is Use.WITHIN


async def test_counts_outlast_a_restart_and_add_up_over_processes(
    state: State, clock: Clock
) -> None:
    other = State(state.batcher, clock=clock)
    for _ in range(2):
        await state.quotas.use(person=3)
        await other.quotas.use(person=3)
    await state.quotas.write_down()
    await other.quotas.write_down()

    fresh = State(state.batcher, clock=clock)
    assert await fresh.quotas.use(person=3, group=9) == (Use.OVER, "person")


async def test_without_a_limit_nothing_is_counted(state: State) -> None:
    assert await state.quotas.use(person=0) == (Use.WITHIN, "")
