from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from corpus import Library
from corpus.errors import CorpusError, StorageError
from retrieval import indexing
from retrieval.embedding import Progress, Vectors
from retrieval.index import IndexFolder, SearchIndex
from retrieval.indexing import Changes, refresh_index
from retrieval.query import make_query
from retrieval.retriever import HybridSearch
from tests.documents import write_document
from tests.embeddings import HashedNgrams
from tests.retrieval.conftest import BODIES, SENTENCES, TEXTS


class StoppingModel(HashedNgrams):
    """Fails in the middle of its work, as Ctrl-C or a full disk would make it."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error

    def embed_batch(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        raise self.error


def refresh(
    folder: IndexFolder, corpus: Path, model: HashedNgrams, *, rebuild: bool = False
) -> Changes:
    return refresh_index(folder, Library.load(corpus), model, rebuild=rebuild)


def generations(folder: IndexFolder) -> list[str]:
    return sorted(path.name for path in folder.root.iterdir() if path.is_dir())


def current(folder: IndexFolder) -> str:
    name = folder.generation()
    assert name is not None
    return name


def opened(folder: IndexFolder) -> SearchIndex:
    index = folder.open()
    index.close()
    return index


def test_a_first_build_embeds_every_passage_and_sentence_once(
    small_corpus: Path, index_root: IndexFolder, model: HashedNgrams
) -> None:
    told: list[tuple[int, int]] = []
    changes = refresh_index(
        index_root, Library.load(small_corpus), model, progress=lambda *done: told.append(done)
    )
    assert changes == Changes(added=("copper", "steel", "trucks"), passages=4)
    assert len(model.embedded) == TEXTS
    assert told == [(4 + SENTENCES, TEXTS), (TEXTS, TEXTS)]
    index = opened(index_root)
    assert [p.document_id for p in index.passages] == ["copper", "steel", "trucks", "trucks"]
    assert index.sentence_vectors.shape == (SENTENCES, 64)
    assert np.allclose(np.linalg.norm(index.sentence_vectors, axis=1), 1, atol=1e-5)


def test_nothing_is_embedded_and_nothing_written_when_nothing_changed(
    built: IndexFolder, small_corpus: Path, model: HashedNgrams
) -> None:
    before = current(built)
    assert not refresh(built, small_corpus, model)
    assert model.embedded == []
    assert current(built) == before
    assert generations(built) == [before]


def test_a_changed_document_alone_is_embedded_again(
    built: IndexFolder, small_corpus: Path, model: HashedNgrams
) -> None:
    before = opened(built)
    write_document(small_corpus, "steel", "Steel pays 30%.\n", title="The measure on steel")
    changes = refresh(built, small_corpus, model)
    assert changes == Changes(changed=("steel",), passages=4)
    assert sorted(model.embedded) == ["Steel pays 30%.", "The measure on steel - \nSteel pays 30%."]
    after = opened(built)
    assert after.generation != before.generation
    assert len(after.sentence_vectors) == SENTENCES - 1
    # What did not change has the very vectors it had.
    assert np.array_equal(after.sentence_vectors[:2], before.sentence_vectors[:2])
    assert np.array_equal(after.sentence_vectors[-2:], before.sentence_vectors[-2:])


def test_a_new_and_a_removed_document_are_told_and_cost_only_what_is_new(
    built: IndexFolder, small_corpus: Path, model: HashedNgrams
) -> None:
    (small_corpus / "copper.md").unlink()
    write_document(small_corpus, "zinc", "Zinc pays 5%.\n")
    assert refresh(built, small_corpus, model) == Changes(
        added=("zinc",), removed=("copper",), passages=4
    )
    assert len(model.embedded) == 3  # a passage, its one sentence, its title
    index = opened(built)
    assert "copper" not in {p.document_id for p in index.passages}


def test_an_incremental_index_is_the_index_built_from_nothing(
    built: IndexFolder, small_corpus: Path, model: HashedNgrams, tmp_path: Path
) -> None:
    write_document(small_corpus, "steel", "Steel pays 30%. It may rise.\n")
    write_document(small_corpus, "aluminum", "Aluminum pays 50%.\n")
    refresh(built, small_corpus, model)
    anew = IndexFolder(tmp_path / "anew")
    refresh(anew, small_corpus, model)
    one, other = opened(built), opened(anew)
    assert one.passages == other.passages
    assert one.manifest.sentences == other.manifest.sentences
    assert one.manifest.files == other.manifest.files
    assert np.allclose(one.sentence_vectors, other.sentence_vectors)


def test_a_rebuild_embeds_everything_again_and_says_that_it_was_asked_for(
    built: IndexFolder, small_corpus: Path, model: HashedNgrams
) -> None:
    changes = refresh(built, small_corpus, model, rebuild=True)
    assert changes == Changes(rebuilt_because="asked for", passages=4)
    assert len(model.embedded) == TEXTS


def test_another_model_means_another_index(built: IndexFolder, small_corpus: Path) -> None:
    other = HashedNgrams("another")
    changes = refresh(built, small_corpus, other)
    assert changes.rebuilt_because == "the embedding model changed from hashed-ngrams"
    assert len(other.embedded) == TEXTS
    assert opened(built).manifest.model == "another"


def test_a_document_without_text_takes_no_place_and_shifts_no_other(
    built: IndexFolder, small_corpus: Path, model: HashedNgrams
) -> None:
    write_document(small_corpus, "nothing", "# Only a heading\n")
    refresh(built, small_corpus, model)
    index = opened(built)
    names = list(dict.fromkeys(p.document_id for p in index.passages))
    assert names == ["copper", "steel", "trucks"]
    assert index.title_keywords.size == len(names)
    (best,) = np.flatnonzero(index.title_keywords.presence(["truck"]))
    assert names[best] == "trucks"


def test_a_corpus_without_any_text_is_told(tmp_path: Path, model: HashedNgrams) -> None:
    write_document(tmp_path / "corpus", "nothing", "# Only a heading\n")
    with pytest.raises(CorpusError, match="no text in the documents below"):
        refresh(IndexFolder(tmp_path / "index"), tmp_path / "corpus", model)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_a_build_that_is_stopped_leaves_the_old_index_and_nothing_else(
    built: IndexFolder, small_corpus: Path, error: BaseException
) -> None:
    before = current(built)
    write_document(small_corpus, "steel", "Steel pays 30%.\n")
    kind = KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else StorageError
    with pytest.raises(kind):
        refresh(built, small_corpus, StoppingModel(error))
    assert current(built) == before
    assert generations(built) == [before]
    assert refresh(built, small_corpus, HashedNgrams()).changed == ("steel",)


@pytest.mark.parametrize("step", ["_write", "_point_at"])
def test_a_build_that_is_stopped_while_writing_leaves_nothing_half_written(
    built: IndexFolder, small_corpus: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    before = current(built)
    write = indexing._write

    def stop(*given: object) -> None:
        if step == "_write":
            write(*given)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(indexing, step, stop)
    with pytest.raises(KeyboardInterrupt):
        refresh(built, small_corpus, HashedNgrams(), rebuild=True)
    assert current(built) == before
    assert generations(built) == [before]


def test_what_a_killed_build_left_is_cleared_away_by_the_next_run(
    built: IndexFolder, small_corpus: Path, model: HashedNgrams
) -> None:
    before = current(built)
    (built.root / "0123456789ab" / "chroma").mkdir(parents=True)
    (built.root / "0123456789ab" / "sentences.npy").write_bytes(b"half")
    (built.root / ".current-0123456789ab").write_text("0123", encoding="ascii")
    assert not refresh(built, small_corpus, model)
    assert generations(built) == [before]
    assert sorted(path.name for path in built.root.iterdir()) == sorted(
        [".lock", before, "current"]
    )


def test_the_generation_before_stays_for_those_who_read_it_and_older_ones_go(
    built: IndexFolder, small_corpus: Path, model: HashedNgrams
) -> None:
    first = current(built)
    refresh(built, small_corpus, model, rebuild=True)
    second = current(built)
    assert generations(built) == sorted([first, second])
    refresh(built, small_corpus, model, rebuild=True)
    assert generations(built) == sorted([second, current(built)])


def test_damage_that_shows_only_when_vectors_are_read_means_a_rebuild(
    built: IndexFolder,
    small_corpus: Path,
    model: HashedNgrams,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from chromadb.api.models.Collection import Collection

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("page 7 is lost")

    monkeypatch.setattr(Collection, "get", fail)
    write_document(small_corpus, "steel", "Steel pays 30%.\n")
    changes = refresh(built, small_corpus, model)
    assert changes.changed == ("steel",)
    assert changes.rebuilt_because == "the vector index cannot be read (page 7 is lost)"
    assert len(model.embedded) == TEXTS - 1


def test_of_two_builds_one_waits_and_finds_the_work_done(
    small_corpus: Path, index_root: IndexFolder
) -> None:
    models = [HashedNgrams(), HashedNgrams()]
    changes: list[Changes] = []
    threads = [
        threading.Thread(
            target=lambda m=model: changes.append(refresh(index_root, small_corpus, m))
        )
        for model in models
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(len(model.embedded) for model in models) == [0, TEXTS]
    assert sorted(bool(change) for change in changes) == [False, True]


def test_a_lock_that_is_held_too_long_is_told_and_the_wait_announced_once(
    built: IndexFolder, small_corpus: Path, model: HashedNgrams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "LOCK_SECONDS", 0.1)
    waits: list[str] = []
    with FileLock(built.root / ".lock"), pytest.raises(StorageError, match="another process has"):
        refresh_index(
            built, Library.load(small_corpus), model, waiting=lambda: waits.append("waiting")
        )
    assert waits == ["waiting"]


def test_a_home_that_cannot_be_written_is_told_with_the_remedy(
    small_corpus: Path, tmp_path: Path, model: HashedNgrams
) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError) as error:
        refresh(IndexFolder(tmp_path / "file" / "index"), small_corpus, model)
    assert str(error.value) == (
        f"the index cannot be written below {tmp_path}/file/index (Not a directory): "
        "free some space or set LODESTONE_HOME to a folder that can be written"
    )


def test_every_body_is_quoted_exactly_by_its_sentences(built: IndexFolder) -> None:
    index = opened(built)
    told = [
        BODIES[index.passages[s.passage].document_id][s.start : s.end]
        for s in index.manifest.sentences
    ]
    assert told == [
        "Copper pays 50% from August 2025.",
        "Scrap pays nothing.",
        "Steel pays 25%.",
        "British steel pays less.",
        "Trucks pay 25%.",
        "Buses pay 10%.",
    ]


def test_questions_beside_a_document_are_bound_to_the_sentence_that_answers_them(
    built: IndexFolder, small_corpus: Path, model: HashedNgrams
) -> None:
    assert opened(built).asked_vectors.shape == (0, 64)
    (small_corpus / "copper.asked.yaml").write_text(
        "- {says: Scrap pays nothing, asked: [is old metal let off, junk]}\n"
        "- {says: stands nowhere, asked: [lost]}\n",
        encoding="utf-8",
    )
    assert refresh(built, small_corpus, model).changed == ("copper",)
    index = opened(built)
    assert [asked.text for asked in index.manifest.asked] == ["is old metal let off", "junk"]
    assert index.asked_sentence.tolist() == [1, 1]
    expected = np.array(model.embed_query("junk"), dtype=np.float32)
    assert np.array_equal(index.asked_vectors[1], expected)
    assert index.asked_keywords.scores({"junk": 1.0}).tolist()[0] == 0
    # A question that stays is not embedded again, even where its document's others change.
    model.embedded.clear()
    (small_corpus / "copper.asked.yaml").write_text(
        "- {says: Scrap pays nothing, asked: [junk, waste]}\n", encoding="utf-8"
    )
    refresh(built, small_corpus, model)
    assert "waste" in model.embedded
    assert "junk" not in model.embedded


def test_a_question_beside_a_document_finds_its_sentence(
    built: IndexFolder, small_corpus: Path, model: HashedNgrams
) -> None:
    (small_corpus / "trucks.asked.yaml").write_text(
        "- {says: Buses pay 10%, asked: [qqqq wwww]}\n", encoding="utf-8"
    )
    refresh(built, small_corpus, model)
    index = built.open()
    found = HybridSearch(index, model).search(make_query("qqqq wwww"), 4)
    index.close()
    assert found.hits[0].passage.section == "Buses"
    assert found.asked.argmax() == SENTENCES - 1
    assert found.asked_keywords.argmax() == SENTENCES - 1
