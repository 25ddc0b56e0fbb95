from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.timeline import Timeline, timeline_of
from corpus import Library
from retrieval.currency import State
from tests.documents import write_document

TODAY = date(2026, 11, 22)


def ids(timeline: Timeline) -> list[str]:
    return [row.document_id for row in timeline.rows]


def of_documents(tmp_path: Path, wanted: str = "copper", day: date = TODAY) -> Timeline:
    return timeline_of(Library.load(tmp_path), wanted, day=day)


def test_rows_come_by_their_first_day_whatever_order_they_were_found_in(library: Library) -> None:
    timeline = timeline_of(library, "copper", day=TODAY)
    days = [row.first for row in timeline.rows]
    assert days == sorted(days)
    assert "s232-copper-10962" in ids(timeline)
    assert timeline.whole


def test_a_documents_id_brings_the_whole_chain_of_regimes(library: Library) -> None:
    timeline = timeline_of(library, "s122-surcharge-11012", day=TODAY)
    assert ids(timeline) == [
        "ieepa-reciprocal-eo-14257",
        "s122-surcharge-11012",
        "s301-forced-labor-2026",
    ]
    assert [row.state for row in timeline.rows] == [
        State.STRUCK_DOWN,
        State.EXPIRED,
        State.IN_FORCE,
    ]
    assert timeline.asked == library.get("s122-surcharge-11012").title


@pytest.mark.parametrize("wanted", ["Japanese car tariffs", "日本車の関税"])
def test_words_in_either_language_find_the_measures_they_are_about(
    library: Library, wanted: str
) -> None:
    found = ids(timeline_of(library, wanted, day=TODAY))
    assert {"s232-autos-10908", "us-japan-framework-2025"} <= set(found)
    assert "drc-cobalt-quotas" not in found


def test_what_no_title_names_is_looked_for_in_the_texts(library: Library) -> None:
    assert "s232-autos-10908" in ids(timeline_of(library, "Toyota", day=TODAY))


def test_words_that_nothing_holds_together_show_the_nearest_and_say_so(library: Library) -> None:
    timeline = timeline_of(library, "copper unicorns", day=TODAY)
    assert not timeline.whole
    assert timeline.rows
    assert timeline_of(library, "unicornish", day=TODAY).rows == ()


def test_more_rows_than_a_phone_shows_are_counted_not_dropped_in_silence(
    library: Library,
) -> None:
    everything = timeline_of(library, "tariffs", day=TODAY, most=None)
    some = timeline_of(library, "tariffs", day=TODAY, most=5)
    assert len(some.rows) == 5
    assert some.left_out == len(everything.rows) - 5
    assert everything.left_out == 0


def test_what_has_been_over_for_long_is_left_out_first(tmp_path: Path) -> None:
    old = {"effective_from": "2020-01-01", "effective_until": "2021-01-01", "status": "expired"}
    write_document(tmp_path, "a-old", title="Copper, copper", **old)
    write_document(tmp_path, "b-new")
    timeline = timeline_of(Library.load(tmp_path), "copper", day=TODAY, most=1)
    assert ids(timeline) == ["b-new"]
    assert timeline.left_out == 1


def test_without_a_first_day_the_day_of_publication_stands_in_and_is_marked(
    tmp_path: Path,
) -> None:
    write_document(tmp_path, "undated", effective_from=None)
    (row,) = of_documents(tmp_path).rows
    assert (row.first, row.first_is_known) == (date(2025, 1, 10), False)


def test_a_fund_is_never_in_force_but_a_company_brief_with_a_period_is(tmp_path: Path) -> None:
    write_document(tmp_path, "fund", kind="fund-brief", effective_from=None)
    write_document(tmp_path, "stake", kind="company-brief")
    assert ids(of_documents(tmp_path)) == ["stake"]


def test_the_last_day_is_still_in_force_and_the_next_is_not(tmp_path: Path) -> None:
    write_document(tmp_path, "ended", effective_until="2026-11-22", status="expired")
    (on_it,) = of_documents(tmp_path).rows
    (after,) = of_documents(tmp_path, day=date(2026, 11, 23)).rows
    assert (on_it.state, after.state) == (State.IN_FORCE, State.EXPIRED)


def test_no_words_stand_for_every_measure(library: Library) -> None:
    everything = timeline_of(library, " \n", day=TODAY, most=None)
    assert len(everything.rows) > 50
    assert everything.asked == ""
