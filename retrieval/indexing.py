"""Build or refresh the index: what did not change is not embedded again; the swap is atomic."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from corpus import Library
from corpus.errors import BrokenIndexError, CorpusError, StorageError
from retrieval.answer import new_id
from retrieval.content import Content, gather_content
from retrieval.embedding import EmbeddingModel
from retrieval.index import FORMAT, IndexFolder, Manifest, checksums
from retrieval.lexical import KeywordIndex
from retrieval.terms import find_names, words
from retrieval.vectors import WRITE_REMEDY, VectorStore

LOCK_SECONDS = 900
"""How long to wait for another process that is building; then say so."""

Progress = Callable[[int, int], None]
"""Told (texts embedded, texts to embed) as the build goes on."""


@dataclass(frozen=True)
class Changes:
    """What a build did, by document id. Nothing changed: all three are empty."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    passages: int = 0
    rebuilt_because: str | None = None

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.rebuilt_because)


@dataclass(frozen=True)
class _Kept:
    """Vectors of the index before, of documents whose files did not change."""

    passages: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    sentences: dict[tuple[str, int, int], NDArray[np.float32]] = field(default_factory=dict)


def refresh_index(
    folder: IndexFolder,
    library: Library,
    model: EmbeddingModel,
    *,
    rebuild: bool = False,
    progress: Progress | None = None,
    waiting: Callable[[], None] | None = None,
) -> Changes:
    """Bring the index up to date with the library.

    Args:
        folder: where the index lies.
        library: the documents.
        model: embeds what is new; not loaded when nothing is.
        rebuild: embed everything again.
        progress: told how far the embedding is.
        waiting: told, once, that another process is building the same index.

    Raises:
        CorpusError: the documents hold no text.
        StorageError: the disk is full or read-only, or another process holds the lock too long.
        RetrievalError: the Chroma server does not answer.
        ModelError: the embedding model cannot be loaded.
    """
    try:
        folder.root.mkdir(parents=True, exist_ok=True)
        with _locked(folder.root, waiting):
            _remove_unfinished(folder)
            return _refresh(folder, library, model, rebuild=rebuild, progress=progress)
    except OSError as error:
        reason = error.strerror or error
        raise StorageError(
            f"the index cannot be written below {folder.root} ({reason}): {WRITE_REMEDY}"
        ) from error


@contextmanager
def _locked(root: Path, waiting: Callable[[], None] | None) -> Iterator[None]:
    """Hold the lock of one HOME's index. The system lets go of a killed process's lock."""
    lock = FileLock(root / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if waiting:
            waiting()
        try:
            lock.acquire(timeout=LOCK_SECONDS)
        except Timeout:
            raise StorageError(
                f"another process has been building the index at {root} for "
                f"{LOCK_SECONDS // 60} minutes: wait for it or stop it"
            ) from None
    try:
        yield
    finally:
        lock.release()


def _refresh(
    folder: IndexFolder,
    library: Library,
    model: EmbeddingModel,
    *,
    rebuild: bool,
    progress: Progress | None,
) -> Changes:
    before = folder.generation()
    old, reason = _previous(folder, model)
    digests = {document.id: document.digest for document in library}
    known = old.digests if old else {}
    changes = Changes(
        added=tuple(d for d in digests if d not in known),
        changed=tuple(d for d in digests if d in known and digests[d] != known[d]),
        removed=tuple(d for d in known if d not in digests),
        rebuilt_because="asked for" if rebuild else reason,
    )
    if old and not changes and old.fingerprint == library.fingerprint:
        return Changes(passages=len(old.passages))
    content = gather_content(library, model)
    if not content.passages:
        raise CorpusError(
            f"no text in the documents below {library.folder}: there is nothing to index"
        )
    kept = _Kept()
    if old and not rebuild:
        try:
            kept = _kept_vectors(folder, old, digests)
        except BrokenIndexError as error:
            # Damage that an opened index does not show, only one that is read.
            changes = replace(changes, rebuilt_because=str(error))
    generation = new_id()[:12]
    target = folder.folder(generation)
    try:
        passage_vectors, sentence_vectors = _embed(content, kept, model, progress)
        _write(folder, generation, content, passage_vectors, sentence_vectors)
        manifest = Manifest(
            format=FORMAT,
            model=model.identity,
            fingerprint=library.fingerprint,
            digests=digests,
            files=checksums(target),
            passages=tuple(content.passages),
            sentences=tuple(content.sentences),
        )
        (target / "manifest.json").write_text(manifest.model_dump_json(), encoding="utf-8")
        _point_at(folder.root, generation)
    except BaseException:
        # Also on Ctrl-C: a half-written generation is never named, and is not left behind.
        _remove(folder, target)
        raise
    _sweep(folder, {generation, before})
    return replace(changes, passages=len(content.passages))


def _previous(folder: IndexFolder, model: EmbeddingModel) -> tuple[Manifest | None, str | None]:
    """The manifest in use, and why it cannot be built upon, if so."""
    generation = folder.generation()
    if generation is None:
        return None, None
    try:
        index = folder.open()
    except BrokenIndexError as error:
        return None, str(error)
    index.close()
    if index.manifest.model != model.identity:
        return None, f"the embedding model changed from {index.manifest.model}"
    return index.manifest, None


def _embed(
    content: Content, kept: _Kept, model: EmbeddingModel, progress: Progress | None
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Vectors of all passages and sentences, taken from the old index where nothing changed."""
    passage_keys = [p.id for p in content.passages]
    sentence_keys = [
        (content.passages[s.passage].document_id, s.start, s.end) for s in content.sentences
    ]
    new_passages = [i for i, key in enumerate(passage_keys) if key not in kept.passages]
    new_sentences = [i for i, key in enumerate(sentence_keys) if key not in kept.sentences]
    texts = [content.passage_texts[i] for i in new_passages]
    texts += [content.sentence_texts[i] for i in new_sentences]
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        if progress:
            progress(done, len(texts))

    vectors = model.embed_batch(texts, advance) if texts else None
    fresh = iter(vectors) if vectors is not None else iter(())
    passages = {passage_keys[i]: next(fresh) for i in new_passages} | kept.passages
    sentences = {sentence_keys[i]: next(fresh) for i in new_sentences} | kept.sentences
    return (
        np.array([passages[key] for key in passage_keys], dtype=np.float32),
        np.array([sentences[key] for key in sentence_keys], dtype=np.float32),
    )


def _kept_vectors(folder: IndexFolder, old: Manifest, digests: dict[str, str]) -> _Kept:
    """The old index's vectors of documents whose files did not change.

    Raises:
        BrokenIndexError: it cannot be read after all.
    """
    same = {name for name, digest in old.digests.items() if digests.get(name) == digest}
    index = folder.open()
    try:
        sentences = {}
        for sentence, vector in zip(old.sentences, index.sentence_vectors, strict=True):
            name = old.passages[sentence.passage].document_id
            if name in same:
                sentences[(name, sentence.start, sentence.end)] = vector
        ids = [p.id for p in old.passages if p.document_id in same]
        return _Kept(index.store.vectors(ids), sentences)
    finally:
        index.close()


def _write(
    folder: IndexFolder,
    generation: str,
    content: Content,
    passage_vectors: NDArray[np.float32],
    sentence_vectors: NDArray[np.float32],
) -> None:
    target = folder.folder(generation)
    target.mkdir()
    np.save(target / "sentences.npy", sentence_vectors)
    counts = Counter(word for text in content.passage_texts for word in words(text))
    known = {"counts": counts, "names": sorted(find_names(content.passage_texts))}
    (target / "words.json").write_text(json.dumps(known), encoding="utf-8")
    KeywordIndex.build(content.passage_texts).save(target / "keywords")
    KeywordIndex.build(content.sentence_texts).save(target / "sentences")
    KeywordIndex.build(content.titles).save(target / "titles")
    store = VectorStore.create(target / "chroma", generation, folder.chroma_url)
    try:
        store.add(
            [p.id for p in content.passages],
            passage_vectors,
            content.passage_texts,
            [
                {"document_id": p.document_id, "section": p.section, "start": p.start, "end": p.end}
                for p in content.passages
            ],
        )
    finally:
        store.close()


def _point_at(root: Path, generation: str) -> None:
    draft = root / f".current-{generation}"
    draft.write_text(generation, encoding="ascii")
    draft.replace(root / "current")


def _remove_unfinished(folder: IndexFolder) -> None:
    """Clear away what a build left that was killed: nobody else builds while we hold the lock."""
    current = folder.generation()
    for path in folder.root.iterdir():
        if path.is_dir() and path.name != current and not (path / "manifest.json").is_file():
            _remove(folder, path)
        elif path.name.startswith(".current-"):
            path.unlink()


def _sweep(folder: IndexFolder, keep: set[str | None]) -> None:
    """Remove what nobody reads any more.

    The generation before this one stays: a process that opened it looks for a newer one before
    each question, so it never needs more than one step back.
    """
    for path in folder.root.iterdir():
        if path.is_dir() and path.name not in keep:
            _remove(folder, path)


def _remove(folder: IndexFolder, generation: Path) -> None:
    VectorStore.discard(generation / "chroma", generation.name, folder.chroma_url)
    shutil.rmtree(generation, ignore_errors=True)
