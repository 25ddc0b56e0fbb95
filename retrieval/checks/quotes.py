"""Gate 1: a quote stands word for word in the body it is said to come from."""

from __future__ import annotations

import re

_QUOTATION_MARKS = {
    "'": "'‘’‚‛′`´",
    '"': '"“”„‟″«»',
}
_VARIANTS = {char: kind for kind, chars in _QUOTATION_MARKS.items() for char in chars}
_POINT = re.compile(r"\d[.,]\d")
_PIECE = re.compile(r"\s+|[^\s]")
LONGEST_QUOTE = 20_000
"""Characters; a longer quote is no quote, and is not looked for."""


def locate_quote(quote: str, body: str, *, near: int | None = None) -> tuple[int, int] | None:
    """Where `quote` stands in `body`, so that `body[start:end]` can be shown as the quote.

    Runs of white space and the shape of quotation marks are forgiven, nothing else: a changed
    letter, figure, dash or case is not found.

    Args:
        quote: what a composer says it copied; white space around it is left out.
        body: the document's text.
        near: an offset in the body; of several places the nearest is taken, else the first.

    Returns:
        Offsets `[start, end)` in the body; None where the quote does not stand.
    """
    quote = quote.strip()
    if not quote or len(quote) > LONGEST_QUOTE:
        return None
    exact = body.find(quote)
    if exact >= 0 and near is None and _is_whole(body, exact, exact + len(quote)):
        return exact, exact + len(quote)
    found = (match.span() for match in _pattern(quote).finditer(body))
    spans = [span for span in found if _is_whole(body, *span)]
    if not spans:
        return None
    if near is None:
        return spans[0]
    return min(spans, key=lambda span: (abs(span[0] - near), span[0]))


def _is_whole(body: str, start: int, end: int) -> bool:
    """Whether the span begins and ends between words: `5% duty` is no quote of `15% duty`."""
    # `.5%` out of `15.5%`, or `15.` out of it.
    if any(at >= 0 and _POINT.match(body, at) for at in (start - 1, end - 2)):
        return False
    before, after = body[max(0, start - 2) : start], body[end : end + 2]
    return not (_joined(before, body[start]) or _joined(after[::-1], body[end - 1]))


def _joined(outside: str, inside: str) -> bool:
    """Whether the last character of `outside` and `inside` belong to one word or number."""
    if not outside or not inside.isascii() or not inside.isalnum():
        return False
    if outside[-1].isascii() and outside[-1].isalnum():
        return True
    # `15.5` and `1,500`: a mark between two digits is part of the number.
    return inside.isdigit() and outside[-1] in ".," and outside[-2:-1].isdigit()


def _pattern(quote: str) -> re.Pattern[str]:
    """`quote` as a pattern in which white space and quotation marks are loose."""
    parts = []
    for piece in _PIECE.findall(quote):
        if piece.isspace():
            parts.append(r"\s+")
        elif piece in _VARIANTS:
            parts.append(f"[{re.escape(_QUOTATION_MARKS[_VARIANTS[piece]])}]")
        else:
            parts.append(re.escape(piece))
    return re.compile("".join(parts))
