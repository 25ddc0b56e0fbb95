"""A question about two things, taken apart: each side of a comparison is looked for by itself."""

from __future__ import annotations

import re
from itertools import pairwise

from retrieval.terms import terms

MOST_ASPECTS = 3

_CONNECTOR = re.compile(
    r"\s*(?:,\s*(?:and|or|but|vs\.?|versus)\b|\bvs\.?(?=\s|$)|\bversus\b"
    r"|\bcompared\s+(?:to|with)\b|\bthan\b|\band\b|\bor\b|\bbut\b|&|;|,|/|[?？](?=\s))\s*",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:vs\.?|versus|compare[ds]?|comparison|than|both|each|which (?:is|one|of)"
    r"|(?:whats?|which)(?: \w+)? ?(?:is|has|costs?|charges?)? ?(?:the )?"
    r"(?:bigger|cheaper|larger|smaller|higher|lower)"
    r"|who (?:promised|leans|spends|pays|has) more|difference|add up)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^\W*(?:(?:so|also|from|by|in|on|to|under|at|for|since|until)\s+)?"
    r"(?:what|whats|which|who|whos|when|where|why|how|hows"
    r"|is|are|was|were|did|does|do|can|has|have|will)\b"
    r"|^\W*(?:in|by|per|for|on|with|at|of|as)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|and|so|but|also|then|n|well|hey|hi)\b[\s,]*)+", re.IGNORECASE
)
_WITH = re.compile(r"\s+(?:with|to|against)\s+", re.IGNORECASE)
_COMPARE = re.compile(r"^\W*(?:pls |please |can you )?compare\b\s*(?:the\b)?", re.IGNORECASE)
_REMARK = frozenset(
    """
    number figur total latest pleas each both rough roughli pct percent % size date ticker detail
    quick name exact current today weight data
    """.split()  # noqa: SIM905 - words read better than a column of literals
)
"""Stems that say how to answer, not about what: no side of a comparison."""

_TOPIC = re.compile(r"^([^:?]{3,60}):\s+(?=\S)")
_CLAUSE = 2
"""Terms that carry meaning: a piece that asks and has as many can be looked for by itself."""


def aspects(text: str) -> tuple[str, ...]:
    """What a question is about beside itself: one text to look for a side; empty when it has one.

    A side that is only named is looked for together with what is asked of it, without the other
    names; a side that asks something of its own is looked for alone. Words before a colon name
    the topic of all sides.

    Example:
        >>> aspects("SMH or PPA, which is more american?")
        ('SMH which is more american?', 'PPA which is more american?')
    """
    text = _OPENING.sub("", text)
    topic = _TOPIC.match(text)
    rest = text[topic.end() :] if topic else text
    command = _COMPARE.match(rest)
    if command:
        # "compare A with B" joins its two sides by a word that elsewhere joins nothing.
        rest = _WITH.sub(" vs ", rest[command.end() :], count=1)
    pieces = [rest[a:b] for a, b in _pieces(rest)]
    asking = [p for p in pieces if _ASKS.search(p)]
    clauses = [p for p in asking if len(terms(p)) >= _CLAUSE]
    names = [p for p in pieces if p not in asking and set(terms(p)) - _REMARK]
    compares = bool(command or _COMPARES.search(text))
    found: list[str] = []
    if len(clauses) >= 2:
        found = clauses
    elif len(names) >= 2 and (compares or len(names) == len(pieces)):
        found = [" ".join([name, *asking]) for name in (names if asking else _shared(names))]
    elif len(clauses) == 1 and len(names) == 1 and compares:
        found = [clauses[0], f"{names[0]} {clauses[0]}"]
    if len(found) < 2:
        return ()
    prefix = f"{topic.group(1)} " if topic else ""
    return tuple(dict.fromkeys(prefix + side for side in found[:MOST_ASPECTS]))


def _shared(names: list[str]) -> list[str]:
    """Names with the words that are said once for all: behind the last, or before the first.

    Example:
        >>> _shared(["REMX", "LIT expense ratio"])
        ['REMX expense ratio', 'LIT expense ratio']
    """
    first, last = names[0].split(), names[-1].split()
    behind, before = last[len(first) :], first[: max(len(first) - len(last), 0)]
    return [
        *(" ".join([name, *behind]) for name in names[:1]),
        *(" ".join([*before, name, *behind]) for name in names[1:-1]),
        " ".join([*before, names[-1]]),
    ]


def _pieces(text: str) -> list[tuple[int, int]]:
    """Spans between connectors."""
    cuts = [
        (0, 0),
        *((m.start(), m.end()) for m in _CONNECTOR.finditer(text)),
        (len(text), len(text)),
    ]
    spans = [(first[1], second[0]) for first, second in pairwise(cuts)]
    return [(a, b) for a, b in spans if re.search(r"\w", text[a:b])]
