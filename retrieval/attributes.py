"""What is asked of a thing: a sentence that does not speak of it does not answer."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml


class Attribute(NamedTuple):
    """How a property is asked for, and what a sentence that tells it must hold."""

    name: str
    asked: re.Pattern[str]
    told: re.Pattern[str]


@lru_cache(maxsize=1)
def _attributes() -> tuple[Attribute, ...]:
    text = (Path(__file__).parent / "attributes.yaml").read_text(encoding="utf-8")
    return tuple(
        Attribute(name, re.compile(entry["asked"], re.I), re.compile(entry["told"], re.I))
        for name, entry in yaml.safe_load(text).items()
    )


@lru_cache(maxsize=1024)
def attributes_asked(question: str) -> tuple[Attribute, ...]:
    """The properties a question asks for, of those that are listed; often none.

    Example:
        >>> [a.name for a in attributes_asked("how many people work at MP Materials?")]
        ['employees']
    """
    return tuple(a for a in _attributes() if a.asked.search(question))
