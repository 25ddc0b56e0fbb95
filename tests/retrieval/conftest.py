"""A corpus of three small documents and its index, by a model that takes no time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from langchain_core.runnables import Runnable

from corpus import Library
from retrieval.answer import Answer, Question
from retrieval.configuration import Configuration
from retrieval.engine import Engine, Holdings
from retrieval.index import IndexFolder
from retrieval.indexing import refresh_index
from tests.documents import write_document
from tests.embeddings import HashedNgrams
from tests.questions import Asker

BODIES = {
    "copper": "# Copper\n\n- Copper pays 50% from August 2025.\n- Scrap pays nothing.\n",
    "steel": "# Steel\n\n- Steel pays 25%. British steel pays less.\n",
    "trucks": "# Trucks\n\n- Trucks pay 25%.\n\n## Buses\n\nBuses pay 10%.\n",
}
SENTENCES = 6
TEXTS = 4 + SENTENCES + len(BODIES)
"""What is embedded of it: its passages, its sentences and its titles."""


@pytest.fixture
def small_corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    for name, body in BODIES.items():
        write_document(folder, name, body, title=f"The measure on {name}")
    return folder


@pytest.fixture
def model() -> HashedNgrams:
    return HashedNgrams()


@pytest.fixture
def index_root(tmp_path: Path) -> IndexFolder:
    """Where an index may be built."""
    return IndexFolder(tmp_path / "home" / "index")


@pytest.fixture
def built(small_corpus: Path, index_root: IndexFolder, model: HashedNgrams) -> IndexFolder:
    """An index of the small corpus; what was embedded for it is forgotten."""
    refresh_index(index_root, Library.load(small_corpus), model)
    model.embedded.clear()
    return index_root


Open = Callable[[Path], Holdings]


@pytest.fixture
def open_corpus(tmp_path: Path) -> Iterator[Open]:
    """Opens any folder of documents, its index built by the model that takes no time."""
    engines: list[Engine] = []

    def open_it(corpus: Path) -> Holdings:
        home = tmp_path / f"home-{len(engines)}"
        configuration = Configuration(home=home, corpus=corpus)
        engines.append(Engine(configuration, model=HashedNgrams()))
        return engines[-1].holdings()

    yield open_it
    for engine in engines:
        engine.close()


@pytest.fixture
def small(small_corpus: Path, open_corpus: Open) -> Holdings:
    """The corpus of three small documents, opened."""
    return open_corpus(small_corpus)


@pytest.fixture(scope="session")
def holdings(packaged_index_home: Path, library: Library) -> Iterator[Holdings]:
    """The packaged corpus with its index, opened."""
    engine = Engine(Configuration(home=packaged_index_home), library=library)
    yield engine.holdings()
    engine.close()


@pytest.fixture(scope="session")
def ask(chain: Runnable[Question, Answer]) -> Asker:
    """The real chain, asked in one line."""
    return Asker(chain)
