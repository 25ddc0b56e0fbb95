"""Where sentences begin and end, with offsets, in English and Japanese policy prose."""

from __future__ import annotations

import re
from collections.abc import Iterator

# After one of these a full stop does not end a sentence. `U.S.`, `a.m.` and single initials are
# seen by the pattern below; months and titles are listed.
_ABBREVIATIONS = frozenset(
    """
    no nos art arts sec secs fig vs v inc corp co ltd plc dr mr mrs ms prof gen gov sen rep st jr sr
    approx est al etc cf eg ie jan feb mar apr jun jul aug sep sept oct nov dec u.s u.k e.u
    """.split()  # noqa: SIM905 - words read better than a column of literals
)
_END = re.compile(r"[.!?]+[\"')\]’”*_]*(?=\s)|[。！？]+(?![」』）])")
_LAST_WORD = re.compile(r"([A-Za-z][A-Za-z.]*)\.$")


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Spans `[start, end)` of the sentences in `text[start:end]`, white space around them left out.

    A full stop inside a number, after an initial or a known abbreviation, or before a lower-case
    letter does not end a sentence.

    Example:
        >>> list(sentence_spans("U.S. duty is 15%. It holds."))
        [(0, 17), (18, 27)]
    """
    end = len(text) if end is None else end
    begin = _skip_space(text, start, end)
    for match in _END.finditer(text, begin, end):
        stop = match.end()
        if stop >= end or not _is_break(text, match, end):
            continue
        yield begin, stop
        begin = _skip_space(text, stop, end)
    last = end
    while last > begin and text[last - 1].isspace():
        last -= 1
    if last > begin:
        yield begin, last


def _skip_space(text: str, position: int, end: int) -> int:
    while position < end and text[position].isspace():
        position += 1
    return position


def _is_break(text: str, match: re.Match[str], end: int) -> bool:
    """Whether the punctuation at `match` ends a sentence."""
    if match.group()[0] in "。！？":
        return True
    following = _skip_space(text, match.end(), end)
    if following >= end:
        return True
    if text[following].islower():
        return False
    word = _LAST_WORD.search(text, max(0, match.start() - 24), match.start() + 1)
    if match.group()[0] in "!?" or word is None:
        return True
    stem = word.group(1).lower()
    # `J. Smith`, `12:01 a.m.`, `D.C.`: single letters, alone or joined by stops.
    is_initials = all(len(part) == 1 for part in stem.split("."))
    return stem not in _ABBREVIATIONS and not is_initials
