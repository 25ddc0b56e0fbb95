from __future__ import annotations

import json

from tests.bot.telegram.talk.conftest import Town, labels
from tests.bot.telegram.talk.dialogues import ANSWERS, ANSWERS_JA, SHOW, last, walk


async def test_questions_lead_by_buttons_to_a_summary_and_a_picture_with_its_words(
    town: Town,
) -> None:
    ada = town.telegram.person(100)
    summary = await walk(town, ada)

    assert len(ada.inbox) == 1, "every step takes the place of the one before"
    assert "Money is needed: in more than 10 years" in summary.text
    assert "Tolerable loss in a year, %: 30" in summary.text
    assert "until 22 November 2027" in summary.text
    assert labels(summary) == ["Show the mix", "‹ Back", "Start over", "Cancel"]

    await ada.press(summary, "Show the mix")
    await town.settled()

    assert labels(summary) == []
    picture, *rest = ada.inbox[1:]
    assert picture.file is not None
    assert picture.file.startswith(b"\x89PNG")
    assert "Global core equity: 48.75 to 58.75 % (53.75 %)" in picture.text
    assert "You can lose money" in " ".join(part.text for part in rest)
    assert labels(ada.inbox[-1]) == [
        "Why", "Stress", "Costs", "Funds", "What would change it", "Compare two levels",
    ]  # fmt: skip
    (kept,) = town.journal.results_of(100, "allocation")
    assert kept.document is not None
    assert json.loads(kept.document)["profile"]["willingness"] == 3
    assert kept.channel == "telegram"


async def test_answers_can_be_written_and_what_cannot_be_read_costs_only_itself(
    town: Town,
) -> None:
    ada = town.telegram.person(100)
    question = await walk(town, ada, ANSWERS[:5])
    assert "How many percent" in question.text

    await ada.write("a lot")
    question = await last(town, ada)
    assert question.text.startswith("“a lot” is not a percentage")
    await ada.write("30")
    assert "Do you know how themed funds work" in (await last(town, ada)).text
    await ada.press(ada.inbox[-1], "yes")
    await ada.press(await last(town, ada), "defence")
    question = await last(town, ada)
    assert "✓ defence" in labels(question)
    assert "Left out so far: defence" in question.text
    await ada.press(question, "Done")
    await ada.press(await last(town, ada), "JP")
    await last(town, ada)
    await ada.write("10000 USD")
    await last(town, ada)
    await ada.write("VT 60, REMX 10, cash 30 %")
    summary = await last(town, ada)

    assert "Left out: defence" in summary.text
    assert "Amount: 10,000 USD" in summary.text
    assert "Already there: VT 60 %, REMX 10 %, CASH 30 %" in summary.text
    assert town.asked == []


async def test_back_goes_to_the_question_before_and_start_over_to_the_first(town: Town) -> None:
    ada = town.telegram.person(100)
    question = await walk(town, ada, ANSWERS[:2])
    assert "debt" in question.text
    await ada.press(question, "‹ Back")
    assert "expenses set aside" in (await last(town, ada)).text
    for button in ANSWERS[1:]:
        await ada.press(await last(town, ada), button)
    await ada.press(await last(town, ada), "Start over")

    first = await last(town, ada)
    assert "Question 1 of 11" in first.text
    assert "‹ Back" not in labels(first)


async def test_cancel_removes_the_answers(town: Town) -> None:
    ada = town.telegram.person(100)
    question = await walk(town, ada, ANSWERS[:2])
    await ada.press(question, "Cancel")

    assert (await last(town, ada)).text.startswith("Stopped")
    kept = await town.services.state.dialogues.get("allocate", chat_id=100, user_id=100)
    assert kept is None
    await ada.write("/allocate")
    assert "Question 1 of 11" in (await last(town, ada)).text
    await ada.write("/cancel")
    assert (await last(town, ada)).text == "Stopped."
    assert await town.services.state.dialogues.get("allocate", chat_id=100, user_id=100) is None


async def test_a_stale_step_gets_a_toast_and_the_dialogue_stands_where_it_stood(
    town: Town,
) -> None:
    ada = town.telegram.person(100)
    first = await walk(town, ada, ())
    old = first.buttons[0]["callback_data"]
    await ada.press(first, ANSWERS[0])
    await town.settled()
    pressed = await ada.press(first, "", data=old)
    await pressed.wait()

    assert pressed.toast == "That step is over."
    assert "Question 2 of 11" in (await last(town, ada)).text


async def test_buttons_of_an_earlier_dialogue_answer_politely_and_change_nothing(
    town: Town,
) -> None:
    ada = town.telegram.person(100)
    earlier = await walk(town, ada, ANSWERS[:2])
    await ada.write("/cancel")
    await last(town, ada)
    pressed = await ada.press(earlier, "yes")
    await pressed.wait()
    assert pressed.toast == "That step is over."

    # The same step of a new one: its number is the same, and it is another all the same.
    now = await walk(town, ada, ANSWERS[:2])
    for button in ("yes", "‹ Back", "Cancel"):
        pressed = await ada.press(earlier, button)
        await pressed.wait()
        assert pressed.toast == "That step is over."
    assert "Question 3 of 11" in now.text
    await ada.press(now, "no")
    assert "Question 4 of 11" in (await last(town, ada)).text


async def test_two_taps_on_the_summary_make_one_result(town: Town) -> None:
    ada = town.telegram.person(100)
    summary = await walk(town, ada)
    data = next(b["callback_data"] for b in summary.buttons if b["text"] == "Show the mix")
    await ada.press(summary, "", data=data)
    await ada.press(summary, "", data=data)
    await town.settled()

    assert len(town.journal.results_of(100, "allocation")) == 1
    assert sum(message.file is not None for message in ada.inbox) == 1


async def test_a_dialogue_left_lying_goes_on_where_it_was(town: Town) -> None:
    ada = town.telegram.person(100)
    await walk(town, ada, ANSWERS[:3])
    await ada.write("/allocate")

    question = await last(town, ada)
    assert question.text.startswith("Here is where we were.")
    assert "Question 4 of 11" in question.text
    await ada.press(question, "3")
    assert "Question 5 of 11" in (await last(town, ada)).text


async def test_nobody_else_can_press(town: Town) -> None:
    ada, bob = town.telegram.person(100), town.telegram.person(200)
    question = await walk(town, ada, ())
    pressed = await bob.press(question, ANSWERS[0])
    await pressed.wait()

    assert pressed.toast is not None
    assert "Question 1 of 11" in question.text


async def test_contradictions_are_asked_once_more(town: Town) -> None:
    ada = town.telegram.person(100)
    question = await walk(town, ada, (*ANSWERS[:3], "5", "between 9,500"))

    assert "point in different directions" in question.text
    assert "Question 4 of 11" in question.text


async def test_in_a_group_it_leads_to_the_private_chat(town: Town) -> None:
    ada = town.telegram.person(100)
    group = town.telegram.group(-200)
    for command in ("allocate", "portfolio"):
        await ada.write(f"/{command}", chat=group)
        await town.settled()
        told = group.of_bot()[-1]
        assert "private chat" in told.text
        assert told.buttons[0]["url"].endswith(f"?start={command}")
    await ada.write("/start allocate")
    assert "Question 1 of 11" in (await last(town, ada)).text


async def test_in_japanese_everything_is_japanese(town: Town) -> None:
    ada = town.telegram.person(100, language="ja")
    summary = await walk(town, ada, ANSWERS_JA)
    assert summary.text.startswith("回答の確認")
    await ada.press(summary, SHOW["ja"])
    await town.settled()

    assert ada.inbox[1].file is not None
    assert "世界" in ada.inbox[1].text
    assert labels(ada.inbox[-1])[0] == "理由"
    await ada.press(ada.inbox[-1], "ストレス")
    assert "一般的な情報" in (await last(town, ada)).text
