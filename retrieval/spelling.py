"""Misspelt words, set right by the corpus's own vocabulary and the model's list of English words.

A correction is added to the query beside the word as written; it never replaces it, so a name the
corpus does not know stays visible as unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 4
"""Letters: below this, one edit away means nothing."""

_COMMON = (
    "what", "which", "when", "where", "who", "many", "much", "about", "year", "share", "shares",
    "stock", "does", "with", "from", "they", "their",
)  # fmt: skip


class Speller:
    """Finds the word of the corpus that a misspelt one was meant to be.

    Args:
        vocabulary: words of the corpus with how often they stand there.
        is_word: whether a word is correct English, so that nothing is to be mended.
        names: words of the corpus that are names.
    """

    def __init__(
        self,
        vocabulary: Mapping[str, int],
        is_word: Callable[[str], bool],
        names: frozenset[str] = frozenset(),
    ) -> None:
        self.names = names
        self._vocabulary = vocabulary
        self._is_word = is_word
        self._by_initial: dict[str, list[str]] = {}
        for word in {*vocabulary, *_COMMON}:
            if len(word) >= SHORTEST and word.isalpha():
                self._by_initial.setdefault(word[0], []).append(word)

    def knows(self, word: str) -> bool:
        """Whether the word stands in the corpus."""
        return word in self._vocabulary

    def correct(self, word: str) -> str | None:
        """The word meant, or None when it is right, too short, or like nothing here."""
        return _correct(self, word.lower())

    def find(self, word: str) -> str | None:
        """`correct` without its cache."""
        is_right = self.knows(word) or word in _COMMON or self._is_word(word)
        if is_right or len(word) < SHORTEST or not word.isalpha():
            return None
        edits = 1 if len(word) < 6 else 2
        near = process.extract(
            word,
            self._by_initial.get(word[0], []),
            scorer=OSA.distance,
            score_cutoff=edits,
            limit=8,
        )
        if not near:
            return None
        # Of equally near words, the one the corpus uses most.
        best = min(near, key=lambda found: (found[1], -self._vocabulary.get(found[0], 0), found[0]))
        return str(best[0])


@lru_cache(maxsize=4096)
def _correct(speller: Speller, word: str) -> str | None:
    return speller.find(word)
