from __future__ import annotations

from datetime import timedelta

from bot.database.batching import Batcher
from bot.state import MemoryKey, State
from bot.state.memory import KEPT, TURNS_REMEMBERED
from retrieval.answer import Question
from tests.bot.telegram.conftest import Clock, example_answer

ALONE = MemoryKey(100, None, 100)
SHARED = MemoryKey(-5, 3, None)


async def remember(
    state: State, key: MemoryKey, asked: str, user: int = 100, message: str | None = None
) -> None:
    answer = example_answer(Question(question=asked), text=f"Answer to {asked}")
    before = await state.memory.of(key)
    await state.memory.remember(key, before, asked, answer, user_id=user, message=message)


async def test_the_last_turns_outlast_a_restart_and_the_oldest_fall_out(
    state: State, clock: Clock
) -> None:
    for number in range(TURNS_REMEMBERED + 2):
        await remember(state, ALONE, f"Question {number}")

    again = State(Batcher(state.batcher.database), clock=clock)
    remembered = await again.memory.of(ALONE)
    await again.batcher.close()

    asked = [turn.question for turn in remembered.turns]
    assert asked == [f"Question {n}" for n in range(2, TURNS_REMEMBERED + 2)]
    assert remembered.last_answer
    assert remembered.last_answer.text == f"Answer to {asked[-1]}"
    assert remembered.last_answer.citations
    assert remembered.last_answer.passages == ()


async def test_chats_topics_and_people_do_not_remember_for_each_other(state: State) -> None:
    await remember(state, MemoryKey(-5, 3, 7), "here")

    for key in (MemoryKey(-5, 4, 7), MemoryKey(-5, 3, 8), MemoryKey(-5, None, 7), SHARED):
        assert (await state.memory.of(key)).turns == ()


async def test_an_edited_message_keeps_its_place_and_the_last_answer_stays_the_last(
    state: State,
) -> None:
    for number in range(3):
        await remember(state, ALONE, f"Question {number}", message=f"100:{number}")
    await remember(state, ALONE, "By a button")
    before = (await state.memory.of(ALONE)).turns_before("100:1")
    assert [turn.question for turn in before] == ["Question 0"]

    await remember(state, ALONE, "Put differently", message="100:1")

    remembered = await state.memory.of(ALONE)
    asked = [turn.question for turn in remembered.turns]
    assert asked == ["Question 0", "Put differently", "Question 2", "By a button"]
    assert remembered.last_answer
    assert remembered.last_answer.text == "Answer to By a button"


async def test_an_edit_of_what_is_no_longer_remembered_is_the_latest(state: State) -> None:
    for number in range(TURNS_REMEMBERED + 1):
        await remember(state, ALONE, f"Question {number}", message=f"100:{number}")

    await remember(state, ALONE, "Put differently", message="100:0")

    remembered = await state.memory.of(ALONE)
    assert remembered.turns[-1].question == "Put differently"
    assert len(remembered.turns) == TURNS_REMEMBERED


async def test_what_is_forgotten_is_gone(state: State) -> None:
    await remember(state, ALONE, "What?")

    await state.memory.clear(ALONE)
    await state.memory.clear(ALONE)

    assert (await state.memory.of(ALONE)).turns == ()


async def test_a_conversation_nobody_goes_on_with_is_forgotten(state: State, clock: Clock) -> None:
    await remember(state, ALONE, "What?")
    clock.now += KEPT + timedelta(hours=1)

    await state.batcher.write(state.prune)

    assert (await state.memory.of(ALONE)).turns == ()


async def test_what_a_person_said_leaves_what_is_shared_too(state: State) -> None:
    await remember(state, SHARED, "mine", user=7)
    await remember(state, SHARED, "yours", user=8)
    await remember(state, MemoryKey(-5, None, 7), "mine too", user=7)

    await state.batcher.write(lambda session: state.forget(session, 7))

    shared = await state.memory.of(SHARED)
    assert [turn.question for turn in shared.turns] == ["yours"]
    assert shared.last_answer is None
    assert (await state.memory.of(MemoryKey(-5, None, 7))).turns == ()
