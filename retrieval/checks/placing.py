"""Gate 2, attachment: figures and names stand beside the same things as in the quotes."""

from __future__ import annotations

import math
from collections.abc import Iterator

from retrieval.checks.alignment import Alignment, vote
from retrieval.checks.figures import same_type
from retrieval.checks.lexicon import words
from retrieval.checks.reading import Reading
from retrieval.checks.tokens import SENTENCE_GAP, Token
from retrieval.checks.verdict import Failure

# How much better the neighbours must fit around another figure or name of the quotes before that
# one is taken for what the quotes say here. Set by hand while watching the mutation bench:
# a pair that changed places is weighed as a whole, so little is enough; a name is often far from
# what is said of it, so much is asked.
_RIVAL_LEAD = 1.25
_PAIR_LEAD = 1.12
_NAME_LEAD = 1.8
_RIVAL_MARGIN = 0.05
_GOVERNED_ALIKE = 2.0


def misplaced(alignment: Alignment) -> Iterator[Failure]:
    """Figures and names that stand in the quotes, but beside other things.

    Each is weighed against others of its type in the quotes: where the claim's neighbours fit
    clearly better around another one, that other one is what the quotes say here.
    """
    claim, quotes = alignment.claim, alignment.quotes
    if "respect" in claim.keys or "respect" in quotes.keys:
        return
    holders: dict[int, int] = {}
    for position, found in enumerate(alignment.candidates):
        for at in found:
            holders.setdefault(at, position)
    for position, token in enumerate(claim.content):
        if not alignment.candidates[position] or not _can_be_rivalled(token):
            continue
        if _is_embedded(alignment, position):
            continue
        for rival in _rivals(token, alignment, position):
            if fits_better(alignment, position, rival, holders.get(rival)):
                other = quotes.content[rival].text
                yield Failure(
                    gate="figure",
                    reason="misplaced",
                    detail=f"the quotes have {other} where the claim has {token.text}",
                )
                break


def fits_better(alignment: Alignment, position: int, rival: int, holder: int | None) -> bool:
    """Whether the claim's token belongs at `rival` in the quotes, going by its neighbours.

    Where the claim has the rival too (at `holder`), the two are weighed as they stand against the
    two exchanged.
    """
    if holder == position:
        return False
    pair = _unheard(alignment, position, holder)
    mine, content = alignment.candidates[position], alignment.quotes.content
    there = content[rival].place
    own = 0.0
    other = math.inf
    for at in mine:
        here = content[at].place
        between = content[min(at, rival) + 1 : max(at, rival)]
        bare = not any(word.kind == "name" for word in between)
        own = max(own, vote(alignment, position, at, without=pair, rival=there, unlabelled=bare))
        other = min(
            other, vote(alignment, position, rival, without=pair, rival=here, unlabelled=bare)
        )
    if holder is not None:
        own += max(vote(alignment, holder, at, without=pair) for at in alignment.candidates[holder])
        other += max(vote(alignment, holder, at, without=pair) for at in mine)
    token = alignment.claim.content[position]
    opens = any(_is_topic(alignment.quotes, at) for at in mine)
    if opens and _is_topic(alignment.claim, position):
        return False
    if token.kind == "name":
        if holder is None and opens:
            return False
        return other > own * _NAME_LEAD + _RIVAL_MARGIN
    alike = any(_is_governed_alike(alignment, position, at) for at in mine)
    if alike and not _is_governed_alike(alignment, position, rival):
        own *= _GOVERNED_ALIKE
    return other > own * (_RIVAL_LEAD if holder is None else _PAIR_LEAD) + _RIVAL_MARGIN


def _unheard(alignment: Alignment, position: int, holder: int | None) -> frozenset[int]:
    """The positions that are no witnesses: the token, its rival, and the other end of its range."""
    found = {position} if holder is None else {position, holder}
    content = alignment.claim.content
    figure = content[position].figure
    if figure is not None and figure.ranged:
        for near in (position - 1, position + 1):
            other = content[near].figure if 0 <= near < len(content) else None
            if other is not None and other.ranged:
                found.add(near)
    return frozenset(found)


def _is_topic(reading: Reading, position: int) -> bool:
    """Whether a name opens its sentence: what follows is said of it, however far away."""
    token = reading.content[position]
    return position == 0 or token.place - reading.content[position - 1].place >= SENTENCE_GAP


def _is_embedded(alignment: Alignment, position: int) -> bool:
    """Whether the words on both sides are those on both sides in the quotes: nothing was moved."""
    chosen = alignment.chosen
    before = position == 0 or chosen[position - 1] == chosen[position] - 1
    after = position + 1 == len(chosen) or chosen[position + 1] == chosen[position] + 1
    return before and after and len(chosen) > 2


def _is_governed_alike(alignment: Alignment, position: int, at: int) -> bool:
    """Whether the same small word stands before a figure on both sides: `to 15%`, `until May`."""
    mine = {word.key for word in alignment.claim.before(position)}
    theirs = {word.key for word in alignment.quotes.before(at)}
    table = words().date_governors
    groups = {table[key] for key in mine if key in table} & {
        table[key] for key in theirs if key in table
    }
    return bool(groups)


def _can_be_rivalled(token: Token) -> bool:
    if token.figure is not None:
        return token.figure.kind not in ("label", "ordinal", "fraction", "multiple")
    return token.kind == "name"


def _rivals(token: Token, alignment: Alignment, position: int) -> Iterator[int]:
    own = set(alignment.candidates[position])
    for at, quoted in enumerate(alignment.quotes.content):
        if at in own:
            continue
        if token.figure is not None:
            if quoted.figure is not None and same_type(token.figure, quoted.figure):
                yield at
        elif quoted.kind == "name" and quoted.key != token.key:
            yield at
