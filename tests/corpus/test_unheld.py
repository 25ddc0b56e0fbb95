from __future__ import annotations

from pathlib import Path

import pytest

from corpus import Library, check_corpus
from corpus.errors import DocumentError
from tests.documents import write_document

UNHELD = "- what is the share price of the smelter\n- 銅の在庫は？\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    write_document(tmp_path, "a", "# A\n\n- Copper pays 50%.\n")
    (tmp_path / "unheld.yaml").write_text(UNHELD, encoding="utf-8")
    return tmp_path


def test_lists_are_read_from_every_folder_each_question_once(corpus: Path) -> None:
    assert Library.load(corpus).unheld() == (
        "what is the share price of the smelter",
        "銅の在庫は？",
    )
    (corpus / "mines").mkdir()
    (corpus / "mines" / "unheld.yaml").write_text(
        "- 銅の在庫は？\n- who runs it\n", encoding="utf-8"
    )
    assert set(Library.load(corpus).unheld()) == {
        "what is the share price of the smelter", "銅の在庫は？", "who runs it",
    }  # fmt: skip


def test_a_corpus_without_such_a_list_has_none(tmp_path: Path) -> None:
    write_document(tmp_path, "a")
    assert Library.load(tmp_path).unheld() == ()


def test_a_changed_list_changes_the_fingerprint_and_no_documents_digest(corpus: Path) -> None:
    before = Library.load(corpus)
    (corpus / "unheld.yaml").write_text(UNHELD + "- one more\n", encoding="utf-8")
    after = Library.load(corpus)
    assert after.fingerprint != before.fingerprint
    assert after.digest("a") == before.digest("a")


@pytest.mark.parametrize("text", ["what: x", "- {what: x}", "- ''", "- 5", "what"])
def test_a_file_that_is_no_such_list_is_told_and_the_documents_stay(
    corpus: Path, text: str
) -> None:
    (corpus / "unheld.yaml").write_text(text, encoding="utf-8")
    library = Library.load(corpus)
    assert "a" in library
    with pytest.raises(DocumentError, match=r"unheld\.yaml: "):
        library.unheld()
    (problem,) = check_corpus(library)
    assert problem.where == "unheld.yaml"


def test_a_question_that_a_document_is_asked_for_is_told(corpus: Path) -> None:
    (corpus / "a.asked.yaml").write_text(
        "- {says: Copper pays, asked: ['What is the share price of the smelter']}\n",
        encoding="utf-8",
    )
    (problem,) = check_corpus(Library.load(corpus))
    assert "is asked of 'a', which answers it" in problem.text
