"""The Chroma collection that holds the passages' vectors: embedded below HOME, or on a server."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from corpus.errors import BrokenIndexError, LodestoneError, RetrievalError, StorageError

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

WRITE_REMEDY = "free some space or set LODESTONE_HOME to a folder that can be written"

_BATCH = 500
_COLLECTION = "lodestone"


class VectorStore:
    """Passages' vectors in one Chroma collection, nearest by cosine.

    Every method may raise:
        RetrievalError: the Chroma server does not answer.
    """

    def __init__(self, client: Client, collection: Collection, url: str | None) -> None:
        self._client = client
        self._collection = collection
        self._url = url

    @classmethod
    def create(cls, folder: Path, generation: str, url: str | None) -> VectorStore:
        """Make an empty collection, below `folder` or on the server at `url`.

        Raises:
            StorageError: the disk is full or read-only.
        """
        with (
            _explained(url, StorageError, f"the vectors cannot be written to {url or folder}"),
            _kept_on_success(_client(folder, url)) as client,
        ):
            collection = client.create_collection(
                _name(generation, url),
                embedding_function=None,
                configuration={
                    "hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200}
                },
            )
        return cls(client, collection, url)

    @classmethod
    def open(cls, folder: Path, generation: str, url: str | None, size: int) -> VectorStore:
        """Open the collection of a finished index.

        Raises:
            BrokenIndexError: it is missing, damaged, or does not hold `size` passages.
            StorageError: it is read-only.
        """
        if url is None:
            _check_database(folder / "chroma.sqlite3")
        where = url or folder
        with (
            _explained(url, BrokenIndexError, f"the vector index at {where} is damaged"),
            _kept_on_success(_client(folder, url)) as client,
        ):
            collection = client.get_collection(_name(generation, url), embedding_function=None)
            _check_size(collection.count(), size, where)
        return cls(client, collection, url)

    def add(
        self,
        ids: Sequence[str],
        vectors: NDArray[np.float32],
        texts: Sequence[str],
        metadata: Sequence[dict[str, str | int]],
    ) -> None:
        """Add passages: one id, vector, text and metadata mapping each.

        Raises:
            StorageError: the disk is full or read-only.
        """
        for start in range(0, len(ids), _BATCH):
            part = slice(start, start + _BATCH)
            with _explained(self._url, StorageError, "the vectors cannot be written"):
                self._collection.add(
                    ids=list(ids[part]),
                    embeddings=vectors[part],
                    documents=list(texts[part]),
                    metadatas=list(metadata[part]),
                )

    def nearest(self, vector: Sequence[float], count: int) -> list[tuple[str, float]]:
        """Ids of the nearest passages with their cosine, best first.

        Raises:
            BrokenIndexError: the collection cannot be read.
        """
        asked: list[Sequence[float] | Sequence[int]] = [vector]
        with _explained(self._url, BrokenIndexError, "the vector index cannot be searched"):
            found = self._collection.query(
                query_embeddings=asked, n_results=count, include=["distances"]
            )
        distances = (found["distances"] or [[]])[0]
        return [(name, 1.0 - d) for name, d in zip(found["ids"][0], distances, strict=True)]

    def vectors(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The stored vectors of these passages; unknown ids are left out.

        Raises:
            BrokenIndexError: the collection cannot be read.
        """
        found: dict[str, NDArray[np.float32]] = {}
        for start in range(0, len(ids), _BATCH):
            with _explained(self._url, BrokenIndexError, "the vector index cannot be read"):
                got: Any = self._collection.get(
                    ids=list(ids[start : start + _BATCH]), include=["embeddings"]
                )
            found |= dict(zip(got["ids"], np.asarray(got["embeddings"], np.float32), strict=True))
        return found

    @staticmethod
    def discard(folder: Path, generation: str, url: str | None) -> None:
        """Delete a generation's collection from the server; below HOME its folder goes with it.

        A server that does not answer keeps a collection nobody reads: not worth failing for.
        """
        if url is None:
            return
        with suppress(Exception), closing(_client(folder, url)) as client:
            client.delete_collection(_name(generation, url))

    def close(self) -> None:
        """Let go of files and connections."""
        self._client.close()


def _name(generation: str, url: str | None) -> str:
    """On a server, generations live side by side; below HOME, each has a folder of its own."""
    return f"{_COLLECTION}-{generation}" if url else _COLLECTION


def _check_size(found: int, size: int, where: str | Path) -> None:
    if found != size:
        raise BrokenIndexError(f"the vector index at {where} holds {found} of {size} passages")


@contextmanager
def _kept_on_success(client: Client) -> Iterator[Client]:
    try:
        yield client
    except BaseException:
        client.close()
        raise


def _check_database(path: Path) -> None:
    """Refuse a damaged database before Chroma meets it.

    Chroma's core panics on some damage and prints a backtrace; SQLite's own check takes a few
    milliseconds and says so in one line.

    Raises:
        BrokenIndexError: the file is missing or damaged.
        StorageError: it may not be written, which Chroma must even to read.
    """
    if not path.is_file():
        raise BrokenIndexError(f"the vector index at {path.parent} is missing")
    if not os.access(path, os.W_OK):
        raise StorageError(
            f"the vector index at {path.parent} is read-only, and Chroma must write to open it: "
            "set LODESTONE_HOME to a folder that can be written"
        )
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            found = database.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise BrokenIndexError(f"the vector index at {path.parent} is damaged ({error})") from error
    if found != ("ok",):
        raise BrokenIndexError(f"the vector index at {path.parent} is damaged")


@contextmanager
def _explained(url: str | None, kind: type[LodestoneError], what: str) -> Iterator[None]:
    """Turn whatever Chroma raises into an error of ours.

    Args:
        url: the server it went to, if any; one that does not answer is told as such.
        kind: what it means otherwise.
        what: what could not be done, in words for a person.
    """
    try:
        yield
    except (LodestoneError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        # A panic in Chroma's core arrives as pyo3's PanicException, which is no Exception.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        if url and not _answers(url):
            raise RetrievalError(
                f"no Chroma server answers at {url}: start it, or mend LODESTONE_CHROMA_URL"
            ) from error
        remedy = f": {WRITE_REMEDY}" if kind is StorageError and not url else ""
        raise kind(f"{what} ({_in_one_line(error)}){remedy}") from error


def _in_one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__


def _answers(url: str) -> bool:
    """Whether a Chroma server is there at all."""
    with suppress(Exception), closing(_client(Path(), url)):
        return True
    return False


def _client(folder: Path, url: str | None) -> Client:
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    if url is None:
        # What the two constructors return is a Client; they declare the interface it implements.
        return cast("Client", chromadb.PersistentClient(path=str(folder), settings=settings))
    address = urlsplit(url)
    secure = address.scheme == "https"
    client = chromadb.HttpClient(
        host=address.hostname or "localhost",
        port=address.port or (443 if secure else 8000),
        ssl=secure,
        settings=settings,
    )
    return cast("Client", client)
