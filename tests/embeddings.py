"""A small embedding model without weights, for tests of what is done with vectors."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from retrieval.embedding import Progress, Vectors

DIMENSIONS = 64


class HashedNgrams:
    """Counts of hashed character trigrams, of unit length. It keeps what it was asked to embed."""

    is_multilingual = False

    def __init__(self, identity: str = "hashed-ngrams") -> None:
        self.identity = identity
        self.embedded: list[str] = []

    def embed_batch(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.embedded += texts
        vectors = np.array([self.embed_query(text) for text in texts], dtype=np.float32)
        if progress:
            progress(len(texts))
        return vectors.reshape(len(texts), DIMENSIONS)

    def embed_questions(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        return self.embed_batch(texts, progress)

    def embed_query(self, text: str) -> list[float]:
        vector = np.full(DIMENSIONS, 1e-3)
        for i in range(len(text) - 2):
            vector[zlib.crc32(text[i : i + 3].lower().encode()) % DIMENSIONS] += 1
        return [float(x) for x in vector / np.linalg.norm(vector)]

    def count_wordpieces(self, text: str) -> int:
        return len(text.split())
