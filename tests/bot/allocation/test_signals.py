"""A signal's state on a day, clause by clause; its tilt by size, status and age."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bot.allocation import Allocator, load_rules
from bot.allocation.signals import bind_signals, read_signals
from corpus import Library, Status
from corpus.errors import RulesError
from tests.bot.allocation.cases import PROFILE, allocator_with, library_with, packaged
from tests.bot.allocation.invariants import run
from tests.conftest import TODAY

DAY = timedelta(days=1)
NAME = "s232-critical-minerals-11001"
OTHER = "eo-14345-us-japan"
PUBLISHED, FIRST, LAST = date(2026, 1, 10), date(2026, 2, 1), date(2026, 7, 31)
ENDED = (Status.SUPERSEDED, Status.STRUCK_DOWN, Status.EXPIRED)
DATES: dict[str, Any] = {
    "published": PUBLISHED,
    "effective_from": FIRST,
    "effective_until": None,
    "next_date": None,
    "next_event": None,
}


def state(day: date, successor: date | None = None, **changes: Any) -> str:  # noqa: ANN401
    changed = {NAME: {**DATES, "status": Status.IN_FORCE, **changes}}
    if successor:
        changed[OTHER] = {"published": successor, "supersedes": (NAME,)}
    (signal,) = [s for s in allocator_with(changed).signals if s.id == NAME]
    return signal.state(day).value


@pytest.mark.parametrize("status", list(Status))
def test_before_it_is_published_a_signal_is_not_yet(status: Status) -> None:
    assert state(PUBLISHED - DAY, status=status) == "not-yet"
    assert state(PUBLISHED, status=status) != "not-yet"


@pytest.mark.parametrize("status", ENDED)
def test_after_its_last_day_an_ended_document_has_its_status(status: Status) -> None:
    assert state(LAST, status=status, effective_until=LAST) == "in-force"
    assert state(LAST + DAY, status=status, effective_until=LAST) == status.value
    assert state(LAST + DAY, PUBLISHED, status=status, effective_until=LAST) == status.value


@pytest.mark.parametrize("key", ["effective_until", "next_date"])
@pytest.mark.parametrize("status", [s for s in Status if s not in ENDED])
def test_past_a_date_it_is_superseded_or_lapsed(key: str, status: Status) -> None:
    dates: dict[str, Any] = {key: LAST, "next_event": "A review." if key == "next_date" else None}
    assert state(LAST, status=status, **dates) == status.value
    assert state(LAST + DAY, status=status, **dates) == "lapsed-unconfirmed"
    assert state(LAST + DAY, LAST + DAY, status=status, **dates) == "superseded"
    assert state(LAST + DAY, LAST + 2 * DAY, status=status, **dates) == "lapsed-unconfirmed"


def test_only_the_later_document_can_say_that_it_supersedes() -> None:
    dates: dict[str, Any] = {"effective_until": LAST, "superseded_by": (OTHER,)}
    assert state(LAST + DAY, **dates) == "lapsed-unconfirmed"


@pytest.mark.parametrize("status", ENDED)
def test_a_milestone_casts_no_doubt_on_an_ended_document(status: Status) -> None:
    dates: dict[str, Any] = {
        "next_date": LAST - DAY,
        "next_event": "A review.",
        "effective_until": LAST,
    }
    assert state(LAST, status=status, **dates) == "in-force"
    assert state(LAST + DAY, status=status, **dates) == status.value


def test_before_its_first_day_it_is_announced_or_in_negotiation() -> None:
    for status in Status:
        expected = "in-negotiation" if status is Status.IN_NEGOTIATION else "announced"
        assert state(FIRST - DAY, status=status) == expected
    assert state(FIRST, status=Status.SUSPENDED) == "suspended"


@pytest.mark.parametrize("status", ENDED)
def test_an_ending_whose_day_is_not_known_counts_as_ended(status: Status) -> None:
    assert state(FIRST, status=status) == status.value


def tilt(day: date, level: int = 5, **changes: Any) -> int:  # noqa: ANN401
    allocator = allocator_with({NAME: {**DATES, "status": Status.IN_FORCE, **changes}})
    cap = allocator.rules.theme_cap(level)
    readings = read_signals(allocator.signals, day, cap, allocator.rules.tilts)
    (reading,) = [r for r in readings if r.signal.id == NAME]
    return next(iter(reading.tilts.values()))


@pytest.mark.parametrize(
    ("status", "bp"),
    [
        (Status.IN_FORCE, 150),
        (Status.AMENDED, 150),
        (Status.ANNOUNCED, 75),
        (Status.IN_NEGOTIATION, 37),
        (Status.SUSPENDED, 0),
        (Status.EXPIRED, 0),
    ],
)
def test_a_tilt_goes_by_status(status: Status, bp: int) -> None:
    assert tilt(FIRST, status=status) == bp


@pytest.mark.parametrize(
    ("day", "bp"),
    [
        (date(2027, 1, 10), 150),
        (date(2027, 1, 11), 75),
        (date(2028, 1, 10), 75),
        (date(2028, 1, 11), 0),
    ],
)
def test_a_tilt_goes_by_age_and_the_same_day_a_year_later_is_inside(day: date, bp: int) -> None:
    assert tilt(day) == bp


def test_a_leap_day_ages_by_the_last_of_february() -> None:
    leap: dict[str, Any] = {"published": date(2024, 2, 29), "effective_from": None}
    assert tilt(date(2025, 2, 28), **leap) == 150
    assert tilt(date(2025, 3, 1), **leap) == 75


def test_tilts_are_rounded_toward_zero() -> None:
    october = "china-october-2025-controls-suspension"
    changes = {october: {**DATES, "status": Status.IN_NEGOTIATION}}
    data = {**PROFILE, "willingness": 2}
    result = run(allocator_with(changes), data, FIRST)
    (signal,) = [s for s in result["signals"] if s["id"] == october]
    # A quarter of 20 and of 10 % of 500 basis points is 25 and 12.5.
    assert signal["tilts_bp"] == {"MIN": 25, "DEF": -12, "TECH": -12}


def test_the_packaged_signals_on_the_day_of_the_worked_example(allocator: Allocator) -> None:
    states = {s.id: s.state(TODAY).value for s in allocator.signals}
    assert states == {
        "china-rare-earth-controls-april-2025": "in-force",
        "china-october-2025-controls-suspension": "suspended",
        "china-japan-dual-use-ban-2026": "in-force",
        "g7-critical-minerals-action-plan-2025": "in-force",
        "g7-critical-minerals-production-alliance-2025": "in-force",
        "us-project-vault-2026": "announced",
        "us-critical-minerals-ministerial-forge-2026": "in-negotiation",
        "s232-critical-minerals-11001": "lapsed-unconfirmed",
        "nato-hague-5-percent-pledge-2025": "in-force",
        "japan-defense-2-percent-fy2026-budget": "in-force",
        "price-floors-critical-minerals": "in-negotiation",
        "us-japan-2026-status": "in-force",
        "ieepa-reciprocal-eo-14257": "struck-down",
    }


def test_a_signal_whose_document_is_missing_fails_at_load_naming_the_line() -> None:
    kept = {name: d for name, d in packaged().documents.items() if name != NAME}
    rule_set = load_rules()
    with pytest.raises(RulesError) as told:
        bind_signals(rule_set, Library(kept))
    assert str(told.value).count("\n") == 0
    number = int(str(told.value).split(":")[1])
    assert f"document: {NAME}" in rule_set.path.read_text(encoding="utf-8").splitlines()[number - 1]


def test_a_quote_that_no_longer_stands_in_its_document_fails_at_load() -> None:
    library = library_with({NAME: {"body": "# Another text\n\nNothing of it is left.\n"}})
    with pytest.raises(RulesError, match=r"quote: does not stand word for word in 's232-") as told:
        bind_signals(load_rules(), library)
    assert "\n" not in str(told.value)


def test_every_quote_is_one_whole_sentence_of_its_document(allocator: Allocator) -> None:
    for signal in allocator.signals:
        body = signal.document.body
        assert body[signal.start : signal.end] == signal.rule.quote
        assert body.count(signal.rule.quote) == 1
        before, after = body[: signal.start][-2:], body[signal.end :][:1]
        assert before.endswith(("\n", ". ", "- ", ".\n")) or before.strip() == ""
        assert after in {" ", "\n", ""}
        assert signal.rule.quote.endswith(".")
