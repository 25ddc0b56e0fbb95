"""Dense and keyword search over the same passages, fused; behind LangChain's `BaseRetriever`."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from numpy.typing import NDArray
from pydantic import ConfigDict

from corpus import Library, Passage
from retrieval.embedding import EmbeddingModel
from retrieval.index import SearchIndex
from retrieval.query import Query, make_query

CANDIDATES = 60
"""Passages taken from each side before fusion."""

DENSE_SHARE = 0.5
"""Weight of the dense side in the fusion; keywords have the rest."""

MULTILINGUAL_DENSE_SHARE = 0.7
"""The same with a model that reads the asker's language, which is the better of the two sides."""

WELL_COVERED = 0.5
"""Coverage of a question in another language from which its English terms stand for it."""

BEST_SENTENCE_SHARE = 0.5
"""Of the dense side, what counts for a passage's best sentence instead of the whole passage."""

DOCUMENT_PRIOR = 0.3
"""Weight of the mean of a document's three best passages, added to each of its passages."""


@dataclass(frozen=True)
class Hit:
    """A passage that was found. Ranks count from 1; None: not among that side's candidates."""

    position: int
    passage: Passage
    score: float
    dense_rank: int | None
    keyword_rank: int | None


@dataclass(frozen=True)
class Found:
    """The outcome of one search.

    Attributes:
        hits: passages, best first.
        vector: the question's unit vector, shape (dimensions,).
        similarity: cosine of every sentence of the index with the question, shape (sentences,).
        asked: the same for the nearest of the questions kept beside each sentence; 0: it alone of
            its document has none.
        asked_keywords: their best BM25 in the same way, scaled by the highest.
        asked_words: the highest, as a share of what the question's words could come to.
        unheld: cosine of the nearest of the questions that no document answers; 0: there are none.
        unheld_words: their highest BM25, as a share like `asked_words`.
        title: cosine of the nearest title.
        embed_ms: milliseconds spent on embedding the question.
        search_ms: milliseconds spent on everything else.
    """

    query: Query
    hits: tuple[Hit, ...]
    vector: NDArray[np.float32]
    similarity: NDArray[np.float32]
    asked: NDArray[np.float32]
    asked_keywords: NDArray[np.float32]
    asked_words: float
    unheld: float
    unheld_words: float
    title: float
    embed_ms: float
    search_ms: float


class HybridSearch:
    """The search itself, over one opened index."""

    def __init__(self, index: SearchIndex, model: EmbeddingModel) -> None:
        self.index = index
        self.model = model

    def search(self, query: Query, count: int) -> Found:
        """The `count` best passages for a query.

        Raises:
            BrokenIndexError: the vector store cannot be read.
            ModelError: the embedding model cannot be loaded.
        """
        began = time.perf_counter()
        multilingual = self.model.is_multilingual
        text = query.embedded_as_asked if multilingual else query.embedded
        vector = np.array(self.model.embed_query(text), dtype=np.float32)
        embedded = time.perf_counter()
        index = self.index
        size = len(index.passages)
        similarity = _cosines(index.sentence_vectors, vector)
        asked, asked_keywords = self._asked(query, vector, similarity)
        asked_most = float(asked_keywords.max(initial=0.0))
        asked_keywords /= max(asked_most, 1e-9)
        dense, dense_order = self._dense(vector, np.maximum(similarity, asked), size)
        keyword = index.keywords.scores(query.weights)
        keyword_order = _top(keyword, CANDIDATES)
        share = dense_share(query, multilingual=multilingual)
        fused = share * dense + (1 - share) * _scaled(keyword)
        fused += DOCUMENT_PRIOR * self._document_prior(fused)
        order = _top(fused, count)
        dense_rank = {int(p): r for r, p in enumerate(dense_order, start=1)}
        keyword_rank = {int(p): r for r, p in enumerate(keyword_order, start=1)}
        hits = tuple(
            Hit(
                position=int(p),
                passage=index.passages[p],
                score=round(float(fused[p]), 6),
                dense_rank=dense_rank.get(int(p)),
                keyword_rank=keyword_rank.get(int(p)),
            )
            for p in order
        )
        most = max(self._most_possible(query), 1e-9)
        done = time.perf_counter()
        return Found(
            query,
            hits,
            vector,
            similarity,
            asked,
            asked_keywords,
            asked_most / most,
            float(_cosines(index.unheld_vectors, vector).max(initial=0.0)),
            float(index.unheld_keywords.scores(query.weights).max(initial=0.0)) / most,
            float(_cosines(index.title_vectors, vector).max(initial=0.0)),
            (embedded - began) * 1e3,
            (done - embedded) * 1e3,
        )

    def _asked(
        self, query: Query, vector: NDArray[np.float32], similarity: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """How near the questions kept beside each sentence are: by cosine, and by BM25.

        In a document without any, the sentence itself stands in: over the training questions, the
        nearest question and the nearest sentence are equally near, to 0.02.
        """
        index = self.index
        near = self._best_asked(_cosines(index.asked_vectors, vector))
        words = self._best_asked(index.asked_keywords.scores(query.weights))
        if index.is_unasked.any():
            own = index.sentence_keywords.scores(query.weights)
            near = np.where(index.is_unasked, similarity, near)
            words = np.where(index.is_unasked, own, words)
        return near, words

    def _most_possible(self, query: Query) -> float:
        """About what BM25 gives a text that holds each of the question's own words once."""
        return float(self.index.sentence_keywords.rarity(query.terms).sum())

    def _best_asked(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """The highest score among the questions of each sentence, shape (sentences,)."""
        best = np.zeros(len(self.index.sentence_passage), dtype=np.float32)
        if len(scores):
            np.maximum.at(best, self.index.asked_sentence, scores)
        return best

    def _dense(
        self, vector: NDArray[np.float32], similarity: NDArray[np.float32], size: int
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The dense side, scaled to 0..1, and its candidates in order.

        Half is the passage's own cosine, from Chroma; a passage outside its candidates counts as
        the last of them, which is the most it can have. Half is its best sentence's cosine.
        """
        index = self.index
        nearest = index.store.nearest(vector.tolist(), min(CANDIDATES, size))
        cosine = np.full(size, min((c for _, c in nearest), default=0.0), dtype=np.float32)
        for name, value in nearest:
            cosine[index.positions[name]] = value
        best = np.full(size, -1.0, dtype=np.float32)
        if len(similarity):
            np.maximum.at(best, index.sentence_passage, similarity)
        mixed = (1 - BEST_SENTENCE_SHARE) * cosine + BEST_SENTENCE_SHARE * best
        return _scaled(mixed, floor=float(np.median(mixed)) if size else 0.0), _top(
            mixed, CANDIDATES
        )

    def _document_prior(self, fused: NDArray[np.float32]) -> NDArray[np.float32]:
        """For each passage, the mean of its document's three best."""
        documents = self.index.document_of
        prior = np.zeros_like(fused)
        order = np.argsort(-fused, kind="stable")[: 4 * CANDIDATES]
        best: dict[int, list[float]] = {}
        for position in order:
            scores = best.setdefault(int(documents[position]), [])
            if len(scores) < 3:
                scores.append(float(fused[position]))
        for document, scores in best.items():
            prior[documents == document] = sum(scores) / 3
        return prior


class HybridRetriever(BaseRetriever):
    """The same search as a LangChain retriever, for use in anyone's chain.

    Example:
        >>> retriever = HybridRetriever(search=search, library=library, k=5)
        >>> retriever.invoke("tariff on Japanese cars")[0].metadata["document_id"]
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    search: HybridSearch
    library: Library
    k: int = 8

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        found = self.search.search(make_query(query), self.k)
        return [self._document(hit) for hit in found.hits]

    def _document(self, hit: Hit) -> LangChainDocument:
        document = self.library.get(hit.passage.document_id)
        return LangChainDocument(
            id=hit.passage.id,
            page_content=document.body[hit.passage.start : hit.passage.end],
            metadata={
                "document_id": document.id,
                "title": document.title,
                "section": hit.passage.section,
                "start": hit.passage.start,
                "end": hit.passage.end,
                "status": document.status.value,
                "score": hit.score,
            },
        )


def _cosines(vectors: NDArray[np.float32], vector: NDArray[np.float32]) -> NDArray[np.float32]:
    # Not `@`: its threads cost more than they bring at this size, and spin beside ONNX's own.
    cosines: NDArray[np.float32] = np.einsum("ij,j->i", vectors, vector)
    return cosines


def dense_share(query: Query, *, multilingual: bool) -> float:
    """The weight of the dense side for a question, 0 to 1; keywords have the rest.

    A model that does not read the question's language sees only its English terms. The fewer there
    are, the less their vector says; of a question without any it says nothing.
    """
    if multilingual:
        return MULTILINGUAL_DENSE_SHARE
    return DENSE_SHARE * min(1.0, query.coverage / WELL_COVERED)


def _scaled(scores: NDArray[np.float32], floor: float | None = None) -> NDArray[np.float32]:
    """Scores moved to 0..1 by their range; what lies below `floor` becomes 0."""
    if not len(scores):
        return scores
    low = float(scores.min()) if floor is None else floor
    high = float(scores.max())
    if high <= low:
        return np.zeros_like(scores)
    scaled: NDArray[np.float32] = np.clip((scores - low) / (high - low), 0.0, 1.0)
    return scaled


def _top(scores: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Positions of the highest positive scores, best first; ties by position."""
    order = np.argsort(-scores, kind="stable")[:count]
    return order[scores[order] > 0]
