"""A text as the checks read it: its tokens, and the markers with what each of them bends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from retrieval.checks.lexicon import words
from retrieval.checks.prepared import match_phrase, prepare
from retrieval.checks.tokens import Token

QUOTE_GAP = 40.0
"""How far apart two quotes are: further than anything in one sentence."""

FIGURE_CLASSES = frozenset({"approximately", "at_least", "at_most"})
_BARE_BOUNDS = frozenset({"over", "above", "under", "below", "some", "around", "minimum"})
_FOCUS_REACH = 6.0


@dataclass(slots=True)
class Marker:
    """A word or phrase that bends what stands near it.

    Attributes:
        kind: a class of `markers.yaml`, or `speech`.
        text: as written.
        place: see `tokens`.
        clause: the clause it stands in.
        foci: positions in `Reading.content` of what it bends.
        number: how many tokens stand before it.
    """

    kind: str
    text: str
    place: float
    clause: int
    foci: tuple[int, ...]
    number: int


@dataclass(slots=True)
class Reading:
    """The tokens of one text, or of several quotes one after the other.

    Attributes:
        tokens: all of them.
        content: those that say something by themselves.
        markers: in the order of the text.
        index: key -> positions in `content`.
        keys: the words of all tokens, function words too.
    """

    tokens: list[Token]
    content: list[Token]
    markers: list[Marker]
    index: dict[str, list[int]] = field(default_factory=dict)
    keys: frozenset[str] = frozenset()

    def behind(self, position: int) -> list[Token]:
        """The function words right after a content token, where they end their clause."""
        found: list[Token] = []
        at = self.content[position].number + 1
        while at < len(self.tokens) and self.tokens[at].kind == "function":
            found.append(self.tokens[at])
            at += 1
        ends = at == len(self.tokens) or self.tokens[at].kind == "mark"
        return found if ends else []

    def before(self, position: int, reach: int = 5) -> list[Token]:
        """The function words right before a content token, the nearest first."""
        found: list[Token] = []
        at = self.content[position].number - 1
        while at >= 0 and len(found) < reach and self.tokens[at].kind == "function":
            found.append(self.tokens[at])
            at -= 1
        return found


def read(text: str) -> Reading:
    """Read one text."""
    return _assembled([prepare(text, lends_years=False)])


def read_quotes(quotes: Sequence[str]) -> Reading:
    """Read several quotes as one, far apart from each other."""
    return _read_quotes(tuple(quotes))


@lru_cache(maxsize=256)
def _read_quotes(quotes: tuple[str, ...]) -> Reading:
    return _assembled([prepare(quote, lends_years=True) for quote in quotes])


def _assembled(parts: list[list[Token]]) -> Reading:
    tokens: list[Token] = []
    offset, clauses = 0.0, 0
    for part in parts:
        for token in part:
            token.place += offset
            token.clause += clauses
            token.number = len(tokens)
            tokens.append(token)
        if part:
            offset = part[-1].place + QUOTE_GAP
            clauses = part[-1].clause + 1
    content = [token for token in tokens if token.is_content]
    reading = Reading(tokens, content, [])
    for position, token in enumerate(content):
        reading.index.setdefault(token.key, []).append(position)
    reading.keys = frozenset(token.key for token in tokens)
    reading.markers = _markers(reading)
    return reading


def _markers(reading: Reading) -> list[Marker]:
    table = words()
    found: list[Marker] = []
    tokens = reading.tokens
    position_of = {token.number: position for position, token in enumerate(reading.content)}
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind == "mark" or (token.kind == "figure" and token.key == ""):
            at += 1
            continue
        match = match_phrase(tokens, at, table.markers)
        if match is None:
            if token.text.lower() in table.speech:
                foci = _foci(reading, at, at + 1, position_of)
                if foci:
                    found.append(Marker("speech", token.text, token.place, token.clause, foci, at))
            at += 1
            continue
        kind, end = match
        if kind != "plain" and not _is_idle(tokens, at, end, kind):
            if kind in FIGURE_CLASSES:
                foci = _figure_focus(reading, at, end, position_of)
            else:
                foci = _foci(reading, at, end, position_of)
            if foci:
                text = " ".join(part.text for part in tokens[at:end])
                if kind in FIGURE_CLASSES:
                    _claim_words(tokens[at:end])
                found.append(Marker(kind, text, token.place, token.clause, foci, at))
        at = end
    return found


def _claim_words(tokens: list[Token]) -> None:
    """The `to` of `up to 50%` is no preposition of its own."""
    for token in tokens:
        if token.kind == "function":
            token.key = f"~{token.key}"


def _is_idle(tokens: list[Token], at: int, end: int, kind: str) -> bool:
    """Whether the words do not mean here what the marker means."""
    if kind != "negation":
        return False
    following = tokens[end] if end < len(tokens) else None
    figure = following.figure if following is not None else None
    if tokens[at].key == "no" and figure is not None and figure.kind in ("label", "count"):
        return tokens[at].text[0].isupper() or figure.kind == "label"
    if figure is not None and tokens[end - 1].text == "to":
        return True
    ahead = tuple(token.text.lower() for token in tokens[at : at + 3])
    return any(ahead[: len(form)] == form for form in words().not_negation)


def _foci(reading: Reading, at: int, end: int, position_of: dict[int, int]) -> tuple[int, ...]:
    """The next content word and the next that is no name or figure; else the one before."""
    tokens = reading.tokens
    start = tokens[at]
    found: list[int] = []
    ends = end < len(tokens) and tokens[end].kind == "mark" and tokens[end].text in ",.;:)"
    for token in () if ends else tokens[end:]:
        if token.clause != start.clause or token.place - start.place > _FOCUS_REACH:
            break
        if token.is_content:
            if not found or token.kind == "word":
                found.append(position_of[token.number])
            if token.kind == "word":
                break
    if found:
        return tuple(found)
    for token in reversed(tokens[:at]):
        if token.is_content and start.place - token.place < _FOCUS_REACH:
            return (position_of[token.number],)
    return ()


def _figure_focus(
    reading: Reading, at: int, end: int, position_of: dict[int, int]
) -> tuple[int, ...]:
    tokens = reading.tokens
    if tokens[at].text.lower() == "or":
        behind = tokens[at - 1] if at else None
        if behind is not None and behind.figure is None and at > 1:
            behind = tokens[at - 2]
        return (position_of[behind.number],) if behind is not None and behind.figure else ()
    bare = end == at + 1 and tokens[at].text.lower() in _BARE_BOUNDS
    for token in tokens[end : end + (1 if bare else 4)]:
        if token.figure is not None and token.figure.kind != "label":
            return (position_of[token.number],)
        passed = token.text == "-" or token.text.lower() in words().markers
        if token.kind in ("word", "mark") and not passed:
            break
    return ()
