from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Library, sentence_spans
from retrieval.dates import Span, find_dates, time_spans


def days(text: str) -> list[tuple[date, date]]:
    return [(mention.first, mention.last) for mention in find_dates(text)]


def span(text: str) -> Span:
    (found,) = time_spans(text)
    return found


@pytest.mark.parametrize(
    "text",
    [
        "16 September 2025",
        "16th September 2025",
        "16 Sept 2025",
        "16 Sep. 2025",
        "September 16, 2025",
        "Sept. 16, 2025",
        "September 16th, 2025",
        "september 16 2025",
        "16 SEPTEMBER, 2025",
        "2025-09-16",
        "2025年9月16日",
    ],
)
def test_a_day_is_read_in_every_usual_form(text: str) -> None:
    day = date(2025, 9, 16)
    (mention,) = find_dates(f"It holds on {text}.")
    assert (mention.first, mention.last) == (day, day)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("September 2025", date(2025, 9, 1), date(2025, 9, 30)),
        ("Feb. 2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-09", date(2025, 9, 1), date(2025, 9, 30)),
        ("2025年9月", date(2025, 9, 1), date(2025, 9, 30)),
        ("2025年", date(2025, 1, 1), date(2025, 12, 31)),
        ("summer 2026", date(2026, 6, 1), date(2026, 8, 31)),
        ("autumn of 2026", date(2026, 9, 1), date(2026, 11, 30)),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_date_without_a_day_is_the_whole_of_its_month_season_or_year(
    text: str, first: date, last: date
) -> None:
    assert days(f"It held in {text}") == [(first, last)]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("16-17 June 2025", date(2025, 6, 16), date(2025, 6, 17)),
        ("16–17 June 2025", date(2025, 6, 16), date(2025, 6, 17)),
        ("June 16-17, 2025", date(2025, 6, 16), date(2025, 6, 17)),
        ("2025-06-16/17", date(2025, 6, 16), date(2025, 6, 17)),
        ("April-December 2025", date(2025, 4, 1), date(2025, 12, 31)),
        ("Apr–Dec 2025", date(2025, 4, 1), date(2025, 12, 31)),
    ],
)
def test_a_date_that_runs_over_days_or_months_keeps_both_ends(
    text: str, first: date, last: date
) -> None:
    assert days(f"The meeting of {text}.") == [(first, last)]


def test_a_date_without_a_year_takes_that_of_the_next() -> None:
    assert days("from 24 February to 23 July 2026") == [
        (date(2026, 2, 24), date(2026, 2, 24)),
        (date(2026, 7, 23), date(2026, 7, 23)),
    ]


def test_a_date_without_a_year_takes_that_of_the_one_before_when_none_follows() -> None:
    assert days("On 24 February 2026 it began; on 23 July it ended")[1][0] == date(2026, 7, 23)


def test_a_date_is_left_out_when_no_year_stands_anywhere() -> None:
    assert days("It began on 24 February.") == []


@pytest.mark.parametrize(
    "text",
    [
        "It costs 2,025 dollars",
        "It costs $2025",
        "a yield of 2025%",
        "2025 tonnes of ore",
        "2025 million yen",
        "docket 12-2025-7",
        "a ratio of 2025.5",
        "in May they said",
        "the march of progress",
        "Boeing 2060",
    ],
)
def test_a_number_that_is_no_date_is_not_taken_for_one(text: str) -> None:
    assert days(text) == []


@pytest.mark.parametrize(
    "text", ["31 April 2025", "February 30, 2025", "2025-02-30", "2025年2月30日"]
)
def test_a_day_that_no_calendar_has_is_left_out(text: str) -> None:
    assert days(text) == []


@pytest.mark.parametrize(
    "opening", ["From", "Since", "Starting", "Effective", "After", "It applies from", "In force on"]
)
def test_a_stretch_that_only_begins_is_open_at_its_end(opening: str) -> None:
    found = span(f"{opening} 16 September 2025 the rate is 15%.")
    assert (found.first, found.last, found.is_event) == (date(2025, 9, 16), date.max, False)


@pytest.mark.parametrize(
    "opening", ["Until", "Through", "Up to", "It expired on", "It ended", "By", "It runs to"]
)
def test_the_last_day_of_a_stretch_still_belongs_to_it(opening: str) -> None:
    found = span(f"{opening} 15 September 2025.")
    assert (found.first, found.last, found.is_event) == (date.min, date(2025, 9, 15), False)
    assert found.covers(date(2025, 9, 15))
    assert not found.covers(date(2025, 9, 16))


@pytest.mark.parametrize(
    "text",
    [
        "from 24 February to 23 July 2026",
        "between 24 February and 23 July 2026",
        "24 February 2026 - 23 July 2026",
        "24 February 2026 through 23 July 2026",
        "24 February until 23 July 2026",
    ],
)
def test_a_stretch_with_both_ends_holds_both_days(text: str) -> None:
    found = span(f"The surcharge applied {text}.")
    assert (found.first, found.last) == (date(2026, 2, 24), date(2026, 7, 23))
    assert not found.is_event


def test_two_days_that_run_backward_are_no_stretch() -> None:
    assert all(found.is_event for found in time_spans("On 4 March 2026 to 9 March 2025"))


def test_a_line_of_a_timeline_opens_or_ends_a_stretch_by_what_it_tells() -> None:
    assert span("24 February 2026: the surcharge takes effect.").last == date.max
    assert span("23 July 2026: the surcharge expires.").last == date(2026, 7, 23)
    assert span("9 March 2026: talks in Busan.").is_event


def test_two_days_joined_by_and_are_two_events() -> None:
    first, second = time_spans("Talks took place on 4 March 2026 and 9 March 2026.")
    assert first.is_event
    assert second.is_event


@pytest.mark.parametrize("by", ["up to", "by", "until"])
def test_what_was_not_found_by_a_day_is_still_all_that_is_known_after_it(by: str) -> None:
    (found,) = time_spans(f"No ruling on the duty was found {by} 4 March 2026.")
    assert found == Span(date(2026, 3, 4), date.max)


def test_throughout_a_year_means_all_of_it() -> None:
    found = span("Cars pay 15% throughout 2026.")
    assert (found.first, found.last) == (date(2026, 1, 1), date(2026, 12, 31))
    assert not found.is_event


def test_a_date_that_stands_by_itself_is_an_event() -> None:
    assert span("The court ruled on 20 February 2026.").is_event
    assert time_spans("The court ruled.") == ()


LETTERS = st.characters(codec="utf-8")
PIECES = st.sampled_from(
    [
        *("2025", "1999", "2025-06", "2025-06-31", "31", "16-17", "June", "Feb.", "may", "spring"),
        *("2025年", "6月", "31日", "from", "until", "between", "and", "to"),
        *("-", "/", "(", "%", ","),
    ]
)
TEXTS = st.one_of(
    st.text(LETTERS, max_size=80),
    st.lists(st.one_of(PIECES, st.text(LETTERS, max_size=4)), max_size=14).map(" ".join),
    st.lists(PIECES, max_size=10).map("".join),
)


@given(TEXTS)
def test_whatever_is_written_dates_lie_inside_the_text_and_run_forward(text: str) -> None:
    end = 0
    for mention in find_dates(text):
        assert end <= mention.start < mention.end <= len(text)
        assert mention.first <= mention.last
        end = mention.end
    assert all(found.first <= found.last for found in time_spans(text))


@given(st.dates(date(2000, 1, 1), date(2049, 12, 31)))
def test_a_day_written_out_is_read_back(day: date) -> None:
    written = [
        f"{day.day} {day:%B} {day.year}",
        f"{day:%b} {day.day}, {day.year}",
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
    ]
    assert [days(text) for text in written] == [[(day, day)]] * 4


def test_every_brief_of_the_corpus_speaks_of_some_day(library: Library) -> None:
    undated = [
        document.id
        for document in library
        if not any(find_dates(document.body[a:b]) for a, b in sentence_spans(document.body))
    ]
    assert undated == []
