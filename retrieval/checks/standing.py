"""Gate 2: every figure, unit and name of a claim stands in its quotes."""

from __future__ import annotations

from collections.abc import Iterator

from retrieval.checks.alignment import Alignment
from retrieval.checks.lexicon import units, words
from retrieval.checks.reading import Reading
from retrieval.checks.tokens import Token
from retrieval.checks.verdict import Failure

_COMMON_ENDINGS = (
    *("ly", "ing", "ed", "tion", "sion", "ment", "ness", "ity", "ies", "s", "ance", "ence"),
)
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
        stands = bool(alignment.candidates[position])
        if token.figure is not None:
            if not stands and not _is_pronoun(token, quotes):
                yield _absent("figure", token)
            elif _cuts_range(alignment, position):
                detail = f"one end of a range: {token.text}"
                yield Failure(gate="figure", reason="range", detail=detail)
        elif not (stands or token.key in known) and _is_unknown_name(claim, position, quotes):
            yield _absent("name", token)
    for token in _bare_units(claim, quotes):
        yield _absent("unit", token)


def _absent(reason: str, token: Token) -> Failure:
    return Failure(gate="figure", reason=reason, detail=f"not in the quotes: {token.text}")


def _is_pronoun(token: Token, quotes: Reading) -> bool:
    """`one` is often no figure: it passes where the quotes have an article for it."""
    return token.text.lower() == "one" and bool({"one", "a", "an", "singl", "each"} & quotes.keys)


def _cuts_range(alignment: Alignment, position: int) -> bool:
    """Whether a claim tells one end of `6-8%` as the figure."""
    figure = alignment.claim.content[position].figure
    if figure is None or figure.ranged or figure.kind == "date":
        return False
    found = [alignment.quotes.content[at].figure for at in alignment.candidates[position]]
    if not all(quoted is not None and quoted.ranged for quoted in found):
        return False
    others = [
        token.figure for token in alignment.claim.content if token.figure not in (None, figure)
    ]
    if any(other is not None and other.kind == figure.kind for other in others):
        return False
    return not any(
        marker.kind in ("at_least", "at_most") and position in marker.foci
        for marker in alignment.claim.markers
    )


def _is_unknown_name(claim: Reading, position: int, quotes: Reading) -> bool:
    if not _is_name(claim, position):
        return False
    return not is_abbreviated(claim, position, quotes)


def is_abbreviated(claim: Reading, position: int, quotes: Reading) -> bool:
    """Whether a name stands in the quotes as its initials, or its words for the initials here."""
    token = claim.content[position]
    return _is_acronym(token, quotes) or _is_spelled_out(claim, position, quotes)


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
        word.text[0].lower()
        for word in quotes.tokens
        if word.text[:1].isupper() and word.text.isalpha()
    )
    return wanted in letters


def _is_spelled_out(claim: Reading, position: int, quotes: Reading) -> bool:
    """Whether the run of capitals around a token is what an acronym of the quotes stands for."""
    tokens, at = claim.tokens, claim.content[position].number
    first = last = at
    while first > 0 and (
        tokens[first - 1].text[:1].isupper() or tokens[first - 1].key in ("of", "and")
    ):
        first -= 1
    while last + 1 < len(tokens) and (
        tokens[last + 1].text[:1].isupper() or tokens[last + 1].key in ("of", "and")
    ):
        last += 1
    letters = "".join(
        token.text[0].lower()
        for token in tokens[first : last + 1]
        if token.is_content and token.text[0].isupper()
    )
    return any(
        token.text.isupper() and len(token.text) > 2 and token.text.lower() == letters
        for token in quotes.tokens
    )


def _bare_units(claim: Reading, quotes: Reading) -> Iterator[Token]:
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
            yield token


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
