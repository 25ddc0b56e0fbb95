"""Inline queries and pictures, over the packaged corpus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.passages import PassageFinder
from corpus import Library
from retrieval.configuration import Configuration
from retrieval.engine import Engine
from tests.bot.telegram.talk.conftest import NOW, Town, labels


@pytest.fixture(scope="module")
def finder(packaged_index_home: Path, library: Library) -> Iterator[PassageFinder]:
    engine = Engine(Configuration(home=packaged_index_home), library=library)
    yield PassageFinder(engine, today=NOW.date)
    engine.close()


@pytest.fixture
def passages(finder: PassageFinder) -> PassageFinder:
    return finder


async def test_an_inline_query_lists_passages_with_their_standing_and_sends_the_quote(
    town: Town,
) -> None:
    ada = town.telegram.person(100)
    found = await ada.ask_inline("copper tariff")
    assert found.personal
    assert found.cache == 0
    assert 5 <= len(found.results) <= 50
    first = found.results[0]
    assert first["title"].startswith("Proclamation 10962")
    assert first["description"].startswith("in force as amended · published 30 Jul 2025\n")
    message = first["input_message_content"]["message_text"]
    assert message.startswith("<blockquote>")
    assert "President of the United States" in message
    assert message.endswith("<i>General information, not advice.</i>")
    assert town.asked == []


async def test_an_inline_query_in_japanese_is_told_in_japanese(town: Town) -> None:
    hanako = town.telegram.person(300, "花子", "ja")
    found = await hanako.ask_inline("銅 関税")
    assert found.results[0]["description"].startswith("改正のうえ有効・2025年7月30日公表")


@pytest.mark.parametrize("query", ["", "   ", "?!", "\u200b"])
async def test_an_empty_inline_query_lists_nothing_and_is_answered(town: Town, query: str) -> None:
    found = await town.telegram.person(100).ask_inline(query)
    assert found.results == []


async def test_a_timeline_is_a_picture_with_its_words(town: Town) -> None:
    ada = town.telegram.person(100)
    await ada.write("/timeline copper")
    (sent,) = await ada.receives()
    assert sent.file is not None
    assert sent.file.startswith(b"\x89PNG")
    assert sent.text.startswith("What was in force when: copper\n")


async def test_a_timeline_without_a_topic_offers_some_to_tap(town: Town) -> None:
    ada = town.telegram.person(100)
    await ada.write("/timeline")
    await ada.write("/timeline unicornish")
    usage, nothing = await ada.receives(2)
    assert usage.text.startswith("Write a topic")
    assert nothing.text == "No measure is filed under “unicornish”."
    assert "critical minerals" in labels(usage)
    await ada.press(usage, "critical minerals")
    *_, picture = await ada.receives(3)
    assert picture.text.startswith("What was in force when: critical minerals")


async def test_the_articles_standing_comes_as_a_picture_and_in_words(town: Town) -> None:
    ada = town.telegram.person(100)
    await ada.write("/article")
    await town.settled()
    picture, *told = ada.inbox
    assert picture.file is not None
    text = "\n".join(message.text for message in told)
    assert "35 claims checked against the documents" in text
    assert "Japan used U.S. priorities to shield its steel industry." in text
    assert "16 claims hold" in text
