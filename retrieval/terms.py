"""From text to the terms the keyword index counts: stems of words, whole figures, CJK bigrams."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

import Stemmer

_ACRONYM = re.compile(r"\b(?:[A-Za-z]\.){2,}")
_TOKEN = re.compile(
    r"\d+(?:[.,]\d+)*%?|[A-Za-z]+(?:['’][A-Za-z]+)?|[À-ɏ]+|[\u3040-\u30ff\u3400-\u9fff]+|\w"
)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")

STOP_WORDS = frozenset(
    """a about after again all also am an and any are as at be because been before being but by can
    could did do does doing down during each few for from further had has have having he her here
    hers him his how i if in into is it its itself just let me more most my no nor not now of off on
    once only or other our out over own please same she should so some such than that the their them
    then there these they this those through to too under until up very was we were what when where
    which while who whom why will with would you your yours tell whats wat u ur pls
    """.split()  # noqa: SIM905 - words read better than a column of literals
)


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The Snowball stem of one lower-case word."""
    stemmed: str = _stemmer().stemWord(word)
    return stemmed


def words(text: str) -> Iterator[str]:
    """Lower-case words and figures in order, stop words included, acronyms without their stops."""
    for match in _TOKEN.finditer(_ACRONYM.sub(lambda m: m.group().replace(".", ""), text)):
        token = match.group().lower()
        if _CJK.match(token):
            yield from _bigrams(token)
        else:
            yield token.split("'")[0].split("’")[0]


def terms(text: str) -> list[str]:
    """Stems of the words that carry meaning, and whole figures (`27.5%` also counts as `27.5`).

    Example:
        >>> terms("What do Japanese cars pay: 27.5%?")
        ['japanes', 'car', 'pay', '27.5', '27.5%']
    """
    found: list[str] = []
    for word in words(text):
        if word in STOP_WORDS:
            continue
        if word[0].isdigit():
            figure = word.replace(",", "")
            if figure.endswith("%"):
                found.append(figure[:-1])
            found.append(figure)
        elif len(word) > 1 or not word.isascii():
            found.append(stem(word))
    return found


def figures(text: str) -> frozenset[str]:
    """Every number in a text, as it is written."""
    return frozenset(word for word in words(text) if word[0].isdigit())


def _bigrams(run: str) -> Iterator[str]:
    if len(run) == 1:
        yield run
    for i in range(len(run) - 1):
        yield run[i : i + 2]


_INSIDE = re.compile(r"(?<![.!?:*]\s)(?<!- )(?<=[\w,;()\"“] )\b[A-Za-z][A-Za-z0-9]+\b")
_MOSTLY = 3


def find_names(texts: Iterable[str]) -> frozenset[str]:
    """Words that texts write with a capital inside a sentence, three times as often as without."""
    capital: Counter[str] = Counter()
    small: Counter[str] = Counter()
    for text in texts:
        for match in _INSIDE.finditer(text):
            word = match.group()
            (small if word[0].islower() else capital)[word.lower()] += 1
    return frozenset(word for word in capital if capital[word] >= _MOSTLY * small[word])
