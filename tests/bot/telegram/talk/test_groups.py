from __future__ import annotations

import pytest

from tests.bot.telegram.talk.conftest import Town, labels

QUESTION = "What is the rate?"


async def test_a_group_is_greeted_once_and_told_that_it_is_logged(town: Town) -> None:
    team = town.telegram.group(-1001, "Team")
    team.has_bot = False
    ada = town.telegram.person(100)
    await ada.add_bot(team)
    (greeting,) = await ada.receives(1, team)
    assert "automated assistant" in greeting.text
    assert "logged" in greeting.text
    await ada.add_bot(team, status="administrator")
    await town.settled()
    assert len(team.of_bot()) == 1


async def test_a_question_in_a_topic_is_seen_and_answered_there_as_a_reply(town: Town) -> None:
    team = town.telegram.group(-1001, "Team", forum=True)
    topic = team.add_topic("Tariffs")
    ada = town.telegram.person(100)
    asked = await ada.write(f"/ask {QUESTION}", chat=team, topic=topic)
    (answer,) = await ada.receives(1, team)
    assert answer.thread_id == topic.id
    assert answer.reply_to == asked.id
    assert asked.reactions[town.telegram.bot_id] == ["👀"]


async def test_a_mention_and_a_reply_are_heard_and_other_talk_is_not(town: Town) -> None:
    team = town.telegram.group(-1001, "Team")
    ada = town.telegram.person(100)
    await ada.write("What do you all think of copper?", chat=team)
    await ada.write("@lodestone_botanist what now?", chat=team)
    await ada.write(f"@Lodestone_bot {QUESTION}", chat=team)
    (first,) = await ada.receives(1, team)
    await ada.write("And before that?", chat=team, reply_to=first)
    await ada.receives(2, team)
    await town.settled()
    assert [asked.text for asked in town.asked] == [QUESTION, "And before that?"]
    assert [turn.question for turn in town.asked[1].history] == [QUESTION]


async def test_a_bare_mention_gets_one_line_on_how_to_ask(town: Town) -> None:
    team = town.telegram.group(-1001, "Team")
    ada = town.telegram.person(100)
    await ada.write("@lodestone_bot", chat=team)
    (told,) = await ada.receives(1, team)
    assert told.text == "Write /ask and your question, or reply to one of my messages."


async def test_topics_of_a_group_do_not_share_their_memory(town: Town) -> None:
    team = town.telegram.group(-1001, "Team", forum=True)
    ada = town.telegram.person(100)
    for name in ("Tariffs", "Minerals"):
        await ada.write(f"/ask About {name}?", chat=team, topic=team.add_topic(name))
    await ada.receives(2, team)
    assert [asked.history for asked in town.asked] == [(), ()]


@pytest.mark.parametrize("command", ["history", "export", "delete", "feedback"])
async def test_what_is_personal_leads_from_a_group_to_the_private_chat(
    town: Town, command: str
) -> None:
    team = town.telegram.group(-1001, "Team")
    ada = town.telegram.person(100)
    await ada.write("My private question?")
    await ada.receives()
    await ada.write(f"/{command}", chat=team)
    (told,) = await ada.receives(1, team)
    assert told.text == "That is between you and me. Please write to me in our private chat."
    (button,) = told.buttons
    assert button["url"] == f"https://t.me/lodestone_bot?start={command}"
    await ada.write(f"/start {command}")
    *_, opened = await ada.receives(2)
    assert "private question" in opened.text or command in {"export", "delete"}


async def test_only_its_administrators_choose_a_groups_settings(town: Town) -> None:
    team = town.telegram.group(-1001, "Team")
    ada, bob = town.telegram.person(100), town.telegram.person(200, "Bob")
    team.statuses[ada.id] = "creator"
    await bob.write("/settings", chat=team)
    await ada.write("/settings", chat=team)
    refused, shown = await ada.receives(2, team)
    assert refused.text.startswith("The settings of this group are its administrators'")
    assert labels(shown) == ["👀 when I am asked: on", "Buttons below answers: on"]

    pressed = await bob.press(shown, "👀")
    await pressed.wait()
    assert pressed.alert
    await ada.press(shown, "👀")
    await ada.press(shown, "Buttons")
    await town.settled()
    assert labels(shown) == ["👀 when I am asked: off", "Buttons below answers: off"]

    asked = await ada.write(f"/ask {QUESTION}", chat=team)
    *_, answer = await ada.receives(3, team)
    assert asked.reactions == {}
    assert answer.buttons == []


async def test_a_group_that_becomes_a_supergroup_is_the_same_group(town: Town) -> None:
    team = town.telegram.group(-500, "Team")
    ada = town.telegram.person(100)
    team.statuses[ada.id] = "creator"
    await ada.write("/meeting start Copper", chat=team)
    await ada.write(f"/ask {QUESTION}", chat=team)
    await ada.receives(2, team)

    grown = await team.migrate(-1005)
    await town.settled()
    await ada.write("/ask And before?", chat=grown)
    await ada.receives(1, grown)
    await ada.write("/meeting end", chat=grown)
    ended = await ada.receives(4, grown)

    assert [turn.question for turn in town.asked[1].history] == [QUESTION]
    assert ended[1].text == "“Copper” is over. Questions: 2, open points: 0."


async def test_a_deleted_topic_does_not_swallow_the_answer(town: Town) -> None:
    team = town.telegram.group(-1001, "Team", forum=True)
    topic = team.add_topic("Tariffs")
    ada = town.telegram.person(100)
    topic.deleted = True
    await ada.write(f"/ask {QUESTION}", chat=team, topic=topic)
    (answer,) = await ada.receives(1, team)
    assert answer.thread_id is None


async def test_an_edited_question_in_a_group_is_answered_again(town: Town) -> None:
    team = town.telegram.group(-1001, "Team")
    ada = town.telegram.person(100)
    asked = await ada.write("/ask What is the rat?", chat=team)
    await ada.receives(1, team)
    await ada.edit(asked, f"/ask {QUESTION}")
    await town.settled()
    assert [question.text for question in town.asked] == ["What is the rat?", QUESTION]
    assert len(team.of_bot()) == 1
