"""Gate 2: every figure, unit and name of a claim stands in its quotes, beside the same things."""

from __future__ import annotations

import math
from collections.abc import Iterator

from retrieval.checks.alignment import Alignment, vote
from retrieval.checks.figures import same_type
from retrieval.checks.lexicon import units, words
from retrieval.checks.reading import Reading
from retrieval.checks.tokens import SENTENCE_GAP, Token
from retrieval.checks.verdict import Failure

_RIVAL_LEAD = 1.25
_PAIR_LEAD = 1.12
_NAME_LEAD = 1.8
_RIVAL_MARGIN = 0.05
_GOVERNED_ALIKE = 2.0
_COMMON_ENDINGS = ("ly", "ing", "ed", "tion", "sion", "ment", "ness", "ity", "ies", "s", "ance", "ence")
_UNLIKE_PLURALS = ("as", "is", "us", "os")
_RATES = frozenset({"per", "a", "an", "each", "every"})


def missing(alignment: Alignment, known: frozenset[str]) -> Iterator[Failure]:
    """Figures, units and names of the claim that its quotes do not hold.

    Args:
        alignment: the claim beside its quotes.
        known: keys of the words a reader is told besides the quotes, such as the document's title;
            they may carry names and never figures.
    """
    claim, quotes = alignment.claim, alignment.quotes
    for position, token in enumerate(claim.content):
        if token.figure is not None:
            if not alignment.candidates[position] and not _is_pronoun(token, quotes):
                yield Failure(gate="figure", reason="figure", detail=f"not in the quotes: {token.text}")
            elif _cuts_range(alignment, position):
                yield Failure(gate="figure", reason="range", detail=f"one end of a range: {token.text}")
        elif _is_name(claim, position) and not (alignment.candidates[position] or token.key in known):
            if not _is_acronym(token, quotes) and not _is_spelled_out(claim, position, quotes):
                yield Failure(gate="figure", reason="name", detail=f"not in the quotes: {token.text}")
    yield from _units(claim, quotes)


def _is_pronoun(token: Token, quotes: Reading) -> bool:
    """`one` and `first` are often no figures: they pass where the quotes count nothing like them."""
    figure = token.figure
    if figure is None or token.text.lower() != "one":
        return False
    return bool({"one", "a", "an", "singl", "each"} & quotes.keys)


def _cuts_range(alignment: Alignment, position: int) -> bool:
    """Whether a claim tells one end of `6-8%` as the figure."""
    figure = alignment.claim.content[position].figure
    if figure is None or figure.ranged or figure.kind == "date":
        return False
    found = [alignment.quotes.content[at].figure for at in alignment.candidates[position]]
    if not all(quoted is not None and quoted.ranged for quoted in found):
        return False
    others = [token.figure for token in alignment.claim.content if token.figure not in (None, figure)]
    if any(other is not None and other.kind == figure.kind for other in others):
        return False
    return not any(
        marker.kind in ("at_least", "at_most") and position in marker.foci
        for marker in alignment.claim.markers
    )


def _is_name(claim: Reading, position: int) -> bool:
    token = claim.content[position]
    if token.text.lower() in words().titles:
        return False
    if token.kind == "name":
        return True
    return token.kind == "word" and token.initial and _opens_as_name(claim, token)


def _opens_as_name(claim: Reading, token: Token) -> bool:
    """Whether a sentence's first word is a name, going by its form and by what follows.

    A common noun in the singular needs an article, so that a bare one is a name or a material;
    either must stand in the quotes.
    """
    if not token.text[:1].isupper():
        return False
    if token.possessive:
        return True
    following = claim.tokens[token.number + 1] if token.number + 1 < len(claim.tokens) else None
    if following is not None and following.kind == "name" and following.text[:1].isupper():
        return True
    lower = token.text.lower()
    # `Imports` is a plural; `Lynas` and `Airbus` hardly are.
    return not lower.endswith(_COMMON_ENDINGS) or lower.endswith(_UNLIKE_PLURALS)


def _is_acronym(token: Token, quotes: Reading) -> bool:
    """Whether `WTO` stands for `World Trade Organization` in the quotes."""
    if not (token.text.isupper() and token.text.isalpha() and len(token.text) > 2):
        return False
    wanted = token.text.lower()
    letters = "".join(
        word.text[0].lower() for word in quotes.tokens if word.text[:1].isupper() and word.text.isalpha()
    )
    return wanted in letters


def _is_spelled_out(claim: Reading, position: int, quotes: Reading) -> bool:
    """Whether the run of capitals around a token is what an acronym of the quotes stands for."""
    tokens, at = claim.tokens, claim.content[position].number
    first = last = at
    while first > 0 and (tokens[first - 1].text[:1].isupper() or tokens[first - 1].key in ("of", "and")):
        first -= 1
    while last + 1 < len(tokens) and (
        tokens[last + 1].text[:1].isupper() or tokens[last + 1].key in ("of", "and")
    ):
        last += 1
    letters = "".join(token.text[0].lower() for token in tokens[first : last + 1] if token.text[0].isupper())
    return any(
        token.text.isupper() and len(token.text) > 2 and token.text.lower() == letters
        for token in quotes.tokens
    )


def _units(claim: Reading, quotes: Reading) -> Iterator[Failure]:
    """A unit or currency that no number carries, as in `per kilogram`, `a year`, `in yen`."""
    held: set[str] | None = None
    for before, token in zip(claim.tokens, claim.tokens[1:], strict=False):
        unit = _bare_unit(before, token)
        if not unit:
            continue
        if held is None:
            held = {token.figure.unit for token in quotes.content if token.figure is not None}
            held.update(_unit_of(token) for token in quotes.tokens if token.figure is None)
        if unit not in held:
            yield Failure(gate="figure", reason="unit", detail=f"not in the quotes: {token.text}")


def _unit_of(token: Token) -> str:
    table, lower = units(), token.text.lower()
    return table.units.get(lower) or table.currencies.get(lower.removesuffix("s"), "")


def _bare_unit(before: Token, token: Token) -> str:
    """The unit that a word is, where it stands for a rate or is a currency; else empty."""
    if token.kind == "figure":
        return ""
    unit, lower = _unit_of(token), token.text.lower()
    is_rate = before.key in _RATES or before.text == "/" or lower.endswith("ly")
    return unit if is_rate or lower not in units().units else ""


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
        own = max(own, vote(alignment, position, at, without=pair, rival=there))
        other = min(other, vote(alignment, position, rival, without=pair, rival=here))
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
    groups = {table[key] for key in mine if key in table} & {table[key] for key in theirs if key in table}
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


