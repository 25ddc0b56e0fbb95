"""The library, the index and the model that answers are made from, kept open and up to date."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from corpus import Library
from corpus.errors import BrokenIndexError
from retrieval.compose.generative import open_writer
from retrieval.configuration import Configuration
from retrieval.embedding import EmbeddingModel, load_embedding
from retrieval.events import Event, load_events
from retrieval.index import IndexFolder, SearchIndex
from retrieval.indexing import refresh_index
from retrieval.packaged import is_english_word
from retrieval.reading import SentenceReader
from retrieval.retriever import HybridSearch
from retrieval.spelling import Speller

Rebuild = Callable[[str, bool], None]
"""Builds the index: told why, for a person to read, and whether to trust nothing of the old."""


@dataclass(frozen=True)
class Holdings:
    """One consistent set: the documents and the index built from just these."""

    library: Library
    index: SearchIndex
    search: HybridSearch
    reader: SentenceReader
    speller: Speller
    events: tuple[Event, ...]


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
        self.model = model or load_embedding(configuration.embedding, configuration.home / "models")
        self.writer = open_writer(configuration)
        self._library = library
        self._rebuild = rebuild or self._rebuild_here
        self._lock = threading.Lock()
        self._holdings: Holdings | None = None
        self._retired: Holdings | None = None

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
                current = self._exchange(self._open())
            return current

    def repair(self, reason: str, broken: Holdings | None = None) -> Holdings:
        """Holdings to use instead of those that failed: newer ones, or the index built again.

        Args:
            reason: what failed, in words for a person.
            broken: the holdings that failed; default: those in use. When another thread or
                process has replaced them meanwhile, nothing needs to be built.

        Raises:
            LodestoneError: the index cannot be built.
        """
        with self._lock:
            broken = broken or self._holdings
            failed = broken.index.generation if broken else None
            if failed and self.folder.generation() == failed:
                self._rebuild(reason, True)
            current = self._holdings
            if current is None or current.index.generation == failed:
                current = self._exchange(self._open())
            return current

    def close(self) -> None:
        """Let go of the index; the next question opens it again."""
        with self._lock:
            for holdings in (self._holdings, self._retired):
                if holdings:
                    holdings.index.close()
            self._holdings = self._retired = None

    def _exchange(self, new: Holdings) -> Holdings:
        """Answer from `new` on; what was in use is closed one exchange later, as others read it."""
        if self._retired:
            self._retired.index.close()
        self._retired, self._holdings = self._holdings, new
        return new

    def _open(self) -> Holdings:
        # The documents we were handed are as good as those on disk only the first time.
        library, self._library = self._library, None
        library = library or Library.load(self.configuration.corpus)
        try:
            index = self._fresh(library)
        except BrokenIndexError as error:
            self._rebuild(str(error), False)
            # They may have changed while the index was being built.
            library = Library.load(library.folder)
            index = self._fresh(library)
        return Holdings(
            library=library,
            index=index,
            search=HybridSearch(index, self.model),
            reader=SentenceReader(index, library),
            speller=Speller(index.words, is_english_word, index.names),
            events=load_events(library),
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
        library = Library.load(self.configuration.corpus)
        refresh_index(self.folder, library, self.model, rebuild=everything)


def index_folder(configuration: Configuration) -> IndexFolder:
    """Where the index of a configuration lies."""
    return IndexFolder(configuration.home / "index", configuration.chroma_url)
