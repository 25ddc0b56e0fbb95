from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from bot.journal.review import (
    Comment,
    Filters,
    Item,
    Judgement,
    Reviews,
    Verdict,
)
from retrieval.answer import Answer

Ask = Callable[..., str]
EVERYTHING = Filters()


@pytest.fixture(autouse=True)
def no_lots(lots: Callable[..., None]) -> None:
    """Nothing is sampled or doubled unless a test says so."""


def _ids(items: tuple[Item, ...]) -> list[str]:
    return [item.id for item in items]


def test_each_filter_finds_what_it_names_in_queue_and_search(
    ask: Ask, reviews: Reviews, answered: Callable[..., Answer]
) -> None:
    cited = [
        {
            "number": 1, "document_id": "copper-brief", "title": "Copper", "kind": "article",
            "issuer": "x", "section": "s", "published": "2025-01-01", "status": "in-force",
            "url": None, "quote": "copper", "start": 0, "end": 6,
        }
    ]  # fmt: skip
    chosen = ask(
        "What of copper wire?",
        user_id=1,
        asked_at=datetime(2025, 5, 6, 23, 59, tzinfo=UTC),
        language="ja",
        outcome="declined",
        composer="openai:large",
        citations=cited,
        channel="batch",
    )
    other = ask(user_id=2, outcome="not_in_corpus")
    reviews.journal.feedback(chosen, user_id=3, useful=False)
    user = reviews.detail(chosen, reviewer="ann").item.user
    day = date(2025, 5, 6)

    for given in (
        {"text": "copper"},
        {"text": '"copper wire"'},
        {"since": day, "until": day},
        {"until": day},
        {"language": "ja"},
        {"composer": "openai:large"},
        {"document": "copper-brief"},
        {"user": user},
        {"user": user[:6]},
        {"outcome": "declined"},
        {"channel": "batch"},
        {"feedback": "useless"},
        {"reason": "advice"},
    ):
        filters = Filters.model_validate(given)
        assert _ids(reviews.search(filters, reviewer="ann").items) == [chosen], given
        assert _ids(reviews.queue(filters, reviewer="ann").items) == [chosen], given
        both = filters.model_copy(update={"sampled": True})
        assert reviews.search(both, reviewer="ann").items == (), given
    assert _ids(reviews.search(Filters(verdict="unreviewed"), reviewer="ann").items) == [
        other,
        chosen,
    ]
    for nothing in (
        {"feedback": "useful"}, {"since": date(2027, 1, 1)}, {"tag": "x"}, {"sampled": True},
        {"verdict": "wrong"}, {"text": "nickel"}, {"text": '"wire copper"'}, {"text": "the ?"},
    ):  # fmt: skip
        filters = Filters.model_validate(nothing)
        assert reviews.search(filters, reviewer="ann").items == (), nothing


def test_verdicts_and_tags_are_found_once_given(ask: Ask, reviews: Reviews) -> None:
    turn = ask(outcome="declined")
    judgement = Judgement(
        verdict=Verdict.WRONG, version=0, tags=("Units", "units"), comments=(Comment(text="no"),)
    )
    reviews.judge(turn, judgement, reviewer="ann")

    assert _ids(reviews.search(Filters(verdict=Verdict.WRONG), reviewer="bob").items) == [turn]
    assert _ids(reviews.search(Filters(tag="units"), reviewer="bob").items) == [turn]
    assert reviews.queue(EVERYTHING, reviewer="bob").items == ()
    assert reviews.facets()["tag"] == ("units",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tariffs", True), ("TARIFF", True), ("tarif", False), ("日本車", True),
        ("自動車税", False), ("27.5%", True), ("27", False), ('pay "japanese cars', True),
        ("'; DROP TABLE", False),
        ("NEAR(tariff", False), ("tariff AND NOT cars", True), ("\x00 tariff", True),
    ],
)  # fmt: skip
def test_words_are_found_as_people_type_them(
    ask: Ask, reviews: Reviews, text: str, found: bool
) -> None:
    ask("What tariff do Japanese cars pay? Not near? 日本車の関税は27.5%ですか", user_id=1)

    assert bool(reviews.search(Filters(text=text), reviewer="ann").items) is found
