"""How tokens are cut out of a text: one pattern, built from the data files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from retrieval.checks.figures import NUMBER, date_pattern
from retrieval.checks.lexicon import units


@lru_cache(maxsize=1)
def token_pattern() -> re.Pattern[str]:
    """All tokens as one pattern with named groups, the longest readings first."""
    table = units()

    def forms(values: Iterable[str]) -> str:
        found = sorted(values, key=len, reverse=True)
        return "|".join(re.escape(value).replace(r"\ ", r"[\s-]") for value in found)

    latin = [unit for unit in table.magnitudes if unit.isascii()]
    magnitude = rf"\s?-?\s?(?:{forms(latin)})\b"
    signs = forms(table.signs)
    spelled = forms(table.numbers)
    number = rf"(?:{NUMBER})(?:[万億兆](?:{NUMBER})?)*"
    word_number = rf"\b(?:{spelled})(?:[\s-](?:and\s)?(?:{spelled}))*\b"
    shares = forms([*table.points, *table.basis, *table.percent])
    after = (
        rf"(?P<share>(?:\s|-)?(?:{shares})(?![A-Za-z]))"
        rf"|(?P<coin>(?:\s|-)?(?:{forms(table.currencies)})s?(?![A-Za-z]))"
    )
    return re.compile(
        rf"(?P<date>{date_pattern()})"
        rf"|(?P<time>\b[0-2]?\d:[0-5]\d\b(?:\s?[ap]\.?m\b\.?)?)"
        rf"|(?P<figure>(?<![A-Za-z\d.])(?P<sign>(?i:{signs})\s?)?(?P<minus>(?<![\w)])-)?"
        rf"(?:(?P<digits>{number})(?P<suffix>st|nd|rd|th)?(?![A-Za-z]*\d)"
        rf"|(?P<spelled>(?i:{word_number})))"
        rf"(?P<magnitude>(?i:{magnitude}))?(?i:{after})?)(?![A-Za-z]|-[A-Z]\b)"
        r"|(?P<short>(?:[A-Z]\.){2,}[A-Z]?)"
        r"|(?P<word>(?:[A-Za-zÀ-ÿ]|\d)[A-Za-zÀ-ÿ\d&]*(?:'(?:s|t|re|ve|ll|d|m)\b)?)"
        r"|(?P<cjk>[\u3040-\u30ff\u3400-\u9fff々ー]+)"
        r"|(?P<mark>\.{3}|[^\sA-Za-z\d])",
    )
