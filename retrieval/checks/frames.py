"""The words with which an answer names its source: they are ours, and need none themselves."""

from __future__ import annotations

import re
from functools import lru_cache

from retrieval.checks.lexicon import words

_VERBS = (
    "says|said|reports|reported|states|stated|notes|noted|adds|added|writes|wrote|describes|"
    "described|explains|explained|argues|argued|claims|claimed|advises|advised"
)
# A frame names a source and says nothing more: few words, and none that could carry a statement.
_SOURCE = r"(?:(?!\b(?:is|are|was|were|be|been|has|have|had|will|not|no|never)\b)[^,;:()]){1,70}?"


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    openings = "|".join(re.escape(opening) for opening in words().openings)
    speakers = "|".join(re.escape(speaker) for speaker in words().speakers)
    own = (
        rf"(?:in\s)?(?:the|this|that|our|one|its|a)\s(?:[\w.'-]+\s){{0,4}}?(?:{speakers})"
        rf"(?:\s(?:of|from|on|dated|about)\s{_SOURCE})?"
    )
    opening = re.compile(
        rf"^(?:(?:{openings})\s{_SOURCE}[,:]\s*"
        rf"|{own}\s(?:{_VERBS})(?:\sthat\b|\show\b)?\s?[:,]?\s*"
        rf"|in\s(?:the|this|that|our)\s(?:[\w.'-]+\s){{0,3}}?(?:{speakers})[,:]\s*)",
        re.IGNORECASE,
    )
    # A bare `per` at the end is more often `per cent` or `per tonne`.
    behind = "|".join(re.escape(opening) for opening in words().openings if " " in opening)
    closing = re.compile(rf"[,;]?\s(?:{behind})\s{_SOURCE}[.]?$", re.IGNORECASE)
    return opening, closing


def split_frame(text: str) -> tuple[str, str]:
    """Divide a claim into the words that name its source and what is claimed.

    Example:
        >>> split_frame("According to the brief, the duty is 15%.")
        ('According to the brief,', 'the duty is 15%.')
    """
    opening, closing = _patterns()
    match = opening.match(text)
    if match is not None and match.end() < len(text):
        return match.group().strip(), text[match.end() :]
    match = closing.search(text)
    if match is not None and match.start() > 0:
        return match.group().strip(" ,;"), text[: match.start()]
    return "", text
