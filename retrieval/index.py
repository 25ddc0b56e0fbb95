"""An index that is complete: passages, sentences, their vectors and keywords, opened for reading.

A build writes a new generation folder and then names it in the file `current`, in one atomic step:
a reader sees the old index or the new one, never half of one.

    HOME/index/current                  the name of the generation in use
    HOME/index/<generation>/manifest.json   what it was built from; written last
                            chroma/     the passages' vectors (not there with a Chroma server)
                            keywords/   BM25 of the passages
                            sentences/, titles/, asked/, unheld/    BM25 of those
                            words.json  every word, how often it stands there, and which are names
                            sentences.npy   the sentences' vectors, unit length, float32
                            asked.npy   those of the questions kept beside the documents
                            unheld.npy  those of the questions that no document answers
                            titles.npy  those of the titles
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from corpus import Library, Passage
from corpus.errors import BrokenIndexError
from retrieval.lexical import KeywordIndex
from retrieval.vectors import VectorStore

FORMAT = 6
"""Raised when what a generation holds, or how its texts are cut, changes."""

_CURRENT = "current"


class Sentence(BaseModel):
    """One sentence that may be cited: its passage's position in the index, and its span.

    `holds` are the kinds of thing it holds, as `retrieval.features.Holds`; `words` its length.
    """

    model_config = ConfigDict(frozen=True)

    passage: int
    start: int
    end: int
    holds: int
    words: int


class Asked(BaseModel):
    """A question that a sentence answers: the sentence's position in the index, and its text."""

    model_config = ConfigDict(frozen=True)

    sentence: int
    text: str


class Manifest(BaseModel):
    """What a generation was built from, and every passage and sentence in it, in order.

    `digests` has each document's sha256; `files` the CRC-32 of each file beside this one, by its
    path below the generation, Chroma's own excepted, which change when they are opened.
    """

    model_config = ConfigDict(frozen=True)

    format: int
    model: str
    fingerprint: str
    digests: dict[str, str]
    files: dict[str, int]
    passages: tuple[Passage, ...]
    sentences: tuple[Sentence, ...]
    asked: tuple[Asked, ...] = ()
    unheld: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()


@dataclass(frozen=True)
class IndexFolder:
    """Where the generations of one HOME lie, and which of them is in use."""

    root: Path
    chroma_url: str | None = None

    def generation(self) -> str | None:
        """The name of the generation in use; None when nothing was built yet."""
        try:
            name = (self.root / _CURRENT).read_text(encoding="ascii").strip()
        except (OSError, UnicodeError):
            return None
        return name if name.isalnum() else None

    def folder(self, generation: str) -> Path:
        """Where a generation lies."""
        return self.root / generation

    def manifest(self, generation: str) -> Manifest:
        """What a generation says of itself.

        Raises:
            BrokenIndexError: it is missing, unreadable, or of another format.
        """
        path = self.folder(generation) / "manifest.json"
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BrokenIndexError(f"the index at {path.parent} is incomplete") from error
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise BrokenIndexError(f"the index at {path.parent} is of an older format")
        try:
            return Manifest.model_validate(data)
        except ValidationError as error:
            raise BrokenIndexError(f"the index at {path.parent} is damaged") from error

    def open(self) -> SearchIndex:
        """Open the generation in use.

        Raises:
            BrokenIndexError: there is none, or it is incomplete or damaged.
        """
        generation = self.generation()
        if generation is None:
            raise BrokenIndexError("there is no index yet")
        manifest = self.manifest(generation)
        folder = self.folder(generation)
        _check_files(folder, manifest.files)
        words, names = _load_words(folder / "words.json")
        sentences, asked = len(manifest.sentences), len(manifest.asked)
        sentence_vectors = _load_vectors(folder / "sentences.npy", sentences)
        asked_vectors = _load_vectors(folder / "asked.npy", asked)
        unheld_vectors = _load_vectors(folder / "unheld.npy", len(manifest.unheld))
        return SearchIndex(
            generation=generation,
            manifest=manifest,
            store=VectorStore.open(
                folder / "chroma", generation, self.chroma_url, len(manifest.passages)
            ),
            keywords=KeywordIndex.load(folder / "keywords", len(manifest.passages)),
            sentence_keywords=KeywordIndex.load(folder / "sentences", sentences),
            asked_keywords=KeywordIndex.load(folder / "asked", asked),
            unheld_keywords=KeywordIndex.load(folder / "unheld", len(manifest.unheld)),
            title_keywords=KeywordIndex.load(folder / "titles", len(manifest.titles)),
            sentence_vectors=sentence_vectors,
            asked_vectors=asked_vectors,
            unheld_vectors=unheld_vectors,
            title_vectors=_load_vectors(folder / "titles.npy", len(manifest.titles)),
            words=words,
            names=names,
        )


@dataclass(frozen=True)
class SearchIndex:
    """One complete generation, ready to be searched."""

    generation: str
    manifest: Manifest
    store: VectorStore
    keywords: KeywordIndex
    sentence_keywords: KeywordIndex
    asked_keywords: KeywordIndex
    unheld_keywords: KeywordIndex
    title_keywords: KeywordIndex
    sentence_vectors: NDArray[np.float32]
    asked_vectors: NDArray[np.float32]
    unheld_vectors: NDArray[np.float32]
    title_vectors: NDArray[np.float32]
    words: Mapping[str, int]
    names: frozenset[str]

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Every passage; positions in this tuple are what the other parts speak of."""
        return self.manifest.passages

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """Passage id -> position."""
        return {passage.id: i for i, passage in enumerate(self.passages)}

    @cached_property
    def sentence_passage(self) -> NDArray[np.int32]:
        """The passage of each sentence, shape (sentences,), never falling."""
        return np.array([s.passage for s in self.manifest.sentences], dtype=np.int32)

    @cached_property
    def first_sentence(self) -> NDArray[np.int64]:
        """Where each passage's sentences begin, shape (passages + 1,)."""
        return np.searchsorted(self.sentence_passage, np.arange(len(self.passages) + 1))

    @cached_property
    def sentence_holds(self) -> NDArray[np.int32]:
        """The kinds of thing each sentence holds, shape (sentences,)."""
        return np.array([s.holds for s in self.manifest.sentences], dtype=np.int32)

    @cached_property
    def asked_sentence(self) -> NDArray[np.int32]:
        """The sentence that answers each question kept beside the documents, shape (asked,)."""
        return np.array([a.sentence for a in self.manifest.asked], dtype=np.int32)

    @cached_property
    def is_unasked(self) -> NDArray[np.bool_]:
        """Whether a sentence's document comes without such questions, shape (sentences,)."""
        with_questions = np.unique(self.sentence_document[self.asked_sentence])
        return ~np.isin(self.sentence_document, with_questions)

    @cached_property
    def sentence_words(self) -> NDArray[np.int32]:
        """Words of each sentence, shape (sentences,)."""
        return np.array([s.words for s in self.manifest.sentences], dtype=np.int32)

    @cached_property
    def document_of(self) -> NDArray[np.int32]:
        """A number for the document of each passage, shape (passages,), by first passage."""
        numbers: dict[str, int] = {}
        return np.array(
            [numbers.setdefault(p.document_id, len(numbers)) for p in self.passages], dtype=np.int32
        )

    @cached_property
    def sentence_document(self) -> NDArray[np.int32]:
        """The document of each sentence, numbered as in `document_of`."""
        return self.document_of[self.sentence_passage]

    @cached_property
    def is_lead(self) -> NDArray[np.bool_]:
        """Whether a sentence stands in its document's first passage, which sums it up."""
        _, firsts = np.unique(self.document_of, return_index=True)
        return np.isin(self.sentence_passage, firsts)

    def is_current(self, library: Library, model: str) -> bool:
        """Whether the index was built from just these files with this model."""
        return self.manifest.fingerprint == library.fingerprint and self.manifest.model == model

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()


def checksums(folder: Path) -> dict[str, int]:
    """The CRC-32 of every file of a generation but Chroma's and the manifest, by relative path.

    Raises:
        OSError: a file cannot be read.
    """
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith("chroma/") and name != "manifest.json":
            found[name] = zlib.crc32(path.read_bytes())
    return found


def _check_files(folder: Path, expected: Mapping[str, int]) -> None:
    """Refuse a generation in which a file is missing or altered; a few megabytes take 2 ms."""
    for name, checksum in expected.items():
        try:
            found = zlib.crc32((folder / name).read_bytes())
        except OSError as error:
            raise BrokenIndexError(f"the index at {folder} lacks {name}") from error
        if found != checksum:
            raise BrokenIndexError(f"the index at {folder} is damaged in {name}")


def _load_words(path: Path) -> tuple[Mapping[str, int], frozenset[str]]:
    """How often each word stands in the corpus, and which of them are names."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        counts: dict[str, int] = data["counts"]
        return counts, frozenset(data["names"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BrokenIndexError(f"the list of words at {path} is damaged") from error


def _load_vectors(path: Path, size: int) -> NDArray[np.float32]:
    try:
        vectors: NDArray[np.float32] = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise BrokenIndexError(f"the vectors at {path} are damaged") from error
    if vectors.ndim != 2 or len(vectors) != size or vectors.dtype != np.float32:
        raise BrokenIndexError(f"the vectors at {path} do not match the manifest")
    return vectors
