from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Document, Library, Status, parse_document
from retrieval.currency import OVER, State, Tense, recency, state_on, tense_on
from tests.documents import document_text

DAY = timedelta(days=1)
PUBLISHED, FIRST, LAST = date(2025, 1, 10), date(2025, 2, 1), date(2025, 7, 31)


def document(name: str = "measure", **changes: object) -> Document:
    dates = {"published": PUBLISHED, "effective_from": FIRST, "effective_until": None}
    meta: dict[str, Any] = {**dates, **changes}
    return parse_document(document_text(name, **meta), Path(f"{name}.md"))


def alone(measure: Document) -> Library:
    return Library({measure.id: measure})


def state(day: date, **changes: object) -> State:
    measure = document("measure", **changes)
    return state_on(measure, day, alone(measure))


@pytest.mark.parametrize("status", list(Status))
def test_before_its_day_of_publication_nothing_is_known_of_a_measure(status: Status) -> None:
    assert state(PUBLISHED - DAY, status=status.value) is State.NOT_YET
    assert state(PUBLISHED, status=status.value) is not State.NOT_YET


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("in-force", State.IN_FORCE),
        ("amended", State.AMENDED),
        ("suspended", State.SUSPENDED),
        ("announced", State.ANNOUNCED),
        ("in-negotiation", State.IN_NEGOTIATION),
    ],
)
def test_a_measure_without_an_end_stands_as_it_was_checked_from_its_first_day(
    status: str, expected: State
) -> None:
    assert state(FIRST, status=status) is expected
    assert state(date(2030, 1, 1), status=status) is expected


@pytest.mark.parametrize("status", ["in-force", "amended", "suspended", "announced"])
def test_between_publication_and_its_first_day_a_measure_is_announced(status: str) -> None:
    assert state(FIRST - DAY, status=status) is State.ANNOUNCED


def test_what_is_still_negotiated_is_so_before_its_first_day_too() -> None:
    assert state(FIRST - DAY, status="in-negotiation") is State.IN_NEGOTIATION


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("superseded", State.SUPERSEDED),
        ("struck-down", State.STRUCK_DOWN),
        ("expired", State.EXPIRED),
    ],
)
def test_an_ended_measure_was_in_force_through_its_last_day(status: str, expected: State) -> None:
    for day in (FIRST, LAST - DAY, LAST):
        assert state(day, status=status, effective_until=LAST) is State.IN_FORCE
    assert state(LAST + DAY, status=status, effective_until=LAST) is expected


@pytest.mark.parametrize("status", ["superseded", "struck-down", "expired"])
def test_an_ended_measure_was_announced_before_it_was_in_force(status: str) -> None:
    assert state(FIRST - DAY, status=status, effective_until=LAST) is State.ANNOUNCED


def test_a_measure_past_its_last_day_lapsed_unconfirmed_when_nothing_later_is_held() -> None:
    assert state(LAST, effective_until=LAST) is State.IN_FORCE
    assert state(LAST + DAY, effective_until=LAST) is State.LAPSED_UNCONFIRMED


def test_a_measure_past_its_last_day_is_superseded_once_its_successor_is_published() -> None:
    later = document("later", published=date(2025, 9, 1), effective_from=None)
    measure = document(effective_until=LAST, superseded_by=["later"])
    library = Library({"measure": measure, "later": later})
    assert state_on(measure, date(2025, 8, 31), library) is State.LAPSED_UNCONFIRMED
    assert state_on(measure, date(2025, 9, 1), library) is State.SUPERSEDED


def test_a_successor_is_known_whichever_of_the_two_documents_names_the_other() -> None:
    later = document("later", published=LAST, effective_from=None, supersedes=["measure"])
    measure = document(effective_until=LAST)
    library = Library({"measure": measure, "later": later})
    assert state_on(measure, LAST + DAY, library) is State.SUPERSEDED


def test_a_milestone_leaves_a_measure_unconfirmed_from_the_day_after_it() -> None:
    milestone = {"next_date": date(2025, 6, 1), "next_event": "A review is due."}
    assert state(date(2025, 6, 1), **milestone) is State.IN_FORCE
    assert state(date(2025, 6, 2), **milestone) is State.LAPSED_UNCONFIRMED


def test_an_ended_measure_is_not_put_in_doubt_by_a_milestone() -> None:
    milestone = {"next_date": date(2025, 6, 1), "next_event": "A review was due."}
    found = state(date(2025, 7, 1), status="expired", effective_until=LAST, **milestone)
    assert found is State.IN_FORCE


def test_the_regimes_of_the_us_surcharges_follow_each_other_day_by_day(library: Library) -> None:
    first, second, third = (
        library.get(name)
        for name in ("ieepa-reciprocal-eo-14257", "s122-surcharge-11012", "s301-forced-labor-2026")
    )

    def states(day: date) -> tuple[State, ...]:
        return tuple(state_on(document, day, library) for document in (first, second, third))

    running, announced, unknown = State.IN_FORCE, State.ANNOUNCED, State.NOT_YET
    assert states(date(2025, 4, 4)) == (announced, unknown, unknown)
    assert states(date(2026, 2, 23)) == (running, announced, unknown)
    assert states(date(2026, 2, 24)) == (State.STRUCK_DOWN, running, unknown)
    assert states(date(2026, 7, 23)) == (State.STRUCK_DOWN, running, announced)
    assert states(date(2026, 7, 24)) == (State.STRUCK_DOWN, State.EXPIRED, running)


@given(st.dates(date(2019, 1, 1), date(2045, 1, 1)))
def test_on_any_day_only_an_ended_or_followed_measure_of_the_corpus_is_over(day: date) -> None:
    library = LIBRARY
    for measure in library:
        found = state_on(measure, day, library)
        assert (found is State.NOT_YET) == (day < measure.published)
        if found in OVER:
            assert measure.effective_until or measure.next_date
            assert measure.effective_until is None or day > measure.effective_until


LIBRARY = Library.load()


@pytest.mark.parametrize(
    ("sentence", "day", "tense"),
    [
        ("Cars paid 27.5% until 15 September 2025.", date(2025, 9, 15), Tense.HOLDS),
        ("Cars paid 27.5% until 15 September 2025.", date(2025, 9, 16), Tense.PAST),
        ("Cars pay 15% from 16 September 2025.", date(2025, 9, 15), Tense.FUTURE),
        ("Cars pay 15% from 16 September 2025.", date(2025, 9, 16), Tense.HOLDS),
        ("It ran from 24 February to 23 July 2026.", date(2026, 2, 23), Tense.FUTURE),
        ("It ran from 24 February to 23 July 2026.", date(2026, 2, 24), Tense.HOLDS),
        ("It ran from 24 February to 23 July 2026.", date(2026, 7, 23), Tense.HOLDS),
        ("It ran from 24 February to 23 July 2026.", date(2026, 7, 24), Tense.PAST),
        ("The court ruled on 20 February 2026.", date(2026, 2, 19), Tense.FUTURE),
        ("The court ruled on 20 February 2026.", date(2026, 2, 20), Tense.PAST),
        ("The duty is 15%.", date(2026, 2, 20), Tense.UNDATED),
    ],
)
def test_a_sentence_speaks_of_the_day_of_what_was_or_of_what_comes(
    sentence: str, day: date, tense: Tense
) -> None:
    assert tense_on(sentence, day) is tense


def test_one_of_several_stretches_that_covers_the_day_decides() -> None:
    sentence = (
        "Goods paid 15% until 23 February 2026, 10% from 24 February to 23 July 2026, "
        "and 12.5% from 24 July 2026."
    )
    for day in (date(2026, 1, 1), date(2026, 3, 1), date(2026, 11, 22)):
        assert tense_on(sentence, day) is Tense.HOLDS


def test_news_is_freshest_on_its_day_and_halves_in_half_a_year() -> None:
    sentence = "The court ruled on 20 February 2026."
    assert recency(sentence, date(2026, 2, 20)) == 1
    assert recency(sentence, date(2026, 2, 20) + timedelta(days=180)) == 0.5
    assert recency(sentence, date(2026, 2, 19)) == 0
    assert recency("The duty is 15%.", date(2026, 2, 19)) == 0


@given(st.text(max_size=100), st.dates())
def test_any_sentence_has_a_tense_and_a_recency_on_any_day(sentence: str, day: date) -> None:
    assert tense_on(sentence, day) in Tense
    assert 0 <= recency(sentence, day) <= 1
