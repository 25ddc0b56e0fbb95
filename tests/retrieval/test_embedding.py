from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus import Library
from corpus.errors import ModelError
from retrieval import packaged
from retrieval.embedding import EmbeddingModel, NamedModel, PackagedMiniLM, load_embedding
from retrieval.packaged import MINILM_INT8_SHA256, minilm_folder, verify

TEXTS = (
    "Copper pays 50% from August 2025.",
    "Japanese cars pay 15% in total.",
    "A fund of gold miners.",
)


@pytest.fixture(scope="module")
def minilm(packaged_index_home: Path) -> EmbeddingModel:
    return load_embedding("minilm", packaged_index_home / "models")


def test_the_model_of_questions_and_that_of_documents_share_one_space(
    minilm: EmbeddingModel, library: Library
) -> None:
    too_long_to_be_read_whole = library.get("s232-autos-10908").body
    texts = (*TEXTS, too_long_to_be_read_whole)
    told: list[int] = []
    documents = minilm.embed_batch(texts, told.append)
    questions = np.array([minilm.embed_query(text) for text in texts])
    assert documents.shape == (len(texts), 384)
    assert documents.dtype == np.float32
    assert sum(told) == len(texts)
    assert np.allclose(np.linalg.norm(documents, axis=1), 1, atol=1e-5)
    assert np.allclose(np.linalg.norm(questions, axis=1), 1, atol=1e-5)
    cosines = questions @ documents.T
    assert (np.diag(cosines) > 0.99).all()
    assert (cosines.argmax(axis=1) == np.arange(len(texts))).all()
    assert np.array_equal(minilm.embed_questions(texts), questions.astype(np.float32))


def test_no_text_has_no_vectors(minilm: EmbeddingModel) -> None:
    assert minilm.embed_batch([]).shape == (0, 0)
    assert minilm.embed_questions([]).shape == (0, 0)


def test_wordpieces_are_counted_without_the_models_own_marks(minilm: EmbeddingModel) -> None:
    assert minilm.count_wordpieces("copper pays") == 2
    assert minilm.count_wordpieces("") == 0
    assert minilm.count_wordpieces("copper " * 1_000) == 1_000


def test_a_name_that_is_not_the_packaged_one_is_taken_for_another_model() -> None:
    assert isinstance(load_embedding("minilm"), PackagedMiniLM)
    other = load_embedding("some/model")
    assert isinstance(other, NamedModel)
    assert other.identity == "some/model"


def test_a_folder_is_loaded_as_a_named_model() -> None:
    named = load_embedding(str(minilm_folder()))
    vectors = named.embed_batch(TEXTS[:2])
    assert vectors.shape == (2, 384)
    assert np.allclose(named.embed_query(TEXTS[1]), vectors[1], atol=1e-5)
    assert np.allclose(named.embed_questions(TEXTS[:2]), vectors, atol=1e-5)
    assert named.count_wordpieces("copper pays") == 2


def test_altered_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(b"altered")
    (tmp_path / "model.onnx").write_bytes(b"altered")
    monkeypatch.setattr(packaged, "package_folder", lambda *_: tmp_path)
    for attempt in (
        lambda: PackagedMiniLM().embed_query("copper"),
        lambda: PackagedMiniLM(tmp_path / "models").embed_query("copper"),
        lambda: PackagedMiniLM().embed_batch(["copper"]),
    ):
        with pytest.raises(ModelError, match=r"the weights have sha256 .*; reinstall the package"):
            attempt()


def test_missing_weights_are_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"cannot be read .No such file.*; reinstall"):
        verify(tmp_path / "model.onnx", MINILM_INT8_SHA256)


@pytest.mark.parametrize("name", ["no/such-model", "nosuchmodel"])
def test_a_model_that_cannot_be_had_is_told_in_one_line(name: str) -> None:
    with pytest.raises(ModelError) as error:
        NamedModel(name).embed_query("copper")
    assert str(error.value).startswith(f"the embedding model {name!r} cannot be loaded (")
    assert "set LODESTONE_EMBEDDING to 'minilm' or to" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_folder_that_holds_no_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be loaded"):
        NamedModel(str(tmp_path)).count_wordpieces("copper")
