"""What is searched for: the question's words, what they stand for, the text that is embedded."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cached_property

from retrieval.language import detect_language
from retrieval.terms import STOP_WORDS, stem, terms, words
from retrieval.vocabulary import SYNONYM_WEIGHT, coverage, expand, synonyms, translate

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
        context_asked: the same, in the words it was asked with.
        corrections: words that misspelt ones were meant to be.
    """

    text: str
    original: str = ""
    context: str = ""
    context_asked: str = ""
    corrections: tuple[str, ...] = ()

    @cached_property
    def embedded(self) -> str:
        """The text whose vector is searched for."""
        mended = " ".join([self.text, *self.corrections])
        return f"{self.context} {mended}" if self.context else mended

    @cached_property
    def embedded_as_asked(self) -> str:
        """The same for a model that reads the asker's language: nothing is translated."""
        pieces = (self.context_asked or self.context, self.original or self.text, *self.corrections)
        return " ".join(piece for piece in pieces if piece)

    @cached_property
    def coverage(self) -> float:
        """How much of the question is in `text`, 0 to 1: all, but for words not translated."""
        asked = self.original or self.text
        return coverage(asked) if detect_language(asked) == "ja" else 1.0

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """The terms asked with, in order, each once, corrections at the end."""
        mended = [term for word in self.corrections for term in terms(word)]
        return tuple(dict.fromkeys([*terms(self.text), *mended]))

    @cached_property
    def context_terms(self) -> tuple[str, ...]:
        """The terms of the earlier question, each once."""
        return tuple(dict.fromkeys(terms(self.context)))

    @cached_property
    def spoken(self) -> str:
        """The question with its misspelt words mended beside it."""
        return " ".join([self.text, *self.corrections])

    def names_in(self, names: Container[str]) -> tuple[str, ...]:
        """Stems of the question's words that are among these names."""
        spoken = dict.fromkeys(words(self.spoken))
        return tuple(stem(w) for w in spoken if w not in STOP_WORDS and w in names)

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
