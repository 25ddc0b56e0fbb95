"""Long titles made short enough for a phone, never cut within a word. Pure functions."""

from __future__ import annotations

import re

LONGEST_TITLE = 90
"""Characters: about two lines of a phone."""

_SHORTEST_MAIN_TITLE = 30
"""Characters before a dash that still tell one document from another; `Proclamation 10908` not."""

_DASH = re.compile(r"\s+[-–—]\s+")
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_LOOSE_END = " ,;:-–—(/"


def shortened_title(title: str, longest: int = LONGEST_TITLE) -> str:
    """A title of at most so many characters, an ellipsis included, never cut within a word.

    What stands in brackets goes first, then what follows a dash, being a subtitle, if what stands
    before it says enough.

    Example:
        >>> shortened_title("Critical minerals timeline, 2023 to 2026 - one-line events", 45)
        'Critical minerals timeline, 2023 to 2026'
        >>> shortened_title("Broad core equity ETFs, VT, VTI, VEU, SPDW and VEA", 45)
        'Broad core equity ETFs, VT, VTI, VEU, SPDW…'
    """
    if len(title) <= longest:
        return title
    bare = without_brackets(title)
    main = _DASH.split(bare, maxsplit=1)[0]
    enough = len(bare) > longest and _SHORTEST_MAIN_TITLE <= len(main) <= longest
    return main if enough else cut(bare, longest)


def without_brackets(text: str) -> str:
    """The text without its bracketed explanations; what stands in brackets whole stays."""
    return _BRACKETS.sub("", text) or text


def cut(text: str, longest: int) -> str:
    """The text up to the last whole word that leaves room for an ellipsis."""
    if len(text) <= longest:
        return text
    whole, blank, _ = text[:longest].rpartition(" ")
    return f"{(whole if blank else text[: longest - 1]).rstrip(_LOOSE_END)}…"
