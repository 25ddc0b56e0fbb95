from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.passages import LONGEST_QUOTE, PassageFinder
from corpus import Library
from retrieval.configuration import Configuration
from retrieval.currency import State
from retrieval.engine import Engine
from tests.conftest import TODAY


@pytest.fixture(scope="module")
def finder(packaged_index_home: Path, library: Library) -> Iterator[PassageFinder]:
    engine = Engine(Configuration(home=packaged_index_home), library=library)
    yield PassageFinder(engine, today=lambda: TODAY)
    engine.close()


@pytest.mark.parametrize("words", ["copper tariff", "銅の関税", "  COPPER\u200b tariff\n"])
def test_the_best_passages_come_first_word_for_word(
    finder: PassageFinder, library: Library, words: str
) -> None:
    found = finder.find(words, 10)
    assert found[0].document_id == "s232-copper-10962"
    assert "copper" in found[0].quote
    for passage in found:
        body = library.get(passage.document_id).body
        assert body[passage.start : passage.end] == passage.quote
        assert len(passage.quote) <= LONGEST_QUOTE
    assert len({(p.document_id, p.start) for p in found}) == len(found)


def test_each_passage_tells_how_its_measure_stands_today(finder: PassageFinder) -> None:
    states = {p.document_id: p.state for p in finder.find("reciprocal tariffs IEEPA", 20)}
    assert states["ieepa-reciprocal-eo-14257"] is State.STRUCK_DOWN


@pytest.mark.parametrize("words", ["", "   ", "?!", "the of and", "\x00\u200b"])
def test_words_that_say_nothing_find_nothing(finder: PassageFinder, words: str) -> None:
    assert finder.find(words, 10) == ()


def test_a_wall_of_text_is_searched_for_by_its_beginning(finder: PassageFinder) -> None:
    assert finder.find("copper tariff " * 400, 3)[0].document_id == "s232-copper-10962"


def test_the_clock_that_is_passed_in_decides(packaged_index_home: Path, library: Library) -> None:
    engine = Engine(Configuration(home=packaged_index_home), library=library)
    try:
        then = PassageFinder(engine, today=lambda: date(2025, 6, 1))
        states = {p.document_id: p.state for p in then.find("reciprocal tariffs IEEPA", 20)}
        assert states["ieepa-reciprocal-eo-14257"] is State.IN_FORCE
    finally:
        engine.close()
