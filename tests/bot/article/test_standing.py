from __future__ import annotations

import io
from datetime import date

import pytest
from PIL import Image

from bot.article import ArticleBoard, article_board
from bot.article.figure import article_picture
from bot.pictures import WIDTH
from bot.words import Language, load_words
from corpus import Library, Standing

TODAY = date(2026, 11, 22)


def test_the_gravest_claims_come_first_and_every_claim_is_counted(library: Library) -> None:
    board = article_board(library, day=TODAY)
    assert board.claims[0].standing is Standing.WRONG
    assert board.claims[-1].standing is Standing.HOLDS
    assert sum(board.counts.values()) == len(board.claims) == len(library.claims)
    assert list(board.counts) == [
        Standing.WRONG,
        Standing.OUTDATED,
        Standing.CONTESTED,
        Standing.IMPRECISE,
        Standing.UNVERIFIED,
        Standing.HOLDS,
    ]


def test_a_claim_outdated_since_a_later_day_still_held_on_the_day_asked_for(
    library: Library,
) -> None:
    claim = next(claim for claim in library.claims if claim.since == date(2025, 9, 16))
    before = article_board(library, day=date(2025, 9, 15))
    after = article_board(library, day=date(2025, 9, 16))
    standing = {board.day: {c.id: c.standing for c in board.claims} for board in (before, after)}
    assert standing[date(2025, 9, 15)][claim.id] is Standing.HOLDS
    assert standing[date(2025, 9, 16)][claim.id] is Standing.OUTDATED


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_picture_is_drawn_in_each_language(library: Library, language: Language) -> None:
    png = article_picture(article_board(library, day=TODAY), load_words(language))
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.size[0] == WIDTH
        assert picture.size[1] < 2.5 * WIDTH


def test_an_article_without_claims_has_no_picture() -> None:
    with pytest.raises(ValueError, match="without claims"):
        article_picture(ArticleBoard(title="", day=TODAY, checked=None), load_words("en"))
