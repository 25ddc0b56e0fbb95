"""Which pieces of a message ask something, and which only say something."""

from __future__ import annotations

import re

_ASKING = re.compile(
    r"[?？]|か[。？]?$|^\s*&|^\W*(?:and|n|what|whats|which|who|when|where|why|how|hows|is|are|was|were"
    r"|did|does|do|can|has|have|will|would|compare|tell|list|name|give|show|explain)\b",
    re.IGNORECASE,
)


def is_asking(text: str) -> bool:
    """Whether one sentence is a question or a request to be told something.

    Example:
        >>> is_asking("I import steel."), is_asking("what is the duty")
        (False, True)
    """
    return bool(_ASKING.search(text))
