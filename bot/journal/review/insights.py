"""Everything at a glance, from the day counts that are kept up as turns are written and judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.journal import tallies
from bot.journal.records import FAILED
from bot.journal.review.figures import DocumentUse, Insights, Period, Share, StaleDocument
from bot.journal.review.gaps import count_unclustered, read_gaps
from bot.journal.review.judgements import Verdict
from bot.journal.review.statistics import kappa, wilson
from bot.journal.risk import load_risk
from bot.journal.rows import AnyRow
from bot.journal.schema import TallyRow
from bot.journal.tallies import Measure, percentile
from bot.journal.vault import Work
from retrieval.answer import Outcome

if TYPE_CHECKING:
    from corpus import Library

_MOST_DOCUMENTS = 15
_MOST_GAPS = 10
_DAYS_BY_DAY = 31
_DAYS_BY_WEEK = 120

Counts = dict[Measure, dict[str, float]]


def read_insights(
    work: Work, library: Library | None, since: date | None, until: date | None
) -> Insights:
    """The figures between two days, and the documents and gaps as they stand."""
    total = _totals(work, since, until)
    outcomes = _whole(total[Measure.OUTCOME])
    verdicts = _whole(total[Measure.VERDICT])
    accuracy = _accuracy(total[Measure.SAMPLE_VERDICT])
    judged = sum(total[Measure.SAMPLE_VERDICT].values())
    cited = _whole(total[Measure.CITED])
    return Insights(
        since=since,
        until=until,
        turns=sum(outcomes.values()),
        outcomes=outcomes,
        composers=_whole(total[Measure.COMPOSER]),
        languages=_whole(total[Measure.LANGUAGE]),
        channels=_whole(total[Measure.CHANNEL]),
        results=_whole(total[Measure.RESULT]),
        cost_usd=total[Measure.COST].get("", 0),
        tokens_in=int(total[Measure.TOKENS].get("in", 0)),
        tokens_out=int(total[Measure.TOKENS].get("out", 0)),
        p50_ms=percentile(total[Measure.LATENCY], 0.5),
        p95_ms=percentile(total[Measure.LATENCY], 0.95),
        accuracy=accuracy,
        sample_open=max(0, round(total[Measure.SAMPLED].get("", 0) - judged)),
        verdicts=verdicts,
        useful=int(total[Measure.FEEDBACK].get("useful", 0)),
        useless=int(total[Measure.FEEDBACK].get("useless", 0)),
        agreement=kappa(_pairs(total[Measure.PAIR])),
        periods=_periods(work, since, until),
        most_cited=_most_cited(cited, library),
        never_cited=_never_cited(cited, library),
        stale=_stale(cited, library, work.now.date()),
        gaps=read_gaps(work, _MOST_GAPS),
        unclustered=count_unclustered(work),
    )


def _totals(work: Work, since: date | None, until: date | None) -> Counts:
    rows = work.session.execute(
        select(TallyRow.measure, TallyRow.label, func.sum(TallyRow.amount))
        .where(tallies.between(since, until))
        .group_by(TallyRow.measure, TallyRow.label)
    )
    return _counts(rows)


def _counts(rows: Iterable[tuple[str, str, float]]) -> Counts:
    counts: Counts = {measure: {} for measure in Measure}
    for measure, label, amount in rows:
        if amount:
            counts[Measure(measure)][label] = amount
    return counts


def _periods(work: Work, since: date | None, until: date | None) -> tuple[Period, ...]:
    """The figures over time: by day, by week or by month, as the span asks for."""
    wanted = (Measure.OUTCOME, Measure.COST, Measure.LATENCY, Measure.SAMPLE_VERDICT)
    bounds: AnyRow = work.session.execute(
        select(func.min(TallyRow.day), func.max(TallyRow.day)).where(tallies.days(since, until))
    ).one()
    if bounds[0] is None:
        return ()
    length = (bounds[1] - bounds[0]).days
    # Months are counted already; a shorter time has few days.
    by_month = length > _DAYS_BY_WEEK
    rows = work.session.execute(
        select(TallyRow.day, TallyRow.measure, TallyRow.label, TallyRow.amount).where(
            (tallies.between if by_month else tallies.days)(since, until),
            TallyRow.measure.in_(wanted),
        )
    ).all()
    begins = _steps(length)
    grouped: dict[date, Counts] = defaultdict(lambda: {measure: {} for measure in wanted})
    for day, measure, label, amount in rows:
        counts = grouped[begins(day)][Measure(measure)]
        counts[label] = counts.get(label, 0) + amount
    return tuple(_period(first, grouped[first]) for first in sorted(grouped))


def _period(first: date, counts: Counts) -> Period:
    outcomes = _whole(counts[Measure.OUTCOME])
    return Period(
        first=first,
        turns=sum(outcomes.values()),
        refused=outcomes.get(Outcome.NOT_IN_CORPUS, 0) + outcomes.get(Outcome.DECLINED, 0),
        failed=outcomes.get(FAILED, 0),
        cost_usd=counts[Measure.COST].get("", 0),
        p50_ms=percentile(counts[Measure.LATENCY], 0.5),
        p95_ms=percentile(counts[Measure.LATENCY], 0.95),
        accuracy=_accuracy(counts[Measure.SAMPLE_VERDICT]),
    )


def _steps(days: int) -> Callable[[date], date]:
    if days <= _DAYS_BY_DAY:
        return lambda day: day
    if days <= _DAYS_BY_WEEK:
        return lambda day: day - timedelta(days=day.weekday())
    return lambda day: day.replace(day=1)


def _accuracy(verdicts: Mapping[str, float]) -> Share:
    """Correct ones among those that could be judged; what is partly right is not right."""
    judged = {name: count for name, count in verdicts.items() if name != Verdict.NOT_REVIEWABLE}
    return wilson(round(judged.get(Verdict.CORRECT, 0)), round(sum(judged.values())))


def _pairs(counted: Mapping[str, float]) -> dict[tuple[str, str], int]:
    found = {}
    for label, count in counted.items():
        first, _, second = label.partition(" ")
        found[first, second] = round(count)
    return found


def _whole(counts: Mapping[str, float]) -> dict[str, int]:
    """Counts as whole numbers, the largest first."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return {label: round(count) for label, count in ordered}


def _title(document_id: str, library: Library | None) -> str | None:
    known = library is not None and document_id in library
    return library.get(document_id).title if known and library is not None else None


def _most_cited(cited: Mapping[str, int], library: Library | None) -> tuple[DocumentUse, ...]:
    return tuple(
        DocumentUse(document_id=name, title=_title(name, library), cited=count)
        for name, count in list(cited.items())[:_MOST_DOCUMENTS]
    )


def _never_cited(cited: Mapping[str, int], library: Library | None) -> tuple[DocumentUse, ...]:
    return tuple(
        DocumentUse(document_id=document.id, title=document.title, cited=0)
        for document in sorted(library or (), key=lambda one: one.id)
        if document.id not in cited
    )


def _stale(
    cited: Mapping[str, int], library: Library | None, today: date
) -> tuple[StaleDocument, ...]:
    """Those checked longest ago, the most cited first of equal ones."""
    found = [
        StaleDocument(
            document_id=document.id,
            title=document.title,
            checked=document.checked,
            days=(today - document.checked).days,
            cited=cited.get(document.id, 0),
        )
        for document in library or ()
        if (today - document.checked).days >= load_risk().stale_days
    ]
    return tuple(sorted(found, key=lambda one: (-one.days, -one.cited, one.document_id)))
