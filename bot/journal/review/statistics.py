"""Shares with their uncertainty, and agreement beyond chance."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

from bot.journal.review.figures import Agreement, Share

_Z = 1.959963984540054
"""Of the normal distribution, 95 % lies within so many standard deviations."""


def wilson(right: int, n: int) -> Share:
    """A share with Wilson's 95 % interval, which holds for few cases and near 0 and 1 too.

    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209-212.
    """
    if n <= 0:
        return Share(right=0, n=0, value=None, low=None, high=None)
    share = right / n
    square = _Z * _Z / n
    middle = (share + square / 2) / (1 + square)
    half = _Z / (1 + square) * math.sqrt(share * (1 - share) / n + square / (4 * n))
    return Share(
        right=right,
        n=n,
        value=share,
        # Rounding must not put the interval past the share where that is 0 or 1.
        low=min(share, max(0.0, middle - half)),
        high=max(share, min(1.0, middle + half)),
    )


def kappa(pairs: Mapping[tuple[str, str], int]) -> Agreement:
    """Cohen's kappa of pairs of verdicts: 1 full agreement, 0 as by chance, below 0 worse.

    Null where both always gave one and the same verdict: then chance agrees fully as well.

    Source: J. Cohen, Educational and Psychological Measurement 20 (1960), 37-46.
    """
    total = sum(pairs.values())
    listed = tuple((first, second, count) for (first, second), count in sorted(pairs.items()))
    if total <= 0:
        return Agreement(pairs=0, observed=None, kappa=None)
    firsts: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    for (first, second), count in pairs.items():
        firsts[first] += count
        seconds[second] += count
    same = sum(count for (first, second), count in pairs.items() if first == second)
    # In whole numbers until the last division, so that nothing is lost by rounding.
    chance = sum(firsts[verdict] * seconds[verdict] for verdict in firsts)
    squared = total * total
    beyond = None if chance == squared else (same * total - chance) / (squared - chance)
    return Agreement(pairs=total, observed=same / total, kappa=beyond, by_pair=listed)
