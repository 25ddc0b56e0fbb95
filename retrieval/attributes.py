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


@lru_cache(maxsize=1024)
def attributes_asked(question: str) -> tuple[Attribute, ...]:
    """The properties a question asks for, of those that are listed; often none.

    Example:
        >>> [a.name for a in attributes_asked("how many people work at MP Materials?")]
        ['employees']
    """
    return tuple(a for a in _attributes() if a.asked.search(question))
