"""Gate 3, who does what to whom: the parts of a sentence are not exchanged."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from retrieval.checks.alignment import Alignment
from retrieval.checks.lexicon import words
from retrieval.checks.reading import Reading
from retrieval.checks.verdict import Failure

_ROLES = {
    "from": "origin",
    "to": "goal",
    "into": "goal",
    "toward": "goal",
    "towards": "goal",
    "by": "agent",
    "against": "target",
    "for": "target",
}
_PREPOSITIONS = frozenset(
    {*_ROLES, "of", "on", "in", "at", "with", "over", "under", "between", "than"}
)
_BE = frozenset(["is", "are", "was", "were", "be", "been", "being"])
_CLASHES = frozenset(
    {
        ("origin", "goal"),
        ("goal", "origin"),
        ("agent", "target"),
        ("target", "agent"),
        ("agent", "goal"),
        ("goal", "agent"),
        ("origin", "agent"),
    }
)


def exchanged(alignment: Alignment) -> Iterator[Failure]:
    """Names, figures and dates that changed places around the same words, or changed preposition.

    `China suspended it for the United States` is not `The United States suspended it for China`,
    while a passive (`by China`) or another order of whole clauses is no exchange.
    """
    claim = alignment.claim
    anchors = [
        position
        for position, token in enumerate(claim.content)
        if alignment.chosen[position] >= 0 and (token.kind == "name" or token.figure is not None)
    ]
    for one, other in combinations(anchors, 2):
        if _is_exchange(alignment, one, other):
            pair = f"{claim.content[one].text!r} and {claim.content[other].text!r}"
            yield Failure(gate="meaning", reason="roles", detail=f"the quotes exchange {pair}")
            return
    for position in anchors:
        token = claim.content[position]
        mine = _role(claim, position)
        if token.kind != "name" or not mine:
            continue
        theirs = [_role(alignment.quotes, at) for at in alignment.candidates[position]]
        if all((mine, role) in _CLASHES for role in theirs):
            yield Failure(
                gate="meaning", reason="roles", detail=f"{token.text!r} is not {mine} in the quotes"
            )


def _role(reading: Reading, position: int) -> str:
    """The part that the preposition right before a token gives it; empty: none."""
    for word in reading.before(position):
        if word.key in _ROLES:
            return _ROLES[word.key]
    return ""


def _is_exchange(alignment: Alignment, one: int, other: int) -> bool:
    claim, quotes, chosen = alignment.claim, alignment.quotes, alignment.chosen
    first, second = claim.content[one], claim.content[other]
    if (first.figure is None) != (second.figure is None) or first.key == second.key != "":
        return False
    if first.figure and second.figure and first.figure.kind != second.figure.kind:
        return False
    start, end = chosen[other], chosen[one]
    if start >= end or quotes.content[start].clause != quotes.content[end].clause:
        return False
    between = any(
        start < chosen[position] < end and claim.content[position].kind == "word"
        for position in range(one + 1, other)
    )
    # In an exchange the slots stay as they were; a passive brings another preposition.
    return between and all(
        _slot(claim, here) == _slot(quotes, there) for here, there in ((one, start), (other, end))
    )


def _slot(reading: Reading, position: int) -> str:
    """The preposition before a token, if there is one."""
    return next((word.key for word in reading.before(position) if word.key in _PREPOSITIONS), "")


def turned_round(alignment: Alignment) -> Iterator[Failure]:
    """A verb whose sides are exchanged: `A replaced B` told as `B replaced A`."""
    claim, quotes = alignment.claim, alignment.quotes
    for position, token in enumerate(claim.content):
        at = alignment.chosen[position]
        if (
            at < 0
            or token.kind != "word"
            or not (_is_verb(claim, position) and _is_verb(quotes, at))
        ):
            continue
        if _is_passive(claim, position) != _is_passive(quotes, at):
            continue
        left, right = _sides(alignment, position)
        if left and right and min(left) > at > max(right):
            yield Failure(
                gate="meaning",
                reason="roles",
                detail=f"the quotes turn {token.text!r} the other way round",
            )


def _is_verb(reading: Reading, position: int) -> bool:
    token = reading.content[position]
    behind = reading.tokens[token.number - 1] if token.number else None
    if behind is not None and behind.text == "-":
        return False
    lower = token.text.lower()
    return lower.endswith("ed") or (lower in words().irregular and lower not in words().families)


def _is_passive(reading: Reading, position: int) -> bool:
    return any(word.key in _BE for word in reading.before(position))


def _sides(alignment: Alignment, position: int) -> tuple[list[int], list[int]]:
    """Where in the quotes stand the words left and right of a verb, in its clause, dates aside."""
    content, chosen = alignment.claim.content, alignment.chosen
    clause = content[position].clause
    sides: tuple[list[int], list[int]] = ([], [])
    for near in range(max(0, position - 4), min(len(content), position + 5)):
        figure = content[near].figure
        if near == position or chosen[near] < 0 or content[near].clause != clause:
            continue
        if figure is None or figure.kind == "label":
            sides[near > position].append(chosen[near])
    return sides
