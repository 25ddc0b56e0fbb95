"""Every basis point, on every day on which anything changes, names its rule and its source."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from urllib.parse import urlsplit

import pytest

from bot.allocation import Allocation, Allocator, Sleeve
from bot.allocation.result import LedgerLine
from corpus import Library
from tests.bot.allocation.cases import profile
from tests.bot.allocation.invariants import allocate

CELLS = [(h, n) for h in ("under-3y", "3-10y", "over-10y") for n in range(1, 6)]
DAY = timedelta(days=1)
FIRST, LAST = date(2025, 1, 1), date(2029, 1, 1)


@cache
def turning_days(allocator: Allocator) -> tuple[date, ...]:
    """The days on which some signal's state or age changes, each with the day before."""
    days = {FIRST, LAST}
    for document in (signal.document for signal in allocator.signals):
        published = document.published
        aged = [published.replace(year=published.year + years) + DAY for years in (1, 2)]
        ended = [d + DAY for d in (document.effective_until, document.next_date) if d]
        for day in (published, document.effective_from, *aged, *ended):
            if day is not None and FIRST < day < LAST:
                days |= {day - DAY, day}
    return tuple(sorted(days))


def results(allocator: Allocator, horizon: str, level: int) -> Iterator[Allocation]:
    for day in turning_days(allocator):
        for implementation in ("sleeves", "funds"):
            data = profile(
                horizon=horizon,
                willingness=level,
                tolerable_loss_pct=60,
                implementation=implementation,
                exclusions=["china-exposure", "TECH"] if day.day % 3 == 0 else [],
            )
            yield allocate(allocator, data, day)


@pytest.mark.parametrize(("horizon", "level"), CELLS)
def test_every_weight_is_the_sum_of_lines_whose_rules_and_sources_are_there(
    allocator: Allocator, library: Library, horizon: str, level: int
) -> None:
    seen = 0
    for result in results(allocator, horizon, level):
        assert result.level == level
        assert [line.sleeve for line in result.sleeves] == list(Sleeve)
        assert sum(line.weight_bp for line in result.sleeves) == 10_000
        for sleeve in result.sleeves:
            assert sum(line.bp for line in sleeve.ledger) == sleeve.weight_bp
            for line in sleeve.ledger:
                assert_sourced(line, allocator, library)
                seen += 1
    assert seen > 100


def assert_sourced(line: LedgerLine, allocator: Allocator, library: Library) -> None:
    signals = {signal.document: signal for signal in allocator.rules.signals}
    rules = {rule.id.value: rule for rule in allocator.rules.rules}
    assert (line.rule in signals) != (line.rule in rules), line.rule
    if line.rule in rules:
        rule = rules[line.rule]
        assert rule.source.strip()
        # A figure of our own says so; one of others would have to name them.
        assert rule.assumption == ("[A]" in line.reason)
        assert (line.document_id, line.quote, line.start, line.end) == (None,) * 4
        return
    assert line.document_id == line.rule
    assert line.start is not None
    assert line.end is not None
    document = library.get(line.document_id)
    assert line.quote == signals[line.rule].quote == document.body[line.start : line.end]
    assert document.sources
    assert all(source.title and source.publisher for source in document.sources)


def test_every_shock_and_every_fund_names_where_it_is_from(allocator: Allocator) -> None:
    for shock in allocator.rules.shocks:
        assert shock.source.strip()
    for fund in allocator.universe.funds:
        address = urlsplit(fund.source_url)
        assert address.scheme in {"http", "https"}
        assert address.hostname
