"""From many scores to the figures people compare: what each is called and which way is better."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from retrieval.evaluation.scoring import Score

Unit = Literal["share", "ratio", "words", "ms"]
Figures = dict[str, float | None]
"""Each figure by its key; None: nothing to measure it on."""


@dataclass(frozen=True)
class Figure:
    """One figure.

    Attributes:
        key: its name in files.
        label: its name for people.
        unit: `share` (0 to 1, shown as a percentage), `ratio` (0 to 1), `words` or `ms`.
        more_is_better: a floor is a minimum; else a floor is a maximum.
        measure: from scores to the figure.
    """

    key: str
    label: str
    unit: Unit
    more_is_better: bool
    measure: Callable[[Sequence[Score]], float | None]


def compute(scores: Sequence[Score]) -> Figures:
    """All figures over these scores."""
    return {figure.key: figure.measure(scores) for figure in FIGURES.values()}


def compute_by_tag(scores: Sequence[Score]) -> dict[str, Figures]:
    """All figures for each tag, in alphabetical order."""
    tags = sorted({tag for score in scores for tag in score.tags})
    return {tag: compute([score for score in scores if tag in score.tags]) for tag in tags}


def percentile(values: Iterable[float], share: float) -> float | None:
    """The smallest value that at least `share` of the values do not exceed; None for no values."""
    ordered = sorted(values)
    if not ordered:
        return None
    return ordered[max(0, math.ceil(share * len(ordered) - 1e-9) - 1)]


def _share(values: Iterable[bool]) -> float | None:
    listed = list(values)
    return sum(listed) / len(listed) if listed else None


def _quotient(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _median(values: Iterable[float]) -> float | None:
    listed = list(values)
    return float(statistics.median(listed)) if listed else None


def _answerable(scores: Sequence[Score]) -> list[Score]:
    return [score for score in scores if score.answerable]


def _told(scores: Sequence[Score]) -> list[Score]:
    """Those that ended some way; a system that only finds passages ends none."""
    return [score for score in scores if score.outcome is not None or score.error is not None]


def _recall(depth: int) -> Callable[[Sequence[Score]], float | None]:
    def measure(scores: Sequence[Score]) -> float | None:
        return _share(s.rank is not None and s.rank <= depth for s in _answerable(scores))

    return measure


def _mean_reciprocal_rank(scores: Sequence[Score]) -> float | None:
    ranks = [1 / score.rank if score.rank else 0.0 for score in _answerable(scores)]
    return statistics.fmean(ranks) if ranks else None


def _refusal_precision(scores: Sequence[Score]) -> float | None:
    return _share(not score.answerable for score in scores if score.refused)


def _refusal_recall(scores: Sequence[Score]) -> float | None:
    return _share(score.refused for score in _told(scores) if not score.answerable)


def _cited_right(scores: Sequence[Score]) -> float | None:
    chosen = _answerable(scores)
    return _quotient(sum(s.cited_right for s in chosen), sum(s.citations for s in chosen))


def _quotes_exact(scores: Sequence[Score]) -> float | None:
    total = sum(score.citations for score in scores)
    return _quotient(total - sum(len(score.quotes_inexact) for score in scores), total)


def _grounded(scores: Sequence[Score]) -> float | None:
    total = sum(score.claims for score in scores)
    return _quotient(total - sum(len(score.ungrounded) for score in scores), total)


def _cited(scores: Sequence[Score]) -> float | None:
    total = sum(score.claims for score in scores)
    return _quotient(total - sum(score.claims_uncited for score in scores), total)


def _words(scores: Sequence[Score]) -> list[int]:
    """Words of the answers that answer; a refusal is short and would flatter the median."""
    return [s.words for s in scores if s.words is not None and not s.refused]


def _latencies(scores: Sequence[Score]) -> list[float]:
    return [score.latency_ms for score in scores if score.latency_ms is not None]


FIGURES: dict[str, Figure] = {
    figure.key: figure
    for figure in (
        Figure("right", "outcome and facts right", "share", True,
               lambda s: _share(score.right for score in _told(s))),
        Figure("facts_right", "facts right (answerable)", "share", True,
               lambda s: _share(score.facts_right for score in _answerable(s))),
        Figure("outcome_right", "outcome right", "share", True,
               lambda s: _share(score.outcome_right for score in _told(s))),
        Figure("recall_at_1", "right document first", "share", True, _recall(1)),
        Figure("recall_at_5", "right document in first five", "share", True, _recall(5)),
        Figure("mrr", "mean reciprocal rank, first five", "ratio", True, _mean_reciprocal_rank),
        Figure("refusal_precision", "refusal precision", "share", True, _refusal_precision),
        Figure("refusal_recall", "refusal recall", "share", True, _refusal_recall),
        Figure("cited_documents_right", "cited documents right", "share", True, _cited_right),
        Figure("quotes_exact", "quotes exact", "share", True, _quotes_exact),
        Figure("numbers_grounded", "claims with every number in a quote", "share", True, _grounded),
        Figure("claims_cited", "claims cited", "share", True, _cited),
        Figure("words_median", "words of an answer, median", "words", False,
               lambda s: _median(_words(s))),
        Figure("words_p95", "words of an answer, p95", "words", False,
               lambda s: percentile(_words(s), 0.95)),
        Figure("longest_quote_words", "longest quote", "words", False,
               lambda s: max((x.longest_quote for x in s if x.longest_quote), default=None)),
        Figure("latency_p50_ms", "time to an answer, p50", "ms", False,
               lambda s: percentile(_latencies(s), 0.5)),
        Figure("latency_p95_ms", "time to an answer, p95", "ms", False,
               lambda s: percentile(_latencies(s), 0.95)),
    )
}  # fmt: skip
"""Every figure by its key, in the order people read them."""
