"""What is asked of a thing: a sentence that does not speak of it does not answer."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from retrieval.data import read_words


class Attribute(NamedTuple):
    """How a property is asked for, and what a sentence that tells it must hold."""

    name: str
    asked: re.Pattern[str]
    told: re.Pattern[str]


@lru_cache(maxsize=1)
def _attributes() -> tuple[Attribute, ...]:
    return tuple(
        Attribute(name, re.compile(entry["asked"], re.I), re.compile(entry["told"], re.I))
        for name, entry in read_words("attributes.yaml").items()
    )


_YES_OR_NO = re.compile(
    r"(?:^|[,.;:]\s+|\b(?:so|and|but|then)\s+)(?:is|are|was|were|did|does|do|has|have|can|will)\b",
    re.I,
)
_OPEN = re.compile(r"\b(?:how|what|whats|which|who|whos|when|where|why)\b", re.I)


@lru_cache(maxsize=1024)
def attributes_asked(question: str) -> tuple[Attribute, ...]:
    """The properties a question asks for, of those that are listed; often none.

    A question that a yes or a no answers asks for none: the answer may well use other words.

    Example:
        >>> [a.name for a in attributes_asked("how many people work at MP Materials?")]
        ['employees']
    """
    if _YES_OR_NO.search(question) and not _OPEN.search(question):
        return ()
    return tuple(a for a in _attributes() if a.asked.search(question))
