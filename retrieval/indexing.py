"""Build or refresh the index: what did not change is not embedded again; the swap is atomic."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from corpus import Library
from corpus.errors import BrokenIndexError, CorpusError, StorageError
from retrieval.answer import new_id
from retrieval.content import Content, gather_content
from retrieval.content_vectors import ContentVectors, Kept, Progress, embed_content, kept_vectors
from retrieval.embedding import EmbeddingModel
from retrieval.index import FORMAT, IndexFolder, Manifest, checksums
from retrieval.lexical import KeywordIndex
from retrieval.terms import find_names, words
from retrieval.vectors import WRITE_REMEDY, VectorStore

LOCK_SECONDS = 900
"""How long to wait for another process that is building; then say so."""


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
    digests = {document.id: library.digest(document.id) for document in library}
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
    kept = Kept()
    if old and not rebuild:
        try:
            kept = kept_vectors(folder, old, digests)
        except BrokenIndexError as error:
            # Damage that an opened index does not show, only one that is read.
            changes = replace(changes, rebuilt_because=str(error))
    generation = new_id()[:12]
    target = folder.folder(generation)
    try:
        _write(folder, generation, content, embed_content(content, kept, model, progress))
        manifest = Manifest(
            format=FORMAT,
            model=model.identity,
            fingerprint=library.fingerprint,
            digests=digests,
            files=checksums(target),
            passages=tuple(content.passages),
            sentences=tuple(content.sentences),
            asked=tuple(content.asked),
            unheld=tuple(content.unheld),
            titles=tuple(content.titles),
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


def _write(
    folder: IndexFolder,
    generation: str,
    content: Content,
    vectors: ContentVectors,
) -> None:
    target = folder.folder(generation)
    target.mkdir()
    np.save(target / "sentences.npy", vectors.sentences)
    np.save(target / "asked.npy", vectors.asked)
    np.save(target / "unheld.npy", vectors.unheld)
    np.save(target / "titles.npy", vectors.titles)
    counts = Counter(word for text in content.passage_texts for word in words(text))
    known = {"counts": counts, "names": sorted(find_names(content.passage_texts))}
    (target / "words.json").write_text(json.dumps(known), encoding="utf-8")
    KeywordIndex.build(content.passage_texts).save(target / "keywords")
    KeywordIndex.build(content.sentence_texts).save(target / "sentences")
    KeywordIndex.build([a.text for a in content.asked]).save(target / "asked")
    KeywordIndex.build(content.unheld).save(target / "unheld")
    KeywordIndex.build(content.titles).save(target / "titles")
    store = VectorStore.create(target / "chroma", generation, folder.chroma_url)
    try:
        store.add(
            [p.id for p in content.passages],
            vectors.passages,
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
