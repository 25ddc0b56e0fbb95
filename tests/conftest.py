"""What every test may use: the packaged corpus, its index, the chain; and a clean environment."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from bot.settings import PREFIX
from corpus import Library
from tests.databases import database, database_url, postgresql_server

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from retrieval.answer import Answer, Question
    from retrieval.configuration import Configuration

__all__ = ["database", "database_url", "postgresql_server"]
"""Fixtures that live in modules of their own."""

ROOT = Path(__file__).parents[1]

# `pytest --hypothesis-profile=full`: what takes seconds by default takes many minutes.
hypothesis.settings.register_profile("full", max_examples=20_000, deadline=None)

TODAY = date(2026, 11, 22)
"""The day the packaged corpus was checked: the day tests live on."""

_INDEX_IS_MADE_BY = (
    *(f"corpus/{name}.py" for name in ("asked", "document", "passages", "sentences", "unheld")),
    *(f"retrieval/{name}.py" for name in ("content", "content_vectors", "embedding")),
    *(f"retrieval/{name}.py" for name in ("features", "index", "indexing", "lexical")),
    *(f"retrieval/{name}.py" for name in ("packaged", "terms", "vectors")),
)


@pytest.fixture(scope="session", autouse=True)
def clean_session() -> Iterator[None]:
    """No setting of whoever runs the tests leaks in, and no model is asked for on a hub."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.upper().startswith(PREFIX)]:
            patch.delenv(name)
        patch.setenv("HF_HUB_OFFLINE", "1")
        yield


@pytest.fixture(autouse=True)
def clean_environment(clean_session: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test sets is unset again, also where the code under test set it."""
    for name in [name for name in os.environ if name.upper().startswith(PREFIX)]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def library() -> Library:
    """The packaged corpus."""
    return Library.load()


@pytest.fixture(scope="session")
def packaged_index_home(
    library: Library, pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A HOME with the index of the packaged corpus, by the packaged model; do not write to it.

    Building it takes half a minute or more, so it is kept among pytest's own cached data for the
    next run, under a name that changes with the code that makes it. Changed documents are
    indexed as they would be for anyone.
    """
    from retrieval.embedding import load_embedding
    from retrieval.engine import index_folder
    from retrieval.indexing import refresh_index

    made_by = hashlib.sha256()
    for name in _INDEX_IS_MADE_BY:
        made_by.update((ROOT / name).read_bytes())
    assert pytestconfig.cache is not None
    cache = pytestconfig.cache.mkdir("lodestone-index")
    kept = cache / made_by.hexdigest()[:16]
    for other in cache.iterdir():
        if other != kept:
            shutil.rmtree(other)
    model = load_embedding("minilm", kept / "models")
    refresh_index(index_folder(_configuration(kept)), library, model)
    model.embed_query("unfold the weights")
    home = tmp_path_factory.mktemp("packaged") / "home"
    shutil.copytree(kept / "index", home / "index")
    (home / "models").symlink_to(kept / "models")
    return home


@pytest.fixture
def home(packaged_index_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A HOME of one test's own, set as LODESTONE_HOME; the index is lent: not to be damaged."""
    home = tmp_path / "home"
    home.mkdir()
    for name in ("index", "models"):
        (home / name).symlink_to(packaged_index_home / name)
    monkeypatch.setenv(f"{PREFIX}HOME", str(home))
    # No `.env` of whoever runs the tests is read.
    monkeypatch.chdir(tmp_path)
    return home


@pytest.fixture(scope="session")
def chain(packaged_index_home: Path, library: Library) -> Iterator[Runnable[Question, Answer]]:
    """The real chain over the packaged corpus, on `TODAY`."""
    from retrieval.chain import answer_with
    from retrieval.engine import Engine

    engine = Engine(_configuration(packaged_index_home), library=library)
    yield answer_with(engine, today=lambda: TODAY)
    engine.close()


def _configuration(home: Path) -> Configuration:
    from retrieval.configuration import Configuration

    return Configuration(home=home)
