"""What is searched for: the question's words, what they stand for, the text that is embedded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from retrieval.terms import terms
from retrieval.vocabulary import SYNONYM_WEIGHT, expand, synonyms, translate

CONTEXT_WEIGHT = 0.6
"""What a word of an earlier question counts in one that leans on it."""

CORRECTION_WEIGHT = 0.9
"""What a mended word counts: nearly as much as one that was spelt right."""


@dataclass(frozen=True)
class Query:
    """One thing to look for, in English.

    Attributes:
        text: the question; for a Japanese one, its terms in English.
        original: the words as they were asked.
        context: the earlier question it leans on; empty when it stands by itself.
        corrections: words that misspelt ones were meant to be.
    """

    text: str
    original: str = ""
    context: str = ""
    corrections: tuple[str, ...] = ()

    @cached_property
    def embedded(self) -> str:
        """The text whose vector is searched for."""
        mended = " ".join([self.text, *self.corrections])
        return f"{self.context} {mended}" if self.context else mended

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """The terms asked with, in order, each once, corrections at the end."""
        mended = [term for word in self.corrections for term in terms(word)]
        return tuple(dict.fromkeys([*terms(self.text), *mended]))

    @cached_property
    def context_terms(self) -> tuple[str, ...]:
        """The terms of the earlier question, each once."""
        return tuple(dict.fromkeys(terms(self.context)))

    @property
    def asks_about_article(self) -> bool:
        """Whether the question is about the anchor article itself."""
        return "articl" in self.weights or "articl" in self.context_terms

    def synonyms_of(self, term: str) -> tuple[str, ...]:
        """What else a term of the question may be said with."""
        return synonyms(term)

    @cached_property
    def own_weights(self) -> Mapping[str, float]:
        """The question's own terms and what they stand for."""
        own = dict.fromkeys(terms(self.text), 1.0)
        mended = " ".join(self.corrections)
        corrected = dict.fromkeys(terms(mended), CORRECTION_WEIGHT)
        return {**expand(f"{self.text} {mended}"), **corrected, **own}

    @cached_property
    def weights(self) -> Mapping[str, float]:
        """Every term to count, with its weight: less for synonyms and for earlier questions."""
        earlier = {
            term: weight * CONTEXT_WEIGHT
            for term, weight in {
                **{t: w * SYNONYM_WEIGHT for t, w in expand(self.context).items()},
                **dict.fromkeys(terms(self.context), 1.0),
            }.items()
        }
        return {**earlier, **self.own_weights}


def make_query(text: str) -> Query:
    """A query from a text in either language, without history."""
    return Query(text=translate(text) or text, original=text)
