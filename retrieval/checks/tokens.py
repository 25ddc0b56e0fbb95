"""From a text to its tokens: words, names, figures and the marks between, each with its place.

A place is measured so that near means related: a content word is one step, a comma one more, a
semicolon or full stop several, another quote very many.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from retrieval.checks.figures import Figure, read_date
from retrieval.checks.lexicon import stem, units, words
from retrieval.checks.pattern import token_pattern

TokenKind = Literal["word", "name", "figure", "function", "mark"]

_COMMA, _BREAK, SENTENCE_GAP = 1.0, 3.0, 6.0


@dataclass(slots=True)
class Token:
    """One token.

    Attributes:
        text: as written.
        kind: what it is.
        key: what tokens that say the same share.
        place: see the module.
        clause: the number of its clause; semicolons, colons, brackets and full stops divide.
        initial: the first word of a sentence, whose capital says nothing.
        figure: the figure, where it is one.
        number: how many tokens stand before it.
        possessive: written with `'s`.
    """

    text: str
    kind: TokenKind
    key: str
    place: float
    clause: int
    initial: bool = False
    figure: Figure | None = None
    number: int = 0
    possessive: bool = False

    @property
    def is_content(self) -> bool:
        """Whether it says something by itself."""
        return self.kind not in ("function", "mark")


class _Reader:
    """Builds the tokens of one text."""

    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self.place = 0.0
        self.clause = 0
        self.fresh = True

    def add(self, text: str, kind: TokenKind, key: str, figure: Figure | None = None) -> None:
        token = Token(
            text, kind, key, self.place, self.clause, self.fresh, figure, len(self.tokens)
        )
        self.tokens.append(token)
        if kind == "mark":
            self._divide(text)
        else:
            self.place += 1.0 if token.is_content else 0.25
            self.fresh = False

    def _divide(self, mark: str) -> None:
        if mark in ".!?":
            self.place += SENTENCE_GAP
            self.clause += 1
            self.fresh = True
        elif mark in ";:()" or mark == " - ":
            self.place += _BREAK
            self.clause += 1
            self.fresh = self.fresh or mark != ")"
        elif mark == ",":
            self.place += _COMMA
        elif mark == '"':
            self.fresh = True


def tokenize(text: str) -> list[Token]:
    """The tokens of a tidied text, dates and amounts read whole."""
    reader = _Reader()
    for match in token_pattern().finditer(text):
        kind = match.lastgroup
        if match["date"]:
            for figure in read_date(match["date"]):
                reader.add(match["date"], "figure", "", figure)
        elif match["time"]:
            hour, minute = match["time"][:5].rstrip(" apm").split(":")
            reader.add(match["time"], "figure", "", Figure("time", int(hour) + int(minute) / 60))
        elif match["figure"]:
            _add_figure(reader, match)
        elif kind == "short":
            reader.add(match["short"], "name", match["short"].replace(".", "").lower())
            # `in the U.S. The`: the stop of an abbreviation may end the sentence too.
        elif kind == "word":
            _add_word(reader, match["word"])
        elif kind == "cjk":
            _add_japanese(reader, match["cjk"])
        else:
            mark = match.group()
            start, end = match.span()
            if mark == "." and not _ends_sentence(text, end, reader.tokens):
                continue
            spaced = (
                mark == "-" and text[start - 1 : start] in ("", " ") and text[end : end + 1] == " "
            )
            reader.add(" - " if spaced else mark, "mark", mark)
    return reader.tokens


_ABBREVIATED = frozenset(
    [
        "no",
        "nos",
        "art",
        "sec",
        "inc",
        "corp",
        "co",
        "ltd",
        "plc",
        "mr",
        "mrs",
        "ms",
        "dr",
        "st",
        "jr",
        "vs",
        "fig",
        "gen",
        "sen",
        "rep",
        "gov",
        "approx",
        "etc",
    ]
)


def _ends_sentence(text: str, end: int, tokens: list[Token]) -> bool:
    if end < len(text) and (text[end] != " " or text[end + 1 : end + 2].islower()):
        return False
    return not tokens or tokens[-1].text.lower() not in _ABBREVIATED or end >= len(text)


_GROUPED = re.compile(r"[万億兆]")


def _add_figure(reader: _Reader, match: re.Match[str]) -> None:
    table = units()
    text = match["figure"]
    value = _value(match["digits"]) if match["digits"] else _spelled(match["spelled"])
    scale = table.magnitudes[match["magnitude"].strip(" -").lower()] if match["magnitude"] else 1.0
    value = value * scale * (-1 if match["minus"] else 1)
    scaled = match["magnitude"] is not None or _GROUPED.search(text) is not None
    share, coin = match["share"], match["coin"]
    if match["suffix"]:
        figure = Figure("ordinal", value)
    elif match["sign"]:
        figure = Figure("money", value, table.signs[match["sign"].strip().lower()], scaled=scaled)
    elif share:
        form = share.lower().replace("-", " ").strip()
        kind: Literal["points", "basis", "percent"] = "percent"
        if form in table.points:
            kind = "points"
        elif form in table.basis:
            kind = "basis"
        figure = Figure(kind, value, scaled=scaled)
    elif coin:
        form = coin.lower().replace("-", " ").strip()
        unit = table.currencies.get(form) or table.currencies[form.removesuffix("s")]
        figure = Figure("money", value, unit, scaled=scaled)
    elif match["digits"] and not scaled and re.fullmatch(r"(?:19|20)\d\d", match["digits"]):
        figure = Figure("date", value, when=(int(match["digits"]), 0, 0))
    else:
        figure = Figure("count", value, scaled=scaled)
    reader.add(text, "figure", "", figure)


def _value(digits: str) -> float:
    """`1,289` or `1兆4500億`: the parts of a Japanese number, each scaled, add up."""
    magnitudes = units().magnitudes
    pieces = _GROUPED.split(digits.replace(",", ""))
    scales = [magnitudes[mark] for mark in _GROUPED.findall(digits)]
    return sum(
        float(piece) * scale for piece, scale in zip(pieces, [*scales, 1.0], strict=True) if piece
    )


def _spelled(text: str) -> float:
    numbers = units().numbers
    total = 0.0
    for piece in re.split(r"[\s-]+", text.lower()):
        if piece in ("hundred", "dozen"):
            total = (total or 1) * numbers[piece]
        elif piece != "and":
            total += numbers[piece]
    return total


def _add_word(reader: _Reader, text: str) -> None:
    table, lower = words(), text.lower()
    if lower.endswith("'s") and lower not in ("it's", "that's", "there's"):
        _add_word(reader, text[:-2])
        reader.tokens[-1].possessive = True
        return
    if lower.endswith("'s"):
        lower, text = lower[:-2], text[:-2]
    if lower.endswith("n't"):
        stem_word = lower[:-3]
        reader.add(text[:-3], "function", {"ca": "can", "wo": "will"}.get(stem_word, stem_word))
        reader.add("n't", "function", "n't")
        return
    figure = _word_figure(lower)
    if figure is not None:
        reader.add(text, "figure", lower, figure)
    elif lower in table.stop and not (text.isupper() and len(text) > 1 and lower in ("us", "it")):
        reader.add(text, "function", lower)
    elif lower in table.denials:
        reader.add("not", "function", "not")
        reader.add(text, "word", stem(table.denials[lower]))
    elif lower in table.goods:
        reader.add(text, "name", table.goods[lower])
    elif _looks_named(text):
        named = reader.fresh and text[1:].islower()
        reader.add(text, "word" if named else "name", stem(lower))
    else:
        reader.add(text, "word", stem(lower))


def _looks_named(text: str) -> bool:
    return any(char.isupper() or char.isdigit() for char in text)


def _word_figure(lower: str) -> Figure | None:
    table = units()
    if lower in table.ordinals:
        return Figure("ordinal", table.ordinals[lower])
    if lower in table.fractions:
        return Figure("fraction", table.fractions[lower])
    if lower in table.multiples:
        return Figure("multiple", table.multiples[lower])
    return None


def _add_japanese(reader: _Reader, text: str) -> None:
    """Known names whole; the rest as pairs of characters, which is how Japanese text is matched."""
    table = words()
    position = pending = 0
    while position < len(text):
        name = next(
            (pair for pair in table.japanese_names if text.startswith(pair[0], position)), None
        )
        if name is None:
            position += 1
            continue
        _add_pairs(reader, text[pending:position])
        reader.add(name[0], "name", name[1])
        position += len(name[0])
        pending = position
    _add_pairs(reader, text[pending:])


def _add_pairs(reader: _Reader, text: str) -> None:
    for start in range(max(len(text) - 1, min(len(text), 1))):
        reader.add(text[start : start + 2], "word", text[start : start + 2])
