"""Gate 3, word by word: negations, hedges and opposites of a claim are those of its quotes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from retrieval.checks.alignment import Alignment
from retrieval.checks.lexicon import words
from retrieval.checks.reading import FIGURE_CLASSES, Marker, Reading
from retrieval.checks.standing import fits_better
from retrieval.checks.verdict import Failure

_REACH = 5.0
"""Places between a marker and a word it may still bend."""

_FAR = 20.0
_TIE = 1e-4

# What a claim may say where its source says the key: the same, or less.
_ENOUGH: dict[str, frozenset[str]] = {
    "future": frozenset({"future", "intended"}),
    "reported": frozenset({"reported", "speech"}),
    "speech": frozenset({"reported", "speech"}),
    "likely": frozenset({"likely", "possible", "intended"}),
    "initially": frozenset({"initially"}),
}
_NEVER_DROPPED = frozenset({"universal"})
_NEVER_ADDED = frozenset({"speech"})
_PAST_AUXILIARIES = frozenset({"was", "were", "has", "have", "had", "did"})
_CARRIED_ON = frozenset({"no", "nor", "neither", "none", "without"})
_LINKS = frozenset({"and", "or", "nor", "but"})


def bent(alignment: Alignment, *, attributed: bool) -> Iterator[Failure]:
    """Negations and hedges that the claim drops or brings in.

    Each marker of the claim answers one of the quotes; those that are left over were brought in,
    and those of the quotes that no one answers were dropped. A marker counts only where what it
    bends is said on both sides: a clause that was left out takes its hedges with it.

    Args:
        alignment: the claim beside its quotes.
        attributed: the claim names its source, which does for `the article says`.
    """
    answered, answering = _paired(alignment)
    yield from _dropped(alignment, answered, attributed=attributed)
    yield from _added(alignment, answering)


def _enough(kind: str) -> frozenset[str]:
    return _ENOUGH.get(kind, frozenset({kind}))


def _paired(alignment: Alignment) -> tuple[set[int], set[int]]:
    """Which markers of the quotes are answered, and which of the claim answer: nearest first."""
    distances: list[tuple[float, int, int]] = []
    for one, mine in enumerate(alignment.claim.markers):
        places = _places(alignment, mine)
        likeliest = alignment.place(mine.foci[0])
        for other, theirs in enumerate(alignment.quotes.markers):
            if mine.kind in _enough(theirs.kind):
                apart = _distance(alignment, theirs, places)
                if apart <= _REACH:
                    if likeliest is not None:
                        apart += _TIE * abs(theirs.place - likeliest)
                    distances.append((apart, one, other))
    answered: set[int] = set()
    answering: set[int] = set()
    for _, one, other in sorted(distances):
        if one not in answering and other not in answered:
            answering.add(one)
            answered.add(other)
    return answered, answering


def _places(alignment: Alignment, marker: Marker) -> list[float]:
    """Where in the quotes stands what a marker of the claim bends."""
    if marker.kind in FIGURE_CLASSES:
        found = alignment.candidates[marker.foci[0]]
        return [alignment.quotes.content[at].place for at in found]
    chosen = [place for focus in marker.foci if (place := alignment.place(focus)) is not None]
    if chosen:
        return chosen
    expected = alignment.expected_place(marker.foci[0])
    return [expected] if expected is not None else []


def _distance(alignment: Alignment, theirs: Marker, places: list[float]) -> float:
    if not places:
        # Nothing of it stands in the quotes; that fault is not one of meaning.
        return _REACH
    content = alignment.quotes.content
    return min(abs(content[focus].place - place) for focus in theirs.foci for place in places)


def _dropped(
    alignment: Alignment, answered: set[int], *, attributed: bool
) -> Iterator[Failure]:
    claim, quotes = alignment.claim, alignment.quotes
    said = {at: position for position, at in enumerate(alignment.chosen) if at >= 0}
    for number, marker in enumerate(quotes.markers):
        if number in answered or marker.kind in _NEVER_DROPPED:
            continue
        if not all(focus in said for focus in marker.foci):
            continue
        if attributed and marker.kind in ("speech", "reported"):
            continue
        position = said[marker.foci[-1]]
        if marker.kind == "future" and not _is_past(claim, position):
            # `applies from 1 January` says what `will apply from 1 January` does.
            continue
        if _shares(quotes, marker) and _carries(claim, position, _enough(marker.kind)):
            continue
        yield Failure(
            gate="meaning",
            reason="negation" if marker.kind == "negation" else "hedge",
            detail=f"the quotes say {marker.text!r} of {claim.content[position].text!r}",
        )


def _shares(reading: Reading, marker: Marker) -> bool:
    """Whether a marker carries on another: in `no duty and no quota` one `no` may do for both."""
    if marker.kind == "negation" and marker.text.lower() not in _CARRIED_ON:
        return False
    behind = reading.tokens[max(0, marker.number - 3) : marker.number]
    return any(token.key in _LINKS for token in behind)


def _carries(reading: Reading, position: int, kinds: frozenset[str]) -> bool:
    place = reading.content[position].place
    return any(
        marker.kind in kinds and abs(marker.place - place) <= _REACH for marker in reading.markers
    )


def _is_past(reading: Reading, position: int) -> bool:
    token = reading.content[position]
    lower = token.text.lower()
    if any(word.key in _PAST_AUXILIARIES for word in reading.before(position)):
        return True
    return lower.endswith("ed") or (lower in words().irregular and not lower.endswith("s"))


def _added(alignment: Alignment, answering: set[int]) -> Iterator[Failure]:
    for number, marker in enumerate(alignment.claim.markers):
        if number in answering or marker.kind in _NEVER_ADDED:
            continue
        if marker.kind == "future" and not _contradicts_past(alignment, marker):
            continue
        if marker.kind == "intended" and words().prospects & alignment.quotes.keys:
            continue
        if marker.kind == "negation" and _denies_opposite(alignment, marker):
            continue
        if _shares(alignment.claim, marker) and _stands(alignment, marker):
            continue
        yield Failure(
            gate="meaning",
            reason="negation" if marker.kind == "negation" else "hedge",
            detail=f"the quotes do not say {marker.text!r}",
        )


def _stands(alignment: Alignment, marker: Marker) -> bool:
    """Whether some marker of the quotes, answered or not, bears this one of the claim."""
    places = _places(alignment, marker)
    return any(
        marker.kind in _enough(theirs.kind) and _distance(alignment, theirs, places) <= _REACH
        for theirs in alignment.quotes.markers
    )


def _contradicts_past(alignment: Alignment, marker: Marker) -> bool:
    """Whether the claim puts into the future what the quotes tell as past."""
    focus = marker.foci[-1]
    at = alignment.chosen[focus]
    return at >= 0 and _is_past(alignment.quotes, at)


def _denies_opposite(alignment: Alignment, marker: Marker) -> bool:
    """`is no longer in force` beside `expired`: the negation stands for the opposite word."""
    table = words().opposites
    for focus in marker.foci:
        token = alignment.claim.content[focus]
        if alignment.chosen[focus] >= 0:
            continue
        wanted = {(axis, 1 - side) for axis, side in table.get(token.key, ())}
        if any(wanted & table.get(key, frozenset()) for key in alignment.quotes.index):
            return True
    return False


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
            if wanted.isdisjoint(table.get(other.key, ())) or sides & table.get(other.key, frozenset()):
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
