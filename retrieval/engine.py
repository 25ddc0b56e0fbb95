"""The library, the index and the model that answers are made from, kept open and up to date."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from corpus import Library
from corpus.errors import BrokenIndexError
from retrieval.configuration import Configuration
from retrieval.embedding import EmbeddingModel, is_english_word, load_embedding
from retrieval.index import IndexFolder, SearchIndex
from retrieval.indexing import refresh_index
from retrieval.retriever import HybridSearch
from retrieval.spelling import Speller

Rebuild = Callable[[str, bool], None]
"""Builds the index: told why, in words for a person, and whether to trust nothing of the old one."""


@dataclass(frozen=True)
class Holdings:
    """One consistent set: the documents and the index built from just these."""

    library: Library
    index: SearchIndex
    search: HybridSearch
    speller: Speller


class Engine:
    """Opens the index, and opens it anew when another process has refreshed it.

    Args:
        configuration: where things live and which models to use.
        library: the documents, where they are already loaded.
        rebuild: how to build a missing, stale or damaged index; default: here and now.
        model: the embedding model; default: the configured one.
    """

    def __init__(
        self,
        configuration: Configuration,
        *,
        library: Library | None = None,
        rebuild: Rebuild | None = None,
        model: EmbeddingModel | None = None,
    ) -> None:
        self.configuration = configuration
        self.folder = index_folder(configuration)
        self.model = model or load_embedding(configuration.embedding)
        self._library = library
        self._rebuild = rebuild or self._rebuild_here
        self._lock = threading.Lock()
        self._holdings: Holdings | None = None

    def holdings(self) -> Holdings:
        """What to answer from, as of now.

        Raises:
            CorpusError: the corpus folder cannot be read.
            LodestoneError: the index cannot be built.
        """
        current = self._holdings
        if current and self.folder.generation() == current.index.generation:
            return current
        with self._lock:
            current = self._holdings
            if current is None or self.folder.generation() != current.index.generation:
                current = self._holdings = self._open(self._library if current is None else None)
            return current

    def repair(self, reason: str) -> Holdings:
        """Build the index again after it failed in use, and open it."""
        with self._lock:
            self._holdings = None
            self._rebuild(reason, True)
            self._holdings = self._open(self._library)
            return self._holdings

    def _open(self, library: Library | None) -> Holdings:
        library = library or Library.load(self.configuration.corpus)
        try:
            index = self._fresh(library)
        except BrokenIndexError as error:
            self._rebuild(str(error), False)
            index = self._fresh(library)
        return Holdings(
            library=library,
            index=index,
            search=HybridSearch(index, self.model),
            speller=Speller(index.words, is_english_word),
        )

    def _fresh(self, library: Library) -> SearchIndex:
        index = self.folder.open()
        if index.is_current(library, self.model.identity):
            return index
        index.close()
        if index.manifest.model != self.model.identity:
            raise BrokenIndexError("the index was built with another embedding model")
        raise BrokenIndexError("the documents have changed since the index was built")

    def _rebuild_here(self, reason: str, everything: bool) -> None:
        del reason
        library = self._library or Library.load(self.configuration.corpus)
        refresh_index(self.folder, library, self.model, rebuild=everything)


def index_folder(configuration: Configuration) -> IndexFolder:
    """Where the index of a configuration lies."""
    return IndexFolder(configuration.home / "index", configuration.chroma_url)
