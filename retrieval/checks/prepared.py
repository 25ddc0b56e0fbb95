"""Tokens made ready: long names made one, figures given their units, labels and years."""

from __future__ import annotations

from retrieval.checks.figures import Figure
from retrieval.checks.lexicon import Phrases, units, words
from retrieval.checks.tidy import tidy
from retrieval.checks.tokens import Token, tokenize


def prepare(text: str, *, lends_years: bool) -> list[Token]:
    """The tokens of a text as the checks use them.

    Args:
        text: as given; it is tidied here.
        lends_years: a day without a year takes that of the only year named, as in a quote.
    """
    tokens = _named(tokenize(tidy(text)))
    _label(tokens)
    _measure(tokens)
    _range(tokens)
    _date_years(tokens, lends_years=lends_years)
    return tokens


def match_phrase(tokens: list[Token], start: int, table: Phrases) -> tuple[str, int] | None:
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
            match = match_phrase(tokens, at, aliases)
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
        if (
            figure is not None
            and figure.kind == "count"
            and not figure.scaled
            and previous is not None
        ):
            lower = previous.text.lower()
            noun = lower if lower in labels else lower.removesuffix("s")
            if noun in labels or previous.key == "eo":
                # `Announcement No. 61`: the announcement is numbered, not the word `No.`.
                current = current if noun in ("no", "number") and current else previous.key
                token.figure = figure._replace(kind="label", unit=current)
            elif previous.figure and previous.figure.kind == "label":
                token.figure = figure._replace(kind="label", unit=current)
        if token.kind in ("word", "name"):
            current = token.key if _may_label(token) else ""
        if token.kind != "mark" and not (
            token.kind == "function" and token.key in ("and", "or", "to")
        ):
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
        if link.text not in ("-", "to", "or", "and") or two.kind not in (
            "percent",
            "money",
            "count",
        ):
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


def _date_years(tokens: list[Token], *, lends_years: bool) -> None:
    """Give a day without a year its year.

    In a range it is that of the date after it. In a quote that knows one year only it is that one;
    a claim that leaves the year out says less, and is left as it is.
    """
    dates = [token for token in tokens if token.figure and token.figure.kind == "date"]
    years = {token.figure.when[0] for token in dates if token.figure and token.figure.when[0]}
    for at, token in enumerate(dates):
        figure = token.figure
        if figure is None or figure.when[0] or len(years) == 0:
            continue
        following = dates[at + 1] if at + 1 < len(dates) else None
        joined = following is not None and following.place - token.place < 2.0
        year = following.figure.when[0] if joined and following and following.figure else 0
        if not year and lends_years and len(years) == 1:
            year = next(iter(years))
        if year:
            token.figure = Figure("date", when=(year, *figure.when[1:]))
