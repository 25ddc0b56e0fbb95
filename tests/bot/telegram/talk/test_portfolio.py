from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest

from tests.bot.telegram.talk.conftest import Town
from tests.bot.telegram.talk.dialogues import ANSWERS, ANSWERS_JA, SHOW, allocate, last, walk
from tests.telegram_fake.people import Person


async def upload(
    town: Town,
    person: Person,
    content: bytes,
    name: str = "holdings.csv",
    details: Mapping[str, str | int] | None = None,
) -> str:
    """Send a file, and what is said to it."""
    town.telegram.files["upload"] = content
    document = {
        "file_id": "upload",
        "file_unique_id": "upload",
        "file_name": name,
        "mime_type": "application/octet-stream",
        "file_size": len(content),
    }
    await person.write(document={**document, **(details or {})})
    return (await last(town, person)).text


async def test_without_answers_it_asks_for_them_first(town: Town) -> None:
    ada = town.telegram.person(100)
    await ada.write("/portfolio VT 100%")

    assert "/allocate first" in (await last(town, ada)).text


async def test_holdings_as_text_are_compared_with_the_mix(town: Town) -> None:
    ada = town.telegram.person(100)
    await allocate(town, ada)
    await ada.write("/portfolio")
    assert (await last(town, ada)).text.startswith("Write what you have")
    await ada.write("VT 60, GLD 10, cash 30%")
    told = (await last(town, ada)).text

    assert told.startswith("Your portfolio on 22 November 2026")
    assert "answers of 22 November 2026, which count until 22 November 2027" in told
    assert "Global core equity: 60.0 % held, 53.8 % by the rules" in told
    assert "3 positions. The largest is VT with 60.0 %; the 3 largest make up 100.0 %." in told
    assert "GLD: 10.0 %, and the mix has no place for it." in told
    assert len(town.journal.results_of(100, "portfolio")) == 1
    assert town.asked == []


async def test_what_cannot_be_read_is_told_in_a_line_and_can_be_written_again(town: Town) -> None:
    ada = town.telegram.person(100)
    await allocate(town, ada)
    await ada.write("/portfolio VTT 100%")
    assert "The fund “VTT” is not in the list" in (await last(town, ada)).text
    await ada.write("VT 60, cash 30%")
    assert "add up to 90, not 100" in (await last(town, ada)).text
    await ada.write("VT 60, cash 40%")

    assert (await last(town, ada)).text.startswith("Your portfolio")


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfticker;amount\r\nVT;6.000,00\r\nCASH;4000\r\n",
        "ticker,amount\nVT,6000\nCASH,4000\n".encode("utf-16"),
        "銘柄,金額\nVT,6000\n現金,4000\n".encode("cp932"),
    ],
)
async def test_a_csv_file_is_compared_however_it_was_saved(town: Town, content: bytes) -> None:
    ada = town.telegram.person(100)
    await allocate(town, ada)
    told = await upload(town, ada, content)

    assert "The largest is VT with 60.0 %" in told


@pytest.mark.parametrize(
    ("content", "details", "expected"),
    [
        (b"PK\x03\x04" + b"\0" * 40, {}, "That is not a CSV file"),
        (b"%PDF-1.7 ...", {}, "That is not a CSV file"),
        (b"\0\1\2\3", {}, "not readable text"),
        (b"", {}, "There are no positions to read"),
        (b'ticker,amount\nVT,=HYPERLINK("x")\n', {}, "is a formula"),
        (b"VT,1\n" * 10_001, {}, "at most 10000 lines"),
        (b"VT,1\n", {"file_size": 9_000_000}, "That file has 9.0 MB"),
        (b"VT,1\n", {"file_id": "gone"}, "That is not a CSV file"),
    ],
)
async def test_a_file_that_is_no_table_is_told_in_one_line(
    town: Town, content: bytes, details: dict[str, str | int], expected: str
) -> None:
    ada = town.telegram.person(100)
    await allocate(town, ada)
    told = await upload(town, ada, content, details=details)

    assert expected in told
    assert "\n" not in told


SLIPS = (
    "VT 60, REMX -10, cash 50",
    "VT 99999999999999999999 USD",
    "VT 60%, cash 400 USD",
    "VT 6,000 USD, cash 4,000 EUR",
    "VT 60 REMX 40",
    "VT 1,234",
    "REMXX 100%",
    "Toyota 10%, VT 90%",
    "VT 60 BTC",
    "VT 60",
    "VT 120%",
    "VT sixty",
    "=VT 100",
    "x" * 4000,
    "VT 1%," * 300,
)
"""What people write that is no portfolio."""

BAD_FILES = (
    b"",
    b"\xef\xbb\xbf\r\n",
    b"ticker;percent\nVT;=60+40\n",
    b"ticker,percent\nVT,-100\n",
    b"ticker,amount,currency\nVT,60,USD\nCASH,40,JPY\n",
    b"ticker,percent\nVTX,100\n",
    b"ticker,amount\n" + b"VT,1\n" * 10_001,
    "ticker,percent\nVT,100\n".encode("utf-32"),
    b'ticker,percent\n"VT,100\n',
)


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_each_slip_is_one_line_in_the_persons_language_and_costs_only_itself(
    town: Town, language: str
) -> None:
    ada = town.telegram.person(100, language=language)
    if language == "ja":
        await allocate(town, ada, ANSWERS_JA, show=SHOW["ja"])
    else:
        await allocate(town, ada)
    await ada.write("/portfolio")
    await last(town, ada)
    for slip in SLIPS:
        before = len(ada.inbox)
        await ada.write(slip)
        told = (await last(town, ada)).text
        assert len(ada.inbox) == before + 1
        assert "\n" not in told, slip
        assert len(told) < 250, slip
        assert bool(re.search("[ぁ-ん]", told)) == (language == "ja"), told
    for content in BAD_FILES:
        told = await upload(town, ada, content)
        assert "\n" not in told, content[:40]
        assert bool(re.search("[ぁ-ん]", told)) == (language == "ja"), told
    assert town.journal.results_of(100, "portfolio") == ()
    assert town.asked == []

    await ada.write("VT 60, REMX 10, cash 30%")
    assert "60.0" in (await last(town, ada)).text
    assert len(town.journal.results_of(100, "portfolio")) == 1


async def test_questions_that_are_open_stay_open_beside_a_portfolio(town: Town) -> None:
    ada = town.telegram.person(100)
    await allocate(town, ada)
    question = await walk(town, ada, ANSWERS[:5])
    await ada.write("/portfolio VTT 100%")
    await last(town, ada)
    await ada.write("VT 100%")
    told = (await last(town, ada)).text
    assert told.startswith("Your questions of /allocate are still open")

    await ada.press(question, "30 %")
    assert "Question 7 of 11" in (await last(town, ada)).text or "7 of 11" in question.text
    await ada.press(question, "‹ Back")
    await town.settled()
    await ada.write("25")
    assert "Question 7 of 11" in (await last(town, ada)).text


async def test_a_file_answers_the_question_what_there_is_already(town: Town) -> None:
    ada = town.telegram.person(100)
    question = await walk(town, ada, ANSWERS[:10])
    assert "Question 11 of 11" in question.text
    assert "A CSV file" in question.text
    told = await upload(town, ada, b"PK\x03\x04")
    assert told.startswith("That is not a CSV file. Save the table as CSV in UTF-8")
    told = await upload(town, ada, b"ticker,percent\nVTT,100\n")
    assert told.startswith("Line 2: The fund “VTT” is not in the list")
    assert "Question 11 of 11" in told
    summary = await upload(town, ada, b"ticker;percent\nVT;60\nREMX;10\nCASH;30\n")

    assert "Already there: VT 60 %, REMX 10 %, CASH 30 %" in summary
    await ada.press(ada.inbox[-1], "Show the mix")
    told = (await last(town, ada)).text
    assert "Difference: " in told
    assert town.journal.results_of(100, "portfolio") == ()


async def test_another_kind_of_file_is_no_portfolio(town: Town) -> None:
    ada = town.telegram.person(100)
    told = await upload(town, ada, b"MZ", name="setup.exe")

    assert told == "I can only read text. Please write your question."


async def test_answers_count_for_twelve_months_to_the_day(town: Town) -> None:
    ada = town.telegram.person(100)
    await allocate(town, ada)
    town.now += timedelta(days=365)
    await ada.write("/portfolio VT 100%")
    assert "All of it is in one position, VT." in (await last(town, ada)).text
    town.now += timedelta(days=1)
    await ada.write("/portfolio VT 100%")

    told = (await last(town, ada)).text
    assert "expired on 22 November 2027" in told
    assert "answer /allocate again" in told


async def test_answers_without_a_mix_leave_nothing_to_drift_from(town: Town) -> None:
    ada = town.telegram.person(100)
    await allocate(
        town,
        ada,
        ("within 3 years", "no", "no", "3", "between 7,800", "30 %", "yes", "Done",
         "Skip", "Skip", "Skip"),
    )  # fmt: skip
    await ada.write("/portfolio VT 100%")
    told = (await last(town, ada)).text

    assert "no emergency fund" in told
    assert "All of it is in one position" in told
    assert "Outside the plan" not in told
