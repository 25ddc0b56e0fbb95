from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from corpus import Library
from corpus.errors import BrokenIndexError
from retrieval.index import IndexFolder
from retrieval.indexing import refresh_index
from tests.embeddings import HashedNgrams
from tests.retrieval.conftest import SENTENCES, TEXTS

Damage = Callable[[Path], object]

DAMAGES: dict[str, Damage] = {
    "missing": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: os.truncate(path, path.stat().st_size // 2),
    "garbage": lambda path: path.write_bytes(b"\xa5" * path.stat().st_size),
    "one bit": lambda path: path.write_bytes(flipped(path.read_bytes())),
}

FILES = (
    "sentences.npy",
    "asked.npy",
    "unheld.npy",
    "titles.npy",
    "words.json",
    *(
        f"{folder}/{name}"
        for folder in ("keywords", "sentences", "asked", "unheld", "titles")
        for name in ("data.npy", "terms.json")
    ),
)


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def generation(folder: IndexFolder) -> Path:
    name = folder.generation()
    assert name is not None
    return folder.folder(name)


def test_an_index_that_was_never_built_is_told(index_root: IndexFolder) -> None:
    assert index_root.generation() is None
    with pytest.raises(BrokenIndexError, match="there is no index yet"):
        index_root.open()


def test_arrays_of_an_index_describe_the_same_sentences(built: IndexFolder) -> None:
    index = built.open()
    index.close()
    assert index.positions == {p.id: i for i, p in enumerate(index.passages)}
    assert index.sentence_passage.tolist() == [0, 0, 1, 1, 2, 3]
    assert index.first_sentence.tolist() == [0, 2, 4, 5, 6]
    assert index.document_of.tolist() == [0, 1, 2, 2]
    assert index.sentence_document.tolist() == [0, 0, 1, 1, 2, 2]
    assert index.is_lead.tolist() == [True] * 5 + [False]
    assert index.sentence_words.tolist() == [6, 3, 3, 4, 3, 3]
    assert len(index.sentence_holds) == SENTENCES
    assert index.words["pays"] == 4


def test_an_index_knows_whether_it_was_built_from_these_files_with_this_model(
    built: IndexFolder, small_corpus: Path
) -> None:
    index = built.open()
    index.close()
    library = Library.load(small_corpus)
    assert index.is_current(library, "hashed-ngrams")
    assert not index.is_current(library, "another")
    (small_corpus / "steel.md").unlink()
    assert not index.is_current(Library.load(small_corpus), "hashed-ngrams")


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", FILES)
def test_damage_to_any_file_is_found_when_the_index_is_opened(
    built: IndexFolder, name: str, damage: str
) -> None:
    DAMAGES[damage](generation(built) / name)
    with pytest.raises(BrokenIndexError, match=f"(lacks|is damaged in) {name}"):
        built.open()


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "garbage"])
def test_a_damaged_manifest_is_found(built: IndexFolder, damage: str) -> None:
    DAMAGES[damage](generation(built) / "manifest.json")
    with pytest.raises(BrokenIndexError, match="is incomplete"):
        built.open()


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "garbage"])
def test_a_damaged_database_is_found(built: IndexFolder, damage: str) -> None:
    DAMAGES[damage](generation(built) / "chroma" / "chroma.sqlite3")
    with pytest.raises(BrokenIndexError, match=r"the vector index at .* is (missing|damaged)"):
        built.open()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"format": 0}, "is of an older format"),
        ({"passages": [{"start": 1}]}, "is damaged"),
        ({"sentences": []}, "do not match the manifest"),
        ({"passages": []}, "passages"),
    ],
)
def test_a_manifest_that_says_something_else_is_not_believed(
    built: IndexFolder, change: dict[str, object], reason: str
) -> None:
    path = generation(built) / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change), encoding="utf-8")
    with pytest.raises(BrokenIndexError, match=reason):
        built.open()


@pytest.mark.parametrize("content", [b"", b"gone", b"../../etc", b"\xff"])
def test_a_pointer_to_nowhere_is_an_index_to_build(built: IndexFolder, content: bytes) -> None:
    (built.root / "current").write_bytes(content)
    with pytest.raises(BrokenIndexError, match=r"(no index yet|is incomplete)"):
        built.open()


def test_vectors_of_another_shape_are_refused_even_with_a_true_checksum(
    built: IndexFolder,
) -> None:
    from retrieval.index import checksums

    folder = generation(built)
    np.save(folder / "sentences.npy", np.zeros((2, 64), dtype=np.float64))
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"] = checksums(folder)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(BrokenIndexError, match="do not match the manifest"):
        built.open()


@pytest.mark.parametrize("name", ["sentences.npy", "manifest.json", "chroma/chroma.sqlite3"])
def test_a_damaged_index_is_built_again_and_the_reason_told(
    built: IndexFolder, small_corpus: Path, model: HashedNgrams, name: str
) -> None:
    DAMAGES["garbage"](generation(built) / name)
    changes = refresh_index(built, Library.load(small_corpus), model)
    assert changes.rebuilt_because
    assert len(model.embedded) == TEXTS
    built.open().close()
    assert not refresh_index(built, Library.load(small_corpus), model)


def test_opening_and_searching_leaves_an_index_sound(built: IndexFolder) -> None:
    for _ in range(3):
        index = built.open()
        assert len(index.store.nearest([0.125] * 64, 4)) == 4
        index.close()
