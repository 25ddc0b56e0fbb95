"""Gate 3, word by word: negations, hedges and opposites of a claim are those of its quotes."""

from __future__ import annotations

from collections.abc import Iterator

from retrieval.checks.alignment import Alignment
from retrieval.checks.lexicon import words
from retrieval.checks.reading import FIGURE_CLASSES, Marker, Reading
from retrieval.checks.verdict import Failure

_REACH = 5.0
"""Places between a marker and a word it may still bend."""

_TIE = 1e-4
_OTHER_KIND = 0.5

# What a claim may say where its source says the key: the same, or less.
_ENOUGH: dict[str, frozenset[str]] = {
    "future": frozenset({"future", "intended"}),
    "reported": frozenset({"reported", "speech"}),
    "speech": frozenset({"reported", "speech"}),
    "likely": frozenset({"likely", "possible", "intended"}),
    "open": frozenset({"open", "condition", "negation"}),
}
_NEVER_DROPPED = frozenset({"universal", "condition"})
_NEVER_ADDED = frozenset({"speech", "open", "condition"})
_PAST_AUXILIARIES = frozenset({"was", "were", "has", "have", "had", "did"})
_CARRIED_ON = frozenset({"no", "nor", "neither", "none", "without"})
_PARTS = frozenset({"and", "but", "while", "whereas", ",", ";"})
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
                if apart <= _REACH and not _has_moved(alignment, mine, theirs):
                    if likeliest is not None:
                        apart += _TIE * abs(theirs.place - likeliest)
                    apart += 0.0 if mine.kind == theirs.kind else _OTHER_KIND
                    distances.append((apart, one, other))
    answered: set[int] = set()
    answering: set[int] = set()
    for _, one, other in sorted(distances):
        if one not in answering and other not in answered:
            answering.add(one)
            answered.add(other)
    return answered, answering


def _has_moved(alignment: Alignment, mine: Marker, theirs: Marker) -> bool:
    """Whether a negation went over to another part: `not held, and bought`, `held, and not bought`.

    It did where both bend words that the claim has, with `and` or a comma between them.
    """
    if mine.kind != "negation" or theirs.kind != "negation":
        return False
    bent_here = [at for focus in mine.foci if (at := alignment.chosen[focus]) >= 0]
    if not bent_here or not {*theirs.foci}.isdisjoint(bent_here):
        return False
    here, there = bent_here[-1], theirs.foci[-1]
    if there not in alignment.chosen:
        return False
    content = alignment.quotes.content
    low, high = sorted((content[here].number, content[there].number))
    return any(token.key in _PARTS for token in alignment.quotes.tokens[low:high])


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


def _dropped(alignment: Alignment, answered: set[int], *, attributed: bool) -> Iterator[Failure]:
    claim, quotes = alignment.claim, alignment.quotes
    said = {at: position for position, at in enumerate(alignment.chosen) if at >= 0}
    for number, marker in enumerate(quotes.markers):
        if number in answered or marker.kind in _NEVER_DROPPED:
            continue
        if marker.foci[-1] not in said:
            continue
        if attributed and marker.kind in ("speech", "reported"):
            continue
        position = said[marker.foci[-1]]
        if marker.kind == "at_most" and _ends_at(claim, position):
            continue
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


def _ends_at(reading: Reading, position: int) -> bool:
    """Whether a date is told as an end: `by 22 November` says what `up to 22 November` does."""
    figure = reading.content[position].figure
    if figure is None or figure.kind != "date":
        return False
    ends = {word for word, row in words().date_governors.items() if row == "end"} | {"as"}
    return any(word.key in ends for word in reading.before(position))


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


def fulfilled(alignment: Alignment) -> Iterator[Failure]:
    """What the quotes tell as to be done, and the claim as done: `asked to cut`, `was cut`."""
    claim, quotes = alignment.claim, alignment.quotes
    guarded = frozenset({"intended", "future", "possible", "likely", "reported", "negation"})
    for position, token in enumerate(claim.content):
        at = alignment.chosen[position]
        if token.kind != "word" or at < 0 or not _is_past(claim, position):
            continue
        if _is_infinitive(claim, position):
            continue
        if _is_infinitive(quotes, at) and not _carries(claim, position, guarded):
            yield Failure(
                gate="meaning",
                reason="hedge",
                detail=f"the quotes do not tell {token.text!r} as done",
            )


def _is_infinitive(reading: Reading, position: int) -> bool:
    token = reading.content[position]
    behind = reading.before(position)
    if not behind or behind[0].key != "to" or token.text.lower().endswith(("s", "ed", "ing")):
        return False
    lead = reading.content[position - 1].key if position else ""
    return lead not in words().accomplished
