"""How much of a question stands in each sentence, word by word."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.index import SearchIndex
from retrieval.lexical import weighed
from retrieval.query import Query

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Coverage:
    """How much of the question stands in each sentence, by the rarity of its words.

    `terms` tells it term by term, shape (terms, sentences); the others are shares, 0..1.
    """

    terms: Matrix
    rarity: Matrix
    coverage: Matrix
    own: Matrix
    context: Matrix


def cover(query: Query, index: SearchIndex) -> Coverage:
    """Hold every sentence of the index against the words of a query."""
    own_terms = query.terms
    keywords = index.sentence_keywords
    matrix = keywords.term_matrix([(term, query.synonyms_of(term)) for term in own_terms])
    rarity = keywords.rarity(own_terms)
    in_sentence = weighed(matrix, rarity)
    in_passage = index.keywords.presence(own_terms)[index.sentence_passage]
    earlier = tuple(term for term in query.context_terms if term not in own_terms)
    context = np.zeros_like(in_sentence)
    if earlier:
        context = 0.5 * keywords.presence(earlier)
        context += 0.5 * index.keywords.presence(earlier)[index.sentence_passage]
    return Coverage(
        terms=matrix,
        rarity=rarity,
        coverage=np.maximum(in_sentence, 0.5 * in_sentence + 0.5 * in_passage),
        own=weighed((matrix == 1.0).astype(np.float32), rarity),
        context=context,
    )
