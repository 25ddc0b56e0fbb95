"""Which word of the quotes each word of a claim comes from.

A word may stand in the quotes several times. The place that is taken is the one whose neighbours
are the claim's neighbours too; that is what lets the other checks tell `15% on cars and 25% on
trucks` from its reverse.
"""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.checks.figures import supports
from retrieval.checks.lexicon import words
from retrieval.checks.reading import Reading
from retrieval.checks.tokens import Token

_NEIGHBOURS = 6
_OTHER_SIDE = 0.75
_NAME_WEIGHT = 2.0
_SHARED_WEIGHT = 0.4
_SAME_FORM = 0.25
_SHORTEST_ROOT = 5


@dataclass(slots=True)
class Alignment:
    """A claim beside its quotes.

    Attributes:
        claim: the claim as read.
        quotes: its quotes as read.
        candidates: for each content token of the claim, the positions in the quotes that say it.
        chosen: the likeliest of them; -1 where there is none.
    """

    claim: Reading
    quotes: Reading
    candidates: list[tuple[int, ...]]
    chosen: list[int]

    def place(self, position: int) -> float | None:
        """Where in the quotes the claim's token at `position` stands."""
        at = self.chosen[position]
        return self.quotes.content[at].place if at >= 0 else None

    def expected_place(self, position: int) -> float | None:
        """Where in the quotes that token should stand, going by its neighbours alone."""
        places = [
            place
            for near in range(max(0, position - 2), min(len(self.chosen), position + 3))
            if near != position and (place := self.place(near)) is not None
        ]
        return sorted(places)[len(places) // 2] if places else None


def align(claim: Reading, quotes: Reading) -> Alignment:
    """Find for each content token of the claim its place in the quotes."""
    candidates = [_candidates(token, quotes) for token in claim.content]
    chosen = [found[0] if found else -1 for found in candidates]
    alignment = Alignment(claim, quotes, candidates, chosen)
    for position, found in enumerate(candidates):
        if len(found) > 1:
            chosen[position] = _likeliest(alignment, position)
    return alignment


def _likeliest(alignment: Alignment, position: int) -> int:
    token, quoted = alignment.claim.content[position], alignment.quotes.content
    form = token.text.lower() if token.kind == "word" else ""

    def fitness(at: int) -> float:
        same = _SAME_FORM if quoted[at].text.lower() == form else 0.0
        return _consistency(alignment, position, at) + same

    return max(alignment.candidates[position], key=fitness)


def _consistency(alignment: Alignment, position: int, at: int) -> float:
    """How well the neighbours keep their distances if the token stands at `at`."""
    content, quoted = alignment.claim.content, alignment.quotes.content
    here, there = content[position].place, quoted[at].place
    total = 0.0
    for near in range(
        max(0, position - _NEIGHBOURS), min(len(content), position + _NEIGHBOURS + 1)
    ):
        if near == position or not alignment.candidates[near]:
            continue
        apart = content[near].place - here
        shift = min(
            abs(quoted[other].place - there - apart) for other in alignment.candidates[near]
        )
        total += 1.0 / ((1.0 + abs(apart)) * (1.0 + shift))
    return total


def vote(
    alignment: Alignment,
    position: int,
    at: int,
    *,
    without: frozenset[int] = frozenset(),
    rival: float | None = None,
    unlabelled: bool = False,
) -> float:
    """How well the neighbours of a claim's token fit around position `at` of the quotes.

    Args:
        alignment: the claim beside its quotes.
        position: of the token in the claim.
        at: the position in the quotes to be weighed.
        without: positions in the claim that are no witnesses: when two figures may have been
            exchanged, neither speaks for the other.
        rival: the place of the other position that this one is weighed against.
        unlabelled: no name stands between the two, so that a name before both goes with either.
    """
    content, quoted = alignment.claim.content, alignment.quotes.content
    token, goal = content[position], quoted[at].place
    total = 0.0
    for near in range(
        max(0, position - _NEIGHBOURS), min(len(content), position + _NEIGHBOURS + 1)
    ):
        if near == position or near in without:
            continue
        neighbour = content[near]
        others = [quoted[other].place - goal for other in alignment.candidates[near] if other != at]
        if not others:
            continue
        apart = neighbour.place - token.place
        # On the other side of the word counts as somewhat further away.
        nearest = min(
            max(abs(shift), 1.0) + (_OTHER_SIDE if (shift > 0) != (apart > 0) else 0.0)
            for shift in others
        )
        weight = 1.0 if neighbour.kind == "word" else _NAME_WEIGHT
        may_be_shared = neighbour.kind == "word" or (neighbour.kind == "name" and unlabelled)
        if rival is not None and may_be_shared and max(others) < min(0.0, rival - goal):
            # `buy 12 million now and 25 million a year`: a verb before both goes with either.
            weight *= _SHARED_WEIGHT
        total += weight / ((1.0 + abs(apart)) * (1.0 + nearest))
    return total


def _candidates(token: Token, quotes: Reading) -> tuple[int, ...]:
    if token.figure is not None:
        return figure_candidates(token, quotes)
    exact = quotes.index.get(token.key)
    if exact:
        return tuple(exact)
    return related(token, quotes)


def figure_candidates(token: Token, quotes: Reading) -> tuple[int, ...]:
    """The figures of the quotes that carry this one, exact ones before ranges."""
    figure = token.figure
    if figure is None:
        return ()
    return tuple(
        at
        for at, quoted in enumerate(quotes.content)
        if quoted.figure is not None and supports(quoted.figure, figure)
    )


def related(token: Token, quotes: Reading) -> tuple[int, ...]:
    """Words of the quotes of the same family, or of the same root: `suspension`, `suspended`."""
    if token.kind != "word":
        return ()
    table = words()
    families = table.families.get(token.key)
    sides = table.opposites.get(token.key)
    found: list[int] = []
    for key, positions in quotes.index.items():
        if not key:
            continue
        if (
            (families and not families.isdisjoint(table.families.get(key, ())))
            or (sides and not sides.isdisjoint(table.opposites.get(key, ())))
            or _same_root(token.key, key)
        ):
            found.extend(at for at in positions if not _is_compound(quotes, at))
    return tuple(found)


def _is_compound(reading: Reading, position: int) -> bool:
    """Whether a word hangs on another by a hyphen, as in `semi-finished`."""
    number = reading.content[position].number
    return number > 0 and reading.tokens[number - 1].text == "-"


def _same_root(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < _SHORTEST_ROOT or not shorter.isascii() or not longer.isascii():
        return False
    root = max(_SHORTEST_ROOT, round(len(shorter) * 0.75))
    return shorter[:root] == longer[:root] and len(longer) - len(shorter) <= 5
