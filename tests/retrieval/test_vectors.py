from __future__ import annotations

import socket
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import BrokenIndexError, RetrievalError, StorageError
from retrieval.vectors import VectorStore
from tests.embeddings import HashedNgrams

TEXTS = {"a": "copper pays", "b": "steel pays", "c": "trucks"}


class PanicException(BaseException):
    """What a panic in Chroma's core looks like from Python."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A finished collection of three passages."""
    store = VectorStore.create(tmp_path / "chroma", "g", None)
    vectors = HashedNgrams().embed_batch(list(TEXTS.values()))
    store.add(list(TEXTS), vectors, list(TEXTS.values()), [{"start": i} for i in range(3)])
    store.close()
    return tmp_path / "chroma"


def test_the_nearest_passages_come_first_with_their_cosine(folder: Path) -> None:
    store = VectorStore.open(folder, "g", None, 3)
    model = HashedNgrams()
    query = model.embed_query("steel pays")
    found = store.nearest(query, 3)
    store.close()
    assert found[0][0] == "b"
    cosines = {name: float(np.dot(query, model.embed_query(text))) for name, text in TEXTS.items()}
    assert dict(found) == pytest.approx(cosines, abs=1e-5)
    assert [cosine for _, cosine in found] == sorted(dict(found).values(), reverse=True)


def test_stored_vectors_are_given_back_and_unknown_ids_left_out(folder: Path) -> None:
    store = VectorStore.open(folder, "g", None, 3)
    found = store.vectors(["a", "zinc"])
    store.close()
    assert list(found) == ["a"]
    assert np.allclose(found["a"], HashedNgrams().embed_query(TEXTS["a"]), atol=1e-6)


def test_a_collection_of_another_size_is_refused(folder: Path) -> None:
    with pytest.raises(BrokenIndexError, match="holds 3 of 4 passages"):
        VectorStore.open(folder, "g", None, 4)


def test_a_missing_database_is_told(tmp_path: Path) -> None:
    with pytest.raises(BrokenIndexError, match="is missing"):
        VectorStore.open(tmp_path, "g", None, 3)


def test_a_database_that_holds_no_collection_is_damaged(folder: Path) -> None:
    (folder / "chroma.sqlite3").write_bytes(b"")
    with pytest.raises(BrokenIndexError, match="is damaged"):
        VectorStore.open(folder, "g", None, 3)


def test_damage_inside_the_database_is_found_before_chroma_panics_over_it(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    database = folder / "chroma.sqlite3"
    content = bytearray(database.read_bytes())
    third = len(content) // 3
    content[third : third + 20_000] = b"\xa5" * 20_000
    database.write_bytes(content)
    with pytest.raises(BrokenIndexError, match="is damaged"):
        VectorStore.open(folder, "g", None, 3)
    assert capfd.readouterr().err == ""


def test_a_panic_in_chromas_core_is_a_broken_index(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def panic(*_: object, **__: object) -> None:
        raise PanicException("index out of bounds\nat some line")

    from chromadb.api.models.Collection import Collection

    store = VectorStore.open(folder, "g", None, 3)
    monkeypatch.setattr(Collection, "query", panic)
    monkeypatch.setattr(Collection, "get", panic)
    with pytest.raises(BrokenIndexError, match=r"searched .index out of bounds at some line"):
        store.nearest([1.0] * 64, 1)
    with pytest.raises(BrokenIndexError, match="cannot be read"):
        store.vectors(["a"])
    monkeypatch.setattr(Collection, "count", panic)
    store.close()
    with pytest.raises(BrokenIndexError, match="is damaged"):
        VectorStore.open(folder, "g", None, 3)


def test_an_interruption_is_not_taken_for_damage(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    from chromadb.api.models.Collection import Collection

    store = VectorStore.open(folder, "g", None, 3)
    monkeypatch.setattr(Collection, "query", interrupt)
    with pytest.raises(KeyboardInterrupt):
        store.nearest([1.0] * 64, 1)
    store.close()


def test_a_folder_that_cannot_be_made_is_a_storage_error_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="free some space or set LODESTONE_HOME"):
        VectorStore.create(tmp_path / "file" / "chroma", "g", None)


def test_a_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with pytest.raises(RetrievalError, match=rf"no Chroma server answers at {url}: start it"):
        VectorStore.create(tmp_path, "g", url)
    with pytest.raises(RetrievalError, match=rf"no Chroma server answers at {url}: start it"):
        VectorStore.open(tmp_path, "g", url, 3)
    VectorStore.discard(tmp_path, "g", url)
    assert list(tmp_path.iterdir()) == []
