from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bot.telegram.days import MOST_DAYS, days_of_change, read_day
from corpus import Library
from retrieval.answer import Answer


def test_the_days_on_which_the_measures_behind_an_answer_changed_are_offered(
    make_answer: Callable[..., Answer], library: Library
) -> None:
    answer = make_answer()
    cited = answer.citations[0].model_copy(update={"document_id": "s122-surcharge-11012"})
    days = days_of_change(answer.model_copy(update={"citations": (cited,)}), library)
    # The whole chain counts: when each regime began, and the day after the last one's last.
    assert days == (
        date(2025, 4, 5),
        date(2026, 2, 24),
        date(2026, 7, 24),
    )


def test_the_answers_own_day_is_not_offered_and_there_are_never_many(
    make_answer: Callable[..., Answer], library: Library
) -> None:
    citation = make_answer().citations[0]
    cited = tuple(
        citation.model_copy(update={"document_id": document.id, "number": number})
        for number, document in enumerate(library, start=1)
    )
    answer = make_answer(citations=cited, as_of=date(2025, 8, 7))
    days = days_of_change(answer, library)
    assert len(days) == MOST_DAYS
    assert list(days) == sorted(days)
    assert date(2025, 8, 7) not in days


def test_an_answer_without_sources_or_with_unknown_ones_offers_none(
    make_answer: Callable[..., Answer], library: Library
) -> None:
    citation = make_answer().citations[0].model_copy(update={"document_id": "gone"})
    assert days_of_change(make_answer(citations=()), library) == ()
    assert days_of_change(make_answer(citations=(citation,)), library) == ()


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2025-06-30", date(2025, 6, 30)),
        (" 2025-6-3 ", date(2025, 6, 3)),
        ("30 June 2025", date(2025, 6, 30)),
        ("June 30, 2025", date(2025, 6, 30)),
        ("2025年6月30日", date(2025, 6, 30)),
        ("2025-13-45", None),
        ("0001-01-01", None),
        ("June 2025", None),
        ("yesterday", None),
        ("1 May 2025 or 2 May 2025", None),
        ("", None),
    ],
)
def test_a_day_is_read_as_people_write_it_or_not_at_all(typed: str, day: date | None) -> None:
    assert read_day(typed) == day
