"""Which words of a question are names: the corpus's own, and well-known ones it may lack."""

from __future__ import annotations

import re
from functools import lru_cache

from retrieval.data import read_words
from retrieval.index import SearchIndex
from retrieval.query import Query
from retrieval.spelling import Speller
from retrieval.terms import STOP_WORDS, stem, words

# ASCII: Japanese puts its particles right behind a ticker.
_TICKER = re.compile(r"\b[A-Z]{3,5}\b", re.ASCII)
_NOT_SHOUTED = re.compile(r"[a-z\u3040-\u30ff\u3400-\u9fff]")


@lru_cache(maxsize=1)
def _gazetteer() -> frozenset[str]:
    """Words that are names wherever they stand."""
    return frozenset(name for group in read_words("names.yaml").values() for name in group)


def named_in(
    query: Query, index: SearchIndex, speller: Speller
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names in a question: stems of those the corpus holds, and those it does not.

    A word counts as a name when the corpus writes it with a capital, when it is a well-known name,
    or when it is written like a ticker. An unknown word in lower case is rather slang than a name.
    """
    tickers = set()
    if _NOT_SHOUTED.search(query.original):
        tickers = {match.group().lower() for match in _TICKER.finditer(query.original)}
    known: list[str] = []
    unknown: list[str] = []
    for word in dict.fromkeys(words(query.text)):
        if word in STOP_WORDS or len(word) < 2 or word[0].isdigit():
            continue
        held = stem(word) in index.keywords or bool(query.synonyms_of(stem(word)))
        # A plural or a possessive without its apostrophe is the same name: "koreas budget".
        forms = {word, word.removesuffix("s")}
        if not (word in tickers or forms & index.names or forms & _gazetteer()):
            continue
        if held:
            known.append(stem(word))
        elif not speller.correct(word):
            unknown.append(word)
    return tuple(known), tuple(unknown)
