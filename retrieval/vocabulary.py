"""How people ask and how the documents say it: synonyms, nicknames, Japanese terms of the field.

The lists are data (`synonyms.yaml`, `glossary.yaml`), read once. Matching is by stems, so that one
entry serves all forms of a word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from retrieval.data import read_words
from retrieval.terms import stem, terms, words

SYNONYM_WEIGHT = 0.5
"""What a synonym counts against the word that was asked with; fitted loosely, not sensitive."""

LONGEST_PHRASE = 3

Phrase = tuple[str, ...]

_UNTOLD = re.compile(r"[^\W_\u3040-\u309fA-Za-z0-9]")
"""A letter or figure that carries meaning and stays Japanese."""


@lru_cache(maxsize=1)
def _synonyms() -> Mapping[Phrase, tuple[str, ...]]:
    """Stems of a phrase -> the terms it also stands for."""
    data = read_words("synonyms.yaml")
    found: dict[Phrase, dict[str, None]] = {}
    for group in data["groups"]:
        for member in group:
            others = [term for other in group if other != member for term in terms(str(other))]
            found.setdefault(_stems(str(member)), {}).update(dict.fromkeys(others))
    for phrase, meanings in data["means"].items():
        also = [term for meaning in meanings for term in terms(str(meaning))]
        found.setdefault(_stems(str(phrase)), {}).update(dict.fromkeys(also))
    return {phrase: tuple(also) for phrase, also in found.items()}


@lru_cache(maxsize=1)
def _glossary() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """One pattern for all Japanese terms, longest first, and what each means."""
    data = {str(key): str(value) for key, value in read_words("glossary.yaml").items()}
    longest_first = sorted(data, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), data


@lru_cache(maxsize=4096)
def synonyms(term: str) -> tuple[str, ...]:
    """The terms that a single stemmed term also stands for."""
    return _synonyms().get((term,), ())


@lru_cache(maxsize=1)
def _tickers() -> Mapping[str, str]:
    listed: Mapping[str, str] = read_words("synonyms.yaml")["tickers"]
    return listed


def company_of(word: str) -> str | None:
    """The company that a ticker stands for.

    Example:
        >>> company_of("tm")
        'toyota'
    """
    return _tickers().get(word)


def expand(text: str) -> dict[str, float]:
    """Terms that the words and phrases of `text` also stand for, with their weight.

    Example:
        >>> expand("levy")["tariff"]
        0.5
    """
    stems = [stem(word) for word in words(text)]
    table = _synonyms()
    found: dict[str, float] = {}
    for length in range(LONGEST_PHRASE, 0, -1):
        for i in range(len(stems) - length + 1):
            for term in table.get(tuple(stems[i : i + length]), ()):
                found[term] = SYNONYM_WEIGHT
    return found


def translate(text: str) -> str:
    """English for the Japanese terms found in `text`, in their order; what is Latin stays.

    Example:
        >>> translate("日本車の関税")
        'japanese car tariff duty'
    """
    pattern, meanings = _glossary()
    pieces: list[str] = []
    position = 0
    for match in pattern.finditer(text):
        pieces += _latin(text[position : match.start()])
        pieces.append(meanings[match.group()])
        position = match.end()
    pieces += _latin(text[position:])
    return " ".join(pieces)


def coverage(text: str) -> float:
    """The share of a Japanese text's characters that `translate` puts into English, 0 to 1.

    Hiragana that the glossary does not list is mostly grammar and does not count, nor do signs.

    Example:
        >>> coverage("日本車の関税は？"), coverage("肩こりに効く体操")
        (1.0, 0.0)
    """
    pattern, _ = _glossary()
    rest = pattern.sub(" ", text)
    covered = sum(len(match.group()) for match in pattern.finditer(text))
    covered += sum(len(word) for word in _latin(rest))
    untold = len(_UNTOLD.findall(rest))
    return covered / (covered + untold) if covered else 0.0


def _latin(text: str) -> list[str]:
    """Latin words and figures between Japanese ones: names, tickers, years."""
    return re.findall(r"[A-Za-z0-9][A-Za-z0-9.,%&-]*", text)


def _stems(phrase: str) -> Phrase:
    return tuple(stem(word) for word in words(phrase))
