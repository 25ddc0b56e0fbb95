from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus import Library
from corpus.errors import BrokenIndexError
from retrieval.content import Content, gather_content
from retrieval.content_vectors import ContentVectors, Kept, embed_content, kept_vectors
from retrieval.index import IndexFolder, Manifest
from retrieval.indexing import refresh_index
from tests.documents import write_document
from tests.embeddings import DIMENSIONS, HashedNgrams

ASKED = "- says: British steel\n  asked: [is UK steel cheaper, the UK rate]\n"


@pytest.fixture
def corpus(small_corpus: Path) -> Path:
    (small_corpus / "steel.asked.yaml").write_text(ASKED, encoding="utf-8")
    return small_corpus


@pytest.fixture
def folder(corpus: Path, index_root: IndexFolder) -> IndexFolder:
    """The index of the small corpus with questions beside one document."""
    refresh_index(index_root, Library.load(corpus), HashedNgrams())
    return index_root


def gather(corpus: Path) -> Content:
    return gather_content(Library.load(corpus), HashedNgrams())


def manifest(folder: IndexFolder) -> Manifest:
    name = folder.generation()
    assert name is not None
    return folder.manifest(name)


def digests(corpus: Path) -> dict[str, str]:
    library = Library.load(corpus)
    return {document.id: library.digest(document.id) for document in library}


def assert_vectors_of(vectors: ContentVectors, content: Content) -> None:
    model = HashedNgrams()
    for found, texts in (
        (vectors.passages, content.passage_texts),
        (vectors.sentences, content.sentence_texts),
        (vectors.asked, [asked.text for asked in content.asked]),
    ):
        expected = np.array([model.embed_query(text) for text in texts], dtype=np.float32)
        assert found.dtype == np.float32
        assert np.allclose(found, expected.reshape(len(texts), DIMENSIONS))
        assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


def test_every_text_has_its_own_unit_vector_in_the_order_of_the_texts(corpus: Path) -> None:
    content = gather(corpus)
    assert_vectors_of(embed_content(content, Kept(), HashedNgrams(), None), content)


def test_a_question_asked_beside_two_sentences_is_embedded_once(corpus: Path) -> None:
    (corpus / "copper.asked.yaml").write_text(
        "- says: Scrap pays\n  asked: [the UK rate]\n", encoding="utf-8"
    )
    content, model = gather(corpus), HashedNgrams()
    vectors = embed_content(content, Kept(), model, None)
    assert model.embedded.count("the UK rate") == 1
    assert len(vectors.asked) == len(content.asked) == 3
    assert_vectors_of(vectors, content)


def test_without_questions_their_vectors_are_none_of_as_many_dimensions(small_corpus: Path) -> None:
    vectors = embed_content(gather(small_corpus), Kept(), HashedNgrams(), None)
    assert vectors.asked.shape == (0, DIMENSIONS)


def test_progress_is_told_up_to_the_number_of_texts(corpus: Path) -> None:
    told: list[tuple[int, int]] = []
    content = gather(corpus)
    embed_content(content, Kept(), HashedNgrams(), lambda *done: told.append(done))
    count = len(content.passage_texts) + len(content.sentence_texts)
    count += len(content.asked) + len(content.titles)
    assert told[-1] == (count, count)


def test_nothing_is_embedded_when_nothing_changed(corpus: Path, folder: IndexFolder) -> None:
    kept = kept_vectors(folder, manifest(folder), digests(corpus))
    told: list[tuple[int, int]] = []
    model, content = HashedNgrams(), gather(corpus)
    vectors = embed_content(content, kept, model, lambda *done: told.append(done))
    assert not model.embedded
    assert not told
    assert_vectors_of(vectors, content)


def test_of_a_changed_document_everything_but_its_questions_is_embedded_again(
    corpus: Path, folder: IndexFolder
) -> None:
    write_document(
        corpus, "steel", "# Steel\n\n- British steel pays 10%.\n", title="The measure on steel"
    )
    kept = kept_vectors(folder, manifest(folder), digests(corpus))
    model, content = HashedNgrams(), gather(corpus)
    vectors = embed_content(content, kept, model, None)
    assert model.embedded == [
        "The measure on steel - Steel\nBritish steel pays 10%.",
        "British steel pays 10%.",
    ]
    assert_vectors_of(vectors, content)


def test_what_moved_below_a_changed_heading_is_not_taken_for_what_stood_there(
    corpus: Path, folder: IndexFolder
) -> None:
    """Another text of the same length at the same place has another vector."""
    write_document(
        corpus, "copper", "# Copper\n\n- Nickel pays 99% from August 2025.\n- Scrap pays nothing.\n"
    )
    kept = kept_vectors(folder, manifest(folder), digests(corpus))
    content = gather(corpus)
    assert_vectors_of(embed_content(content, kept, HashedNgrams(), None), content)


def test_a_document_that_is_gone_leaves_no_vector_in_the_new_index(
    corpus: Path, folder: IndexFolder
) -> None:
    (corpus / "copper.md").unlink()
    kept = kept_vectors(folder, manifest(folder), digests(corpus))
    content, model = gather(corpus), HashedNgrams()
    vectors = embed_content(content, kept, model, None)
    assert model.embedded == []
    assert_vectors_of(vectors, content)


def test_an_old_index_that_cannot_be_read_after_all_is_told(
    corpus: Path, folder: IndexFolder
) -> None:
    old = manifest(folder)
    (folder.folder(folder.generation() or "") / "sentences.npy").unlink()
    with pytest.raises(BrokenIndexError):
        kept_vectors(folder, old, digests(corpus))
