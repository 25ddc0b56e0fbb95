from __future__ import annotations

from pathlib import Path

import pytest

from corpus import AskedAs, Library, check_corpus, places
from corpus.errors import DocumentError
from tests.documents import write_document

BODY = "# A\n\n- **Copper** pays\n  50%. Scrap pays nothing.\n- Scrap pays late.\n"
ASKED = "- says: Scrap pays nothing\n  asked: [is old metal let off, do i pay on junk]\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    write_document(tmp_path, "a", BODY)
    (tmp_path / "a.asked.yaml").write_text(ASKED, encoding="utf-8")
    return tmp_path


def test_questions_are_read_from_the_file_beside_the_document(corpus: Path) -> None:
    write_document(corpus, "b")
    library = Library.load(corpus)
    (entry,) = library.asked("a")
    assert entry == AskedAs(
        says="Scrap pays nothing", asked=("is old metal let off", "do i pay on junk")
    )
    assert library.asked("b") == ()


def test_a_place_is_found_through_marks_and_line_breaks(corpus: Path) -> None:
    document = Library.load(corpus).get("a")
    (place,) = places(document, "Copper pays 50%.")
    assert document.body[place:].startswith("Copper**")
    assert len(places(document, "Scrap pays")) == 2
    assert places(document, "Zinc") == []


def test_changed_questions_change_the_fingerprint_and_the_documents_digest(corpus: Path) -> None:
    before = Library.load(corpus)
    (corpus / "a.asked.yaml").write_text(ASKED.replace("junk", "scrap"), encoding="utf-8")
    after = Library.load(corpus)
    assert after.fingerprint != before.fingerprint
    assert after.digest("a") != before.digest("a")
    assert after.get("a").digest == before.get("a").digest


@pytest.mark.parametrize(
    "text", ["says: x", "- says: x", "- {says: x, asked: []}", "- {says: x, asked: [''], by: me}"]
)
def test_a_file_that_is_no_such_list_is_told_and_the_document_stays(
    corpus: Path, text: str
) -> None:
    (corpus / "a.asked.yaml").write_text(text, encoding="utf-8")
    library = Library.load(corpus)
    assert "a" in library
    with pytest.raises(DocumentError, match=r"a\.asked\.yaml: "):
        library.asked("a")
    (problem,) = check_corpus(library)
    assert problem.where == "a.asked.yaml"


def test_words_that_do_not_stand_just_once_are_told(corpus: Path) -> None:
    (corpus / "a.asked.yaml").write_text(
        "- {says: Scrap pays, asked: [x]}\n- {says: Zinc pays, asked: [y]}\n", encoding="utf-8"
    )
    assert [str(problem) for problem in check_corpus(Library.load(corpus))] == [
        "a.asked.yaml: 'Scrap pays' stands in the document 2 times: give words that stand once",
        "a.asked.yaml: 'Zinc pays' stands in the document 0 times: give words that stand once",
    ]


def test_a_file_that_is_no_text_is_told_and_the_document_stays(corpus: Path) -> None:
    (corpus / "a.asked.yaml").write_bytes(b"\xff\xfe\x00")
    library = Library.load(corpus)
    assert "a" in library
    assert len(library.broken) == 1
