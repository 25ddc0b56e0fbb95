from __future__ import annotations

from pathlib import Path

import pytest

from corpus import Library
from corpus.errors import CorpusError, UnknownDocumentError
from tests.documents import write_document


def test_the_packaged_corpus_is_whole(library: Library) -> None:
    assert len(library) > 80
    assert library.broken == ()
    assert library.article is not None
    assert library.claims


def test_documents_are_found_below_the_folder_and_iterated_by_id(tmp_path: Path) -> None:
    write_document(tmp_path / "z", "a")
    write_document(tmp_path, "b")
    library = Library.load(tmp_path)
    assert [document.id for document in library] == ["a", "b"]
    assert "a" in library
    assert "c" not in library
    assert library.get("b").path == tmp_path / "b.md"


def test_an_unknown_id_is_answered_with_the_nearest_one(tmp_path: Path) -> None:
    write_document(tmp_path, "eo-14345-us-japan")
    library = Library.load(tmp_path)
    with pytest.raises(UnknownDocumentError) as error:
        library.get("eo-14346")
    assert str(error.value) == (
        "no document 'eo-14346': did you mean 'eo-14345-us-japan'? See: lodestone corpus list"
    )
    with pytest.raises(UnknownDocumentError, match=r"no document 'zzz'\. See"):
        library.get("zzz")


def test_one_bad_file_does_not_silence_the_others(tmp_path: Path) -> None:
    write_document(tmp_path, "a")
    (tmp_path / "b.md").write_bytes(b"\xff")
    (tmp_path / "c.md").mkdir()
    write_document(tmp_path / "other", "a")
    (tmp_path / "claims.yaml").write_text("- id: 1\n", encoding="utf-8")
    library = Library.load(tmp_path)
    assert [document.id for document in library] == ["a"]
    reasons = sorted(str(error) for error in library.broken)
    assert len(reasons) == 4
    assert "b.md: not UTF-8 text" in reasons[0]
    assert "c.md: cannot be read" in reasons[1]
    assert "claims.yaml: 0.id" in reasons[2]
    assert "other/a.md: the id 'a' is taken by" in reasons[3]


def test_a_folder_that_holds_nothing_readable_is_told(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"no corpus folder at .*: set LODESTONE_CORPUS"):
        Library.load(tmp_path / "none")
    with pytest.raises(CorpusError, match="no readable document below"):
        Library.load(tmp_path)
    (tmp_path / "a.md").write_text("x", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"no readable document below .*; the first: .*a\.md: no"):
        Library.load(tmp_path)


def test_the_fingerprint_changes_with_any_file_and_with_nothing_else(tmp_path: Path) -> None:
    write_document(tmp_path, "a")
    first = Library.load(tmp_path).fingerprint
    assert Library.load(tmp_path).fingerprint == first
    write_document(tmp_path, "a", title="Another title")
    second = Library.load(tmp_path).fingerprint
    write_document(tmp_path, "b")
    third = Library.load(tmp_path).fingerprint
    assert len({first, second, third}) == 3
    assert len(first) == 16


def test_successors_are_known_whichever_side_names_them(tmp_path: Path) -> None:
    write_document(tmp_path, "first", superseded_by=["second", "gone"])
    write_document(tmp_path, "second", published="2025-02-01", effective_from=None)
    write_document(tmp_path, "third", effective_from="2025-04-01", supersedes=["second"])
    write_document(tmp_path, "alone")
    library = Library.load(tmp_path)
    assert [d.id for d in library.successors["first"]] == ["second"]
    assert [d.id for d in library.successors["second"]] == ["third"]
    for name in ("first", "second", "third"):
        assert [d.id for d in library.chain(name)] == ["first", "second", "third"]
    assert [d.id for d in library.chain("alone")] == ["alone"]
