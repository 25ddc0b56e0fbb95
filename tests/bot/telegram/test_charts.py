from __future__ import annotations

from datetime import date

import pytest

from bot.article import article_board
from bot.telegram.charts import render_board, timeline_caption, topics_of
from bot.telegram.markup import utf16_length
from bot.telegram.split import LONGEST_MESSAGE, visible_text
from bot.timeline import timeline_of
from bot.words import Language, load_words
from corpus import Library
from tests.e2e.telegram.conftest import assert_well_formed

TODAY = date(2026, 11, 22)
LONGEST_CAPTION = 1024


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("wanted", ["copper", "tariffs", "", "copper <b>unicorns</b> & more " * 40])
def test_a_caption_fits_and_is_well_formed_whatever_was_asked_for(
    library: Library, language: Language, wanted: str
) -> None:
    caption = timeline_caption(timeline_of(library, wanted, day=TODAY), load_words(language))
    assert utf16_length(visible_text(caption)) <= LONGEST_CAPTION
    assert_well_formed(caption)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_articles_claims_are_all_told_in_parts_that_can_be_sent(
    library: Library, language: Language
) -> None:
    parts = render_board(article_board(library, day=TODAY), load_words(language))
    text = "\n".join(visible_text(part) for part in parts)
    assert all(claim.claim in text for claim in library.claims)
    for part in parts:
        assert_well_formed(part)
        assert utf16_length(part) <= LONGEST_MESSAGE


def test_the_topics_offered_are_those_with_the_most_measures(library: Library) -> None:
    topics = topics_of(library)
    assert topics[0] == "critical-minerals"
    assert "etf" not in topics
