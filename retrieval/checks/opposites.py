"""Gate 3, direction: `rise` is not `fall`, `until` is not `from`, `before` is not `after`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from retrieval.checks.alignment import Alignment
from retrieval.checks.lexicon import words
from retrieval.checks.placing import fits_better
from retrieval.checks.reading import Reading
from retrieval.checks.verdict import Failure

_FAR = 20.0
"""Places beyond which an opposite word speaks of something else."""


def reversed_words(alignment: Alignment) -> Iterator[Failure]:
    """Words of the claim whose opposite stands in their place in the quotes."""
    table = words().opposites
    claim, quotes = alignment.claim, alignment.quotes
    negated = {focus for m in claim.markers if m.kind == "negation" for focus in m.foci}
    negated_there = {focus for m in quotes.markers if m.kind == "negation" for focus in m.foci}
    for position, token in enumerate(claim.content):
        sides = table.get(token.key)
        if not sides:
            continue
        wanted = {(axis, 1 - side) for axis, side in sides}
        for at, other in enumerate(quotes.content):
            if wanted.isdisjoint(table.get(other.key, ())) or sides & table.get(
                other.key, frozenset()
            ):
                continue
            if (position in negated) != (at in negated_there):
                continue
            if _in_place_of(alignment, position, at):
                yield Failure(
                    gate="meaning",
                    reason="opposite",
                    detail=f"the quotes say {other.text!r} where the claim says {token.text!r}",
                )
                break
    yield from _small_words(alignment)


def _in_place_of(alignment: Alignment, position: int, at: int) -> bool:
    """Whether the quotes have the word at `at` where the claim has that at `position`."""
    if alignment.candidates[position]:
        holder = next((p for p, found in enumerate(alignment.candidates) if at in found), None)
        return fits_better(alignment, position, at, holder)
    expected = alignment.expected_place(position)
    return expected is None or abs(alignment.quotes.content[at].place - expected) <= _FAR


def _small_words(alignment: Alignment) -> Iterator[Failure]:
    """`before` for `after`, `until` for `from`, `to` for `by`, before the same word."""
    claim = alignment.claim
    for position, token in enumerate(claim.content):
        at = alignment.chosen[position]
        if at < 0 or not (claim.before(position) or claim.behind(position)):
            continue
        fault = _clash(alignment, position, at)
        if fault:
            yield Failure(
                gate="meaning",
                reason="opposite",
                detail=f"the quotes say {fault!r} of {token.text!r}",
            )


def _clash(alignment: Alignment, position: int, at: int) -> str:
    """The small word of the quotes that contradicts the claim's; empty: none."""
    table = words()
    claim, quotes = alignment.claim, alignment.quotes
    mine, theirs = claim.before(position), quotes.before(at)
    here = {word.key for word in (*mine, *claim.behind(position))}
    there = {word.key for word in (*theirs, *quotes.behind(at))}
    for word in here - there:
        against = table.small_opposites.get(word, frozenset()) & (there - here)
        if against:
            return min(against)
    figure = claim.content[position].figure
    if figure is None:
        return ""
    governors = table.date_governors if figure.kind == "date" else table.figure_governors
    one, _ = _governor(claim, position, governors)
    other, word = _governor(quotes, at, governors)
    if one and other and one != other:
        return word
    return "nothing" if one in ("before", "after") and not other else ""


def _governor(reading: Reading, position: int, table: Mapping[str, str]) -> tuple[str, str]:
    """The row of small words that governs a date or figure, and the word itself."""
    behind = reading.before(position)
    for word in behind:
        if word.key in table:
            return table[word.key], word.key
    if table is words().date_governors and behind and position:
        if behind[0].key == "between":
            return "start", "between"
        if behind[-1].key == "and" and "between" in {w.key for w in reading.before(position - 1)}:
            return "end", "and"
    return "", ""
