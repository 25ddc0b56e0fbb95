from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus import Library
from corpus.errors import BrokenIndexError, CorpusError, LodestoneError, StorageError
from retrieval.configuration import Configuration
from retrieval.engine import Engine, Holdings, index_folder
from retrieval.indexing import refresh_index
from retrieval.query import make_query
from tests.documents import write_document
from tests.embeddings import HashedNgrams


class Builder:
    """Builds the index in place, as another process would, and keeps what it was told."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.told: list[tuple[str, bool]] = []

    def __call__(self, reason: str, everything: bool) -> None:
        self.told.append((reason, everything))
        self.build(everything=everything)

    def build(self, *, everything: bool = False) -> None:
        library = Library.load(self.configuration.corpus)
        folder = index_folder(self.configuration)
        refresh_index(folder, library, HashedNgrams(), rebuild=everything)


@pytest.fixture
def configuration(small_corpus: Path, tmp_path: Path) -> Configuration:
    return Configuration(home=tmp_path / "home", corpus=small_corpus)


@pytest.fixture
def builder(configuration: Configuration) -> Builder:
    return Builder(configuration)


@pytest.fixture
def engine(configuration: Configuration, builder: Builder) -> Iterator[Engine]:
    engine = Engine(configuration, rebuild=builder, model=HashedNgrams())
    yield engine
    engine.close()


def best(holdings: Holdings, question: str) -> str:
    """The passage that is found first."""
    hit = holdings.search.search(make_query(question), 1).hits[0]
    document = holdings.library.get(hit.passage.document_id)
    return document.body[hit.passage.start : hit.passage.end]


def test_a_missing_index_is_built_and_found_again(engine: Engine, builder: Builder) -> None:
    assert "Trucks" in best(engine.holdings(), "trucks")
    assert engine.holdings() is engine.holdings()
    assert builder.told == [("there is no index yet", False)]


def test_without_a_builder_the_engine_builds_by_itself(configuration: Configuration) -> None:
    engine = Engine(configuration, model=HashedNgrams())
    assert len(engine.holdings().index.passages) == 4
    engine.close()


def test_documents_that_changed_before_the_start_are_indexed_first(
    engine: Engine, builder: Builder, small_corpus: Path
) -> None:
    builder.build()
    write_document(small_corpus, "steel", "Steel pays 30%.\n")
    assert best(engine.holdings(), "steel") == "Steel pays 30%."
    assert builder.told == [("the documents have changed since the index was built", False)]


def test_an_index_by_another_model_is_built_anew(
    configuration: Configuration, builder: Builder
) -> None:
    refresh_index(
        index_folder(configuration), Library.load(configuration.corpus), HashedNgrams("another")
    )
    engine = Engine(configuration, rebuild=builder, model=HashedNgrams())
    assert engine.holdings().index.manifest.model == "hashed-ngrams"
    assert builder.told == [("the index was built with another embedding model", False)]
    engine.close()


def test_an_index_that_another_process_refreshed_is_served_from_the_next_question_on(
    engine: Engine, builder: Builder, small_corpus: Path
) -> None:
    builder.build()
    before = engine.holdings()
    write_document(small_corpus, "steel", "Steel pays 30%.\n")
    assert engine.holdings() is before
    builder.build()
    after = engine.holdings()
    assert best(after, "steel") == "Steel pays 30%."
    assert after.library.fingerprint != before.library.fingerprint
    # Whoever began with the old holdings ends with them.
    assert best(before, "steel").startswith("Steel pays 25%.")
    assert builder.told == []


def test_two_refreshes_between_questions_are_as_good_as_one(
    engine: Engine, builder: Builder, small_corpus: Path
) -> None:
    builder.build()
    engine.holdings()
    for rate in (30, 35):
        write_document(small_corpus, "steel", f"Steel pays {rate}%.\n")
        builder.build()
    assert best(engine.holdings(), "steel") == "Steel pays 35%."
    assert builder.told == []


def test_a_question_that_was_overtaken_by_two_refreshes_gets_the_newest_index(
    engine: Engine, builder: Builder, small_corpus: Path
) -> None:
    builder.build()
    held = engine.holdings()
    for _ in range(2):
        builder.build(everything=True)
    newest = engine.repair("its files are gone", held)
    assert newest.index.generation == index_folder(engine.configuration).generation()
    assert builder.told == []


def test_an_index_that_fails_in_use_is_built_anew_from_nothing(
    engine: Engine, builder: Builder
) -> None:
    builder.build()
    held = engine.holdings()
    repaired = engine.repair("it cannot be searched")
    assert repaired.index.generation != held.index.generation
    assert "Trucks" in best(repaired, "trucks")
    assert builder.told == [("it cannot be searched", True)]
    assert engine.holdings() is repaired


def test_questions_that_fail_together_have_the_index_built_once(
    engine: Engine, builder: Builder
) -> None:
    builder.build()
    held = engine.holdings()
    repaired: list[Holdings] = []
    threads = [
        threading.Thread(target=lambda: repaired.append(engine.repair("broken", held)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(builder.told) == 1
    assert len({id(holdings) for holdings in repaired}) == 1


def test_a_repair_reads_the_documents_as_they_are_now(
    configuration: Configuration, builder: Builder, small_corpus: Path
) -> None:
    builder.build()
    at_start = Library.load(small_corpus)
    engine = Engine(configuration, library=at_start, rebuild=builder, model=HashedNgrams())
    assert engine.holdings().library is at_start
    write_document(small_corpus, "steel", "Steel pays 30%.\n")
    assert best(engine.repair("broken"), "steel") == "Steel pays 30%."
    engine.close()


def test_documents_that_change_while_the_index_is_built_are_no_error(
    configuration: Configuration, builder: Builder, small_corpus: Path
) -> None:
    def build(reason: str, everything: bool) -> None:
        write_document(small_corpus, "steel", "Steel pays 30%.\n")
        builder(reason, everything)

    engine = Engine(configuration, rebuild=build, model=HashedNgrams())
    assert best(engine.holdings(), "steel") == "Steel pays 30%."
    engine.close()


@pytest.mark.parametrize(
    "error", [StorageError("the disk is full"), CorpusError("no document"), BrokenIndexError("x")]
)
def test_a_build_that_fails_is_told_and_tried_again_with_the_next_question(
    configuration: Configuration, builder: Builder, error: LodestoneError
) -> None:
    attempts: list[str] = []

    def build(reason: str, everything: bool) -> None:
        attempts.append(reason)
        if len(attempts) == 1:
            raise error
        builder(reason, everything)

    engine = Engine(configuration, rebuild=build, model=HashedNgrams())
    with pytest.raises(type(error), match=str(error)):
        engine.holdings()
    assert len(engine.holdings().index.passages) == 4
    engine.close()


def test_a_closed_engine_opens_again(engine: Engine) -> None:
    engine.holdings()
    engine.close()
    engine.close()
    assert "Trucks" in best(engine.holdings(), "trucks")


def test_many_refreshes_hold_no_more_than_two_indexes_open(
    engine: Engine, builder: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from retrieval.index import SearchIndex

    closed: list[str] = []
    close: Callable[[SearchIndex], None] = SearchIndex.close

    def note(index: SearchIndex) -> None:
        closed.append(index.generation)
        close(index)

    served = []
    for _ in range(4):
        builder.build(everything=True)
        monkeypatch.setattr(SearchIndex, "close", note)
        served.append(engine.holdings().index.generation)
        monkeypatch.setattr(SearchIndex, "close", close)
    assert closed == served[:2]
