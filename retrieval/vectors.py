"""The Chroma collection that holds the passages' vectors: embedded below HOME, or on a server."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from corpus.errors import BrokenIndexError, RetrievalError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

_BATCH = 500
_COLLECTION = "lodestone"


class VectorStore:
    """Passages' vectors in one Chroma collection, nearest by cosine."""

    def __init__(self, client: ClientAPI, collection: Collection) -> None:
        self._client = client
        self._collection = collection

    @classmethod
    def create(cls, folder: Path, generation: str, url: str | None) -> VectorStore:
        """Make an empty collection, below `folder` or on the server at `url`.

        Raises:
            RetrievalError: the server does not answer.
        """
        client = _client(folder, url)
        name = _name(generation, url)
        if url and name in {c.name for c in client.list_collections()}:
            client.delete_collection(name)
        collection = client.create_collection(
            name,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200}},
        )
        return cls(client, collection)

    @classmethod
    def open(cls, folder: Path, generation: str, url: str | None, size: int) -> VectorStore:
        """Open the collection of a finished index.

        Raises:
            BrokenIndexError: it is missing, damaged, or does not hold `size` passages.
            RetrievalError: the server does not answer.
        """
        if url is None and not (folder / "chroma.sqlite3").is_file():
            raise BrokenIndexError(f"the vector index at {folder} is missing")
        client = _client(folder, url)
        try:
            collection = client.get_collection(_name(generation, url), embedding_function=None)
            found = collection.count()
        except Exception as error:
            client.close()
            raise BrokenIndexError(f"the vector index at {folder} is damaged ({error})") from error
        if found != size:
            client.close()
            raise BrokenIndexError(f"the vector index at {folder} holds {found} of {size} passages")
        return cls(client, collection)

    def add(
        self,
        ids: Sequence[str],
        vectors: NDArray[np.float32],
        texts: Sequence[str],
        metadata: Sequence[dict[str, str | int]],
    ) -> None:
        """Add passages: one id, vector, text and metadata mapping each."""
        for start in range(0, len(ids), _BATCH):
            part = slice(start, start + _BATCH)
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
        try:
            found = self._collection.query(
                query_embeddings=[list(vector)], n_results=count, include=["distances"]
            )
        except Exception as error:
            raise BrokenIndexError(f"the vector index cannot be searched ({error})") from error
        distances = (found["distances"] or [[]])[0]
        return [(name, 1.0 - d) for name, d in zip(found["ids"][0], distances, strict=True)]

    def vectors(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The stored vectors of these passages; unknown ids are left out."""
        found: dict[str, NDArray[np.float32]] = {}
        for start in range(0, len(ids), _BATCH):
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
        with suppress(Exception):
            client = _client(folder, url)
            client.delete_collection(_name(generation, url))
            client.close()

    def close(self) -> None:
        """Let go of files and connections."""
        self._client.close()


def _name(generation: str, url: str | None) -> str:
    """On a server, generations live side by side; below HOME, each has a folder of its own."""
    return f"{_COLLECTION}-{generation}" if url else _COLLECTION


def _client(folder: Path, url: str | None) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    if url is None:
        try:
            return chromadb.PersistentClient(path=str(folder), settings=settings)
        except Exception as error:
            raise BrokenIndexError(
                f"the vector index at {folder} cannot be opened ({error})"
            ) from error
    address = urlsplit(url)
    secure = address.scheme == "https"
    try:
        return chromadb.HttpClient(
            host=address.hostname or "localhost",
            port=address.port or (443 if secure else 8000),
            ssl=secure,
            settings=settings,
        )
    except Exception as error:
        raise RetrievalError(
            f"no Chroma server answers at {url}: start it, or mend LODESTONE_CHROMA_URL"
        ) from error
