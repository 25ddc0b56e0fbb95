from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bot.telegram.talk.conftest import Town, labels
from tests.databases import bytes_in

QUESTION = "What is the rate?"


async def test_everything_of_a_person_is_exported_and_nothing_of_others(town: Town) -> None:
    ada, bob = town.telegram.person(100), town.telegram.person(200)
    await bob.write("A secret of Bob's?")
    await bob.receives()
    await ada.write("/meeting start Copper")
    await ada.write(QUESTION)
    _, answer = await ada.receives(2)
    pressed = await ada.press(answer, "👍")
    await pressed.wait()
    await ada.write("/export")
    *_, sent = await ada.receives(3)

    assert sent.file is not None
    assert sent.file_name == "lodestone-2026-11-22.json"
    kept = json.loads(sent.file)
    assert [turn["question"]["question"] for turn in kept["turns"]] == [QUESTION]
    assert kept["turns"][0]["answer"]["text"].startswith("The rate is 15%")
    assert [record["useful"] for record in kept["feedback"]] == [True]
    assert [meeting["title"] for meeting in kept["meetings"]] == ["Copper"]
    assert kept["meetings"][0]["entries"][0]["question"] == QUESTION
    assert [turn["question"] for turn in kept["remembered"]] == [QUESTION]
    assert kept["person"]["user_id"] == 100
    assert b"Bob" not in sent.file


async def test_delete_asks_once_more_and_then_all_is_gone(town: Town) -> None:
    ada = town.telegram.person(100)
    await ada.write("/settings")
    (settings,) = await ada.receives()
    await ada.press(settings, "Language")
    await ada.write("/meeting start Copper")
    await ada.write(QUESTION)
    *_, answer = await ada.receives(3)
    await ada.write("/delete")
    *_, sure = await ada.receives(4)
    assert labels(sure) == ["Delete it all", "Keep it"]

    await ada.press(sure, "Delete it all")
    await town.settled()

    assert sure.text.startswith(
        "It is gone. Questions and answers that nobody can read any more: 1."
    )
    assert list(town.services.meetings.of_owner(100, limit=None)) == []
    pressed = await ada.press(answer, "👍")
    await pressed.wait()
    assert pressed.toast != "Thank you."
    await ada.write("/export")
    *_, sent = await ada.receives(5)
    assert sent.file is not None
    kept = json.loads(sent.file)
    assert kept["feedback"] == kept["meetings"] == kept["remembered"] == []
    assert [turn for turn in kept["turns"] if turn["answer"]] == []
    assert kept["person"]["language"] is None
    assert QUESTION.encode() not in sent.file
    await ada.write("And now?")
    *_, first_again = await ada.receives(6)
    assert town.asked[-1].history == ()
    assert "automated assistant" in first_again.text


async def test_who_would_rather_keep_it_keeps_it(town: Town) -> None:
    ada = town.telegram.person(100)
    await ada.write(QUESTION)
    await ada.write("/delete")
    _, sure = await ada.receives(2)
    await ada.press(sure, "Keep it")
    await town.settled()
    assert sure.text == "Nothing was deleted."
    assert len(town.journal.turns_of(100)) == 1


async def test_settings_are_changed_by_a_tap_and_hold(town: Town) -> None:
    ada = town.telegram.person(100)
    await ada.write("/settings")
    (settings,) = await ada.receives()
    assert labels(settings) == [
        "Language: as in Telegram",
        "Answers: usual",
        "Time zone: UTC",
    ]
    await ada.press(settings, "Language")
    await ada.press(settings, "Answers")
    await town.settled()
    assert labels(settings)[0] == "Language: English"
    await ada.press(settings, "Language")
    await town.settled()
    assert settings.text == "設定"
    assert labels(settings) == ["言語: 日本語", "回答: 引用をすべて表示", "時間帯: UTC"]
    await ada.write("/help")
    *_, helped = await ada.receives(2)
    assert helped.text.startswith("ご質問を")


@pytest.mark.parametrize("typed", ["europe/berlin", "Europe/Berlin "])
async def test_a_time_zone_may_be_written(town: Town, typed: str) -> None:
    ada = town.telegram.person(100)
    await ada.write("/settings")
    (settings,) = await ada.receives()
    await ada.press(settings, "Time zone")
    await town.settled()
    await ada.press(settings, "Another")
    await town.settled()
    await ada.write("Atlantis")
    _, unknown = await ada.receives(2)
    assert unknown.text == "I know no time zone “Atlantis”. Please write it as Europe/Berlin."
    await ada.write(typed)
    *_, changed = await ada.receives(3)
    assert labels(changed)[2] == "Time zone: Europe/Berlin"


async def test_a_brief_answer_tells_the_bottom_line_and_offers_the_rest(town: Town) -> None:
    from tests.bot.telegram.conftest import example_answer

    town.chain = lambda q: example_answer(q, text="One. [1]\n\nTwo. [2]\n\nThree. [2]")
    ada = town.telegram.person(100)
    await town.services.state.people.change(100, detail="brief")
    await ada.write(QUESTION)
    (answer,) = await ada.receives()
    assert "Two." in answer.text
    assert "Three." not in answer.text
    await ada.press(answer, "Whole answer")
    _, whole = await ada.receives(2)
    assert "Three. [2]" in whole.text


async def test_privacy_says_what_is_kept_how_and_for_how_long(town: Town) -> None:
    ada = town.telegram.person(100)
    await ada.write("/privacy")
    (told,) = await ada.receives()
    for word in ("encrypted", "30 days", "/export", "/delete", "reviewers"):
        assert word in told.text


async def test_after_delete_no_file_of_the_database_holds_what_was_said(
    town: Town, tmp_path: Path
) -> None:
    team = town.telegram.group(-1001, "Team")
    ada, bob = town.telegram.person(100), town.telegram.person(200, "Bob")
    await bob.write("/meeting start Zirconia", chat=team)
    await ada.write("/ask What of the quokka?", chat=team)
    await bob.write("/ask What of the wombat?", chat=team)
    await ada.receives(3, team)
    await ada.write("And a bilby?")
    await ada.write("/delete")
    *_, sure = await ada.receives(2)
    await ada.press(sure, "Delete it all")
    await town.settled()

    town.journal.vault().database.close()  # what a checkpoint has not reached yet goes with it
    written = bytes_in(tmp_path, "bot.db*")
    for words in (b"quokka", b"bilby", b"Zirconia"):
        assert words not in written

    await bob.write("/meeting end", chat=team)
    *_, markdown, _ = await ada.receives(6, team)
    text = (markdown.file or b"").decode()
    assert "## 1\\. (erased at the person's wish)" in text
    assert "## 2\\. What of the wombat?" in text
    assert "quokka" not in text
    assert "Asked by: Bob" in text
