"""Gate 3, relatedness: the quotes speak of what the claim says."""

from __future__ import annotations

from collections.abc import Iterator

from retrieval.checks.alignment import Alignment
from retrieval.checks.lexicon import words
from retrieval.checks.reading import Reading
from retrieval.checks.standing import is_abbreviated
from retrieval.checks.verdict import Failure

LEAST_SHARE = 0.6
"""Of the claim's words of content, how many must be found in the quotes. Set by judgement: a
reworded claim may lose two words in five; the mutation bench shows what that lets through."""

_FIGURE = 0.5
"""A figure is one of many that could stand there, so it tells half as much as a word."""


def unrelated(alignment: Alignment, known: frozenset[str]) -> Iterator[Failure]:
    """A claim too few of whose words the quotes say.

    Args:
        alignment: the claim beside its quotes.
        known: keys of words that a reader is told besides the quotes.
    """
    wanted = found = 0.0
    absent = []
    claim, quotes = alignment.claim, alignment.quotes
    for position, (token, candidates) in enumerate(
        zip(claim.content, alignment.candidates, strict=True)
    ):
        if token.figure is not None:
            wanted += _FIGURE
            found += _FIGURE if candidates else 0.0
            continue
        wanted += 1
        if candidates or _is_told_otherwise(claim, position, quotes):
            found += 1
        elif token.key in known:
            found += 0.5
            wanted -= 0.5
        else:
            absent.append(token.text)
    if wanted and found / wanted < LEAST_SHARE:
        detail = (
            f"{found / wanted:.0%} of its words are in the quotes; not: {', '.join(absent[:6])}"
        )
        yield Failure(gate="meaning", reason="unrelated", detail=detail)


def _is_told_otherwise(claim: Reading, position: int, quotes: Reading) -> bool:
    """Whether the quotes have a word's opposite, which other checks weigh, or a name's initials."""
    table = words().opposites
    axes = {axis for axis, _ in table.get(claim.content[position].key, ())}
    if axes:
        return any(axis in axes for key in quotes.index for axis, _ in table.get(key, ()))
    return is_abbreviated(claim, position, quotes)
