from __future__ import annotations

from typing import Any

from retrieval.answer import Answer, Outcome, Question
from tests.bot.telegram.conftest import example_answer
from tests.bot.telegram.talk.conftest import Town, labels


def some_answers(question: Question) -> Answer:
    if "tea" in question.text:
        changes: dict[str, Any] = {
            "outcome": Outcome.NOT_IN_CORPUS, "claims": (), "citations": (), "notices": (),
            "text": "Not in the corpus.",
        }  # fmt: skip
        return example_answer(question, **changes)
    if "broken" in question.text:
        raise RuntimeError("broken as scripted")
    return example_answer(question)


async def test_what_is_asked_in_a_topic_meanwhile_becomes_minutes(town: Town) -> None:
    town.chain = some_answers
    team = town.telegram.group(-1001, "Team", forum=True)
    topic, other = team.add_topic("Tariffs"), team.add_topic("Other")
    ada, bob = town.telegram.person(100), town.telegram.person(200, "Bob <b>")
    await ada.write("/meeting start Tariffs & <i>minerals</i>", chat=team, topic=topic)
    await bob.write("/ask What is the rate?", chat=team, topic=topic)
    await ada.write("/ask And tea?", chat=team, topic=topic)
    await ada.write("/ask Is this broken?", chat=team, topic=topic)
    await ada.write("/ask Elsewhere?", chat=team, topic=other)
    await ada.receives(5, team)
    await ada.write("/meeting end", chat=team, topic=topic)
    *_, ended, markdown, pdf = await ada.receives(8, team)

    assert ended.text == "“Tariffs & <i>minerals</i>” is over. Questions: 3, open points: 2."
    assert {message.thread_id for message in (ended, markdown, pdf)} == {topic.id}
    assert markdown.file_name == "Tariffs-i-minerals-i.md"
    assert markdown.file is not None
    text = markdown.file.decode()
    assert "## 1\\. What is the rate?" in text
    assert "Bob \\<b\\>" in text
    assert "- 2\\. And tea? (not in the collection)" in text
    assert "- 3\\. Is this broken? (no answer: RuntimeError: broken as scripted" in text
    assert "Elsewhere" not in text
    assert pdf.file is not None
    assert pdf.file.startswith(b"%PDF-")
    assert pdf.file_name == "Tariffs-i-minerals-i.pdf"


async def test_a_meeting_begins_once_and_ends_once(town: Town) -> None:
    ada = town.telegram.person(100)
    for text in (
        "/meeting",
        "/meeting end",
        "/meeting start",
        "/meeting start Again",
        "/meeting end",
        "/meeting end",
    ):
        await ada.write(text)
    usage, none, begun, running, ended, _, _, none_again = [
        message.text for message in await ada.receives(8)
    ]
    assert usage.startswith("/meeting start TITLE")
    assert none == none_again == ("No meeting is running here. /meeting start TITLE begins one.")
    assert begun.startswith("Meeting “Meeting of 22 November 2026” has begun.")
    assert running.startswith("The meeting “Meeting of 22 November 2026” is running here since")
    assert ended.endswith("Questions: 0, open points: 0.")


async def test_others_may_neither_end_nor_delete_a_meeting_but_may_read_it(town: Town) -> None:
    team = town.telegram.group(-1001, "Team")
    ada, bob = town.telegram.person(100), town.telegram.person(200, "Bob")
    await ada.write("/meeting start Copper", chat=team)
    await bob.write("/meeting end", chat=team)
    _, refused = await ada.receives(2, team)
    assert refused.text.startswith("Only the person who began the meeting")

    await ada.write("/meeting end", chat=team)
    await ada.receives(5, team)
    await ada.write("/meeting list", chat=team)
    *_, listed = await ada.receives(6, team)
    assert labels(listed) == ["📄 Copper", "🗑 Delete"]
    pressed = await bob.press(listed, "🗑")
    await pressed.wait()
    assert pressed.toast == "These buttons belong to someone else."
    await bob.press(listed, "📄")
    await ada.receives(8, team)


async def test_the_owner_deletes_after_a_second_tap(town: Town) -> None:
    ada = town.telegram.person(100)
    await ada.write("/meeting start Copper")
    await ada.write("/meeting end")
    await ada.write("/meeting list")
    *_, listed = await ada.receives(5)
    await ada.press(listed, "🗑")
    *_, sure = await ada.receives(6)
    await ada.press(sure, "Delete for good")
    await town.settled()
    assert sure.text == "The minutes of “Copper” are deleted."
    pressed = await ada.press(listed, "📄")
    await pressed.wait()
    assert pressed.toast == "These minutes are not there any more."
    await ada.write("/meeting list")
    *_, empty = await ada.receives(7)
    assert empty.text.startswith("There are no meetings here yet.")


async def test_a_title_as_long_as_a_message_is_cut_and_the_meeting_begins(town: Town) -> None:
    ada = town.telegram.person(100)
    await ada.write(f"/meeting start {'w' * 4000}")
    (begun,) = await ada.receives()
    assert "www…" in begun.text
    assert len(begun.text) < 400


async def test_a_question_edited_in_a_meeting_stands_in_the_minutes_once(town: Town) -> None:
    ada = town.telegram.person(100)
    await ada.write("/meeting start Copper")
    asked = await ada.write("What is the rat?")
    await ada.receives(2)
    await ada.edit(asked, "What is the rate?")
    await town.settled()
    await ada.write("/meeting end")
    *_, markdown, _ = await ada.receives(5)
    text = (markdown.file or b"").decode()
    assert "## 1\\. What is the rate?" in text
    assert "rat?" not in text
