from __future__ import annotations

from datetime import timedelta

from tests.bot.telegram.talk.conftest import Town, labels

QUESTION = "What is the rate?"


async def test_a_thumb_up_is_kept_and_thanked_for(town: Town) -> None:
    ada = town.telegram.person(100)
    await ada.write(QUESTION)
    (answer,) = await ada.receives()
    pressed = await ada.press(answer, "👍")
    await pressed.wait()
    assert pressed.toast == "Thank you."
    (kept,) = town.journal.feedback_of(100)
    assert (kept.useful, kept.reason, kept.comment) == (True, None, None)


async def test_a_thumb_down_is_kept_at_once_and_then_why(town: Town) -> None:
    ada = town.telegram.person(100)
    await ada.write(QUESTION)
    (answer,) = await ada.receives()
    await ada.press(answer, "👎")
    _, why = await ada.receives(2)
    assert [(k.useful, k.reason) for k in town.journal.feedback_of(100)] == [(False, None)]
    assert labels(why) == [
        "It is wrong",
        "It is out of date",
        "Something is missing",
        "It is hard to understand",
        "Not what I asked",
        "In my own words",
    ]
    await ada.press(why, "It is out of date")
    await town.settled()
    assert why.text.startswith("Noted: It is out of date.")
    assert why.buttons == []
    assert town.journal.feedback_of(100)[0].reason == "out-of-date"


async def test_why_may_be_told_in_ones_own_words(town: Town) -> None:
    ada = town.telegram.person(100)
    await ada.write(QUESTION)
    (answer,) = await ada.receives()
    await ada.press(answer, "👎")
    _, why = await ada.receives(2)
    await ada.press(why, "In my own words")
    await town.settled()
    await ada.write("It forgets <b>trucks</b>.")
    *_, noted = await ada.receives(3)
    assert noted.text.startswith("Noted: In my own words.")
    assert town.journal.feedback_of(100)[0].comment == "It forgets <b>trucks</b>."
    assert len(town.asked) == 1


async def test_cancel_ends_the_waiting_and_the_next_text_is_a_question(town: Town) -> None:
    ada = town.telegram.person(100)
    await ada.write(QUESTION)
    (answer,) = await ada.receives()
    await ada.press(answer, "👎")
    _, why = await ada.receives(2)
    await ada.press(why, "In my own words")
    await town.settled()
    await ada.write("/cancel")
    await ada.receives(3)
    await ada.write("And now?")
    *_, stopped, _ = await ada.receives(4)
    assert stopped.text == "Stopped."
    assert town.asked[-1].text == "And now?"
    await ada.write("/cancel")
    assert (await ada.receives(5))[-1].text == "There is nothing to stop."


async def test_the_command_speaks_of_the_last_answer_and_keeps_the_text(town: Town) -> None:
    ada = town.telegram.person(100)
    await ada.write("/feedback")
    await ada.write(QUESTION)
    await ada.write("/feedback Clear and short")
    nothing, _, which = await ada.receives(3)
    assert nothing.text == "There is no answer yet to say something about."
    assert which.text == f"How was the answer to “{QUESTION}”?"
    await ada.press(which, "👍")
    await town.settled()
    assert which.text == "Thank you."
    (kept,) = town.journal.feedback_of(100)
    assert (kept.useful, kept.comment) == (True, "Clear and short")


async def test_the_command_without_a_text_asks_why_after_a_thumb_down(town: Town) -> None:
    ada = town.telegram.person(100)
    await ada.write(QUESTION)
    await ada.write("/feedback")
    _, which = await ada.receives(2)
    await ada.press(which, "👎")
    await town.settled()
    assert which.text == "What was wrong with the answer?"
    await ada.press(which, "It is wrong")
    await town.settled()
    assert [k.reason for k in town.journal.feedback_of(100)] == ["wrong", None]


async def test_in_a_group_anyone_may_rate_and_nobody_is_asked_why_before_the_others(
    town: Town,
) -> None:
    team = town.telegram.group(-1001, "Team")
    ada, bob = town.telegram.person(100), town.telegram.person(200, "Bob")
    await ada.write(f"/ask {QUESTION}", chat=team)
    (answer,) = await ada.receives(1, team)
    pressed = await bob.press(answer, "👎")
    await pressed.wait()
    assert pressed.alert
    assert "private chat with @lodestone_bot" in (pressed.toast or "")
    assert [k.useful for k in town.journal.feedback_of(200)] == [False]
    assert len(team.of_bot()) == 1

    await bob.write("/feedback")
    (why,) = await bob.receives()
    assert why.text == f"What was wrong with the answer to “{QUESTION}”?"
    await bob.press(why, "It is wrong")
    await town.settled()
    newest = town.journal.feedback_of(200)[0]
    assert (newest.turn_id, newest.reason) == (town.journal.turns_of(100)[0].id, "wrong")
    assert town.journal.feedback_of(100) == ()


async def test_who_rates_in_a_group_and_talks_in_private_is_asked_why_there(town: Town) -> None:
    team = town.telegram.group(-1001, "Team")
    ada, bob = town.telegram.person(100), town.telegram.person(200, "Bob")
    await bob.write("/start")
    await bob.receives()
    await ada.write(f"/ask {QUESTION}", chat=team)
    (answer,) = await ada.receives(1, team)
    pressed = await bob.press(answer, "👎")
    await pressed.wait()
    assert pressed.toast == "Noted, thank you. I ask you why in our private chat."
    _, why = await bob.receives(2)
    assert why.text == f"What was wrong with the answer to “{QUESTION}”?"
    await bob.press(why, "In my own words")
    await town.settled()
    await bob.write("It forgets trucks.")
    await bob.receives(3)
    assert town.journal.feedback_of(200)[0].comment == "It forgets trucks."
    assert len(town.asked) == 1
    assert len(team.of_bot()) == 1


async def test_the_command_speaks_of_ones_own_newer_answer_and_not_of_an_older_opinion(
    town: Town,
) -> None:
    team = town.telegram.group(-1001, "Team")
    ada, bob = town.telegram.person(100), town.telegram.person(200, "Bob")
    await ada.write(f"/ask {QUESTION}", chat=team)
    (answer,) = await ada.receives(1, team)
    pressed = await bob.press(answer, "👎")
    await pressed.wait()
    town.now += timedelta(minutes=5)
    await bob.write("And mine?")
    await bob.write("/feedback")
    _, which = await bob.receives(2)
    assert which.text == "How was the answer to “And mine?”?"


async def test_a_button_below_an_answer_that_was_erased_says_so(town: Town) -> None:
    ada = town.telegram.person(100)
    await ada.write(QUESTION)
    (answer,) = await ada.receives()
    town.journal.erase(100)
    pressed = await ada.press(answer, "📄")
    await pressed.wait()
    assert pressed.toast == "That answer is not there any more. Please ask again."
