"""A text as the checks read it: names made one, figures with their units, markers with what they bend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from retrieval.checks.figures import Figure
from retrieval.checks.lexicon import Phrases, units, words
from retrieval.checks.tokens import Token, tidy, tokenize

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
    return _assembled([_prepared(tidy(text))])


def read_quotes(quotes: Sequence[str]) -> Reading:
    """Read several quotes as one, far apart from each other."""
    return _read_quotes(tuple(quotes))


@lru_cache(maxsize=256)
def _read_quotes(quotes: tuple[str, ...]) -> Reading:
    return _assembled([_prepared(tidy(quote)) for quote in quotes])


def _prepared(text: str) -> list[Token]:
    tokens = _named(tokenize(text))
    _label(tokens)
    _measure(tokens)
    _range(tokens)
    _date_years(tokens)
    return tokens


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


def _match(tokens: list[Token], start: int, table: Phrases) -> tuple[str, int] | None:
    """What the longest phrase of `table` at `start` stands for, and where it ends."""
    text = tokens[start].text
    lower = text.lower().replace(".", "")
    rows = table.get(lower, ())
    if text[:1].isupper():
        rows = (*table.get("^" + lower, ()), *rows)
    for row, key in rows:
        at, matched = start + 1, True
        for word in row[1:]:
            if at < len(tokens) and tokens[at].text == "-":
                at += 1
            if at >= len(tokens) or tokens[at].text.lower().replace(".", "") != word:
                matched = False
                break
            at += 1
        if matched:
            return key, at
    return None


def _named(tokens: list[Token]) -> list[Token]:
    """Put one token in the place of each name that is written in several ways."""
    aliases = words().aliases
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        match = None
        if token.kind in ("word", "name"):
            match = _match(tokens, at, aliases)
        if match is None:
            found.append(token)
            at += 1
            continue
        key, end = match
        text = " ".join(part.text for part in tokens[at:end] if part.kind != "mark")
        found.append(Token(text, "name", key, token.place, token.clause, token.initial))
        found[-1].possessive = tokens[end - 1].possessive
        at = end
    for number, token in enumerate(found):
        token.number = number
    return found


def _label(tokens: list[Token]) -> None:
    """`Section 232`: a number that names. `Sections 301 and 122`: each of them does."""
    labels = units().labels
    current = ""
    previous: Token | None = None
    for token in tokens:
        figure = token.figure
        if figure is not None and figure.kind == "count" and not figure.scaled and previous is not None:
            lower = previous.text.lower()
            noun = lower if lower in labels else lower.removesuffix("s")
            if noun in labels:
                # `Announcement No. 61`: the announcement is numbered, not the word `No.`.
                current = current if noun in ("no", "number") and current else previous.key
                token.figure = figure._replace(kind="label", unit=current)
            elif previous.figure and previous.figure.kind == "label":
                token.figure = figure._replace(kind="label", unit=current)
        if token.kind in ("word", "name"):
            current = token.key if _may_label(token) else ""
        if token.kind != "mark" and not (token.kind == "function" and token.key in ("and", "or", "to")):
            previous = token


def _may_label(token: Token) -> bool:
    lower = token.text.lower()
    return lower in units().labels or lower.removesuffix("s") in units().labels or token.key == "eo"


def _measure(tokens: list[Token]) -> None:
    """Give each count the measured unit that follows it."""
    table = units()
    for at, token in enumerate(tokens):
        figure = token.figure
        if figure is None or figure.kind != "count":
            continue
        for following in tokens[at + 1 : at + 4]:
            lower = following.text.lower()
            if lower in table.units:
                token.figure = figure._replace(unit=table.units[lower])
                break
            if following.text != "-" and lower not in table.adjectives:
                break


def _range(tokens: list[Token]) -> None:
    """`6-8%`, `14 to 17 billion dollars`: the first figure takes what the second is measured in."""
    for first, link, second in zip(tokens, tokens[1:], tokens[2:], strict=False):
        one, two = first.figure, second.figure
        if one is None or two is None or one.kind != "count":
            continue
        if link.text not in ("-", "to", "or", "and") or two.kind not in ("percent", "money", "count"):
            continue
        value = one.value
        if two.scaled and not one.scaled and abs(two.value) > 0:
            power = 1.0
            while power * 1000 <= abs(two.value):
                power *= 1000
            value *= power
        if one.unit in ("", two.unit):
            is_range = link.text == "-"
            first.figure = two._replace(value=value, ranged=is_range)
            second.figure = two._replace(ranged=is_range)


def _date_years(tokens: list[Token]) -> None:
    """A day without a year is of the year of the next date in its clause, else of the one before."""
    dates = [token for token in tokens if token.figure and token.figure.kind == "date"]
    years = {token.figure.when[0] for token in dates if token.figure and token.figure.when[0]}
    for at, token in enumerate(dates):
        figure = token.figure
        if figure is None or figure.when[0] or len(years) == 0:
            continue
        following = dates[at + 1] if at + 1 < len(dates) else None
        joined = following is not None and following.place - token.place < 2.0
        year = following.figure.when[0] if joined and following and following.figure else 0
        if not year and len(years) == 1:
            year = next(iter(years))
        if year:
            token.figure = Figure("date", when=(year, *figure.when[1:]))


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
        match = _match(tokens, at, table.markers)
        if match is None:
            if token.text.lower() in table.speech:
                foci = _foci(reading, at, at + 1, position_of)
                if foci:
                    found.append(Marker("speech", token.text, token.place, token.clause, foci, at))
            at += 1
            continue
        kind, end = match
        if not _is_idle(tokens, at, end, kind):
            if kind in FIGURE_CLASSES:
                foci = _figure_focus(reading, at, end, position_of)
            else:
                foci = _foci(reading, at, end, position_of)
            if foci:
                text = " ".join(part.text for part in tokens[at:end])
                found.append(Marker(kind, text, token.place, token.clause, foci, at))
        at = end
    return found


def _is_idle(tokens: list[Token], at: int, end: int, kind: str) -> bool:
    """Whether the words do not mean here what the marker means."""
    if kind != "negation":
        return False
    following = tokens[end] if end < len(tokens) else None
    if tokens[at].key == "no" and following is not None and following.kind == "figure":
        return True
    ahead = tuple(token.text.lower() for token in tokens[at : at + 3])
    return any(ahead[: len(form)] == form for form in words().not_negation)


def _foci(
    reading: Reading, at: int, end: int, position_of: dict[int, int]
) -> tuple[int, ...]:
    """The next content word and the next that is no name or figure; failing these, the one before."""
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
        if token.kind in ("word", "mark") and token.text != "-":
            if token.text.lower() not in words().markers:
                break
    return ()

