"""Where a line of Japanese may end: between any two characters, but for a few. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

BREAK = "\u200b"
"""Marks a place where a line may end."""

_WIDE = r"\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_SMALL_KANA = "ぁぃぅぇぉっゃゅょァィゥェォッャュョヵヶ"
_NOT_FIRST = f"、。，．・：；？！）」』】〕〉》”’ー々ゝゞ{_SMALL_KANA}%％)]}},.:;?!…"
_NOT_LAST = "（「『【〔〈《“‘([{"

_PLACES = re.compile(
    rf"(?<=[{_WIDE}])(?<![{re.escape(_NOT_LAST)}])(?![{re.escape(_NOT_FIRST)}])(?=\S)"
    rf"|(?<=\S)(?<![{re.escape(_NOT_LAST)}])(?=[{_WIDE}])(?![{re.escape(_NOT_FIRST)}])"
)


def breakable(text: str) -> str:
    """The text with a `BREAK` wherever Japanese typesetting lets a line end.

    No line begins with closing marks or small kana, none ends with an opening bracket, and words
    in Latin letters stay whole.

    Example:
        >>> breakable("関税は15%。").replace(BREAK, "|")
        '関|税|は|15%。'
    """
    return _PLACES.sub(BREAK, text)


def filled(pieces: Sequence[str], width: float, measure: Callable[[str], float]) -> list[str]:
    """Lines filled with pieces, as many each as fit.

    Args:
        pieces: what is not divided; one wider than a line stands on a line of its own.
        width: of a line.
        measure: how wide a text is, in the same unit.
    """
    lines: list[str] = []
    line, used = "", 0.0
    for piece in pieces:
        wide = measure(piece)
        if line and used + measure(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line, used = "", 0.0
        line, used = line + piece, used + wide
    return [*lines, line.rstrip()]
