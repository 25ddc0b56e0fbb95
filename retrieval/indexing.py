"""Build the index, or refresh it: what did not change is not embedded again, and the swap is atomic."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from corpus import Document, Library, Passage, sentence_spans, split_passages
from corpus.errors import BrokenIndexError, LodestoneError, StorageError
from retrieval.answer import new_id
from retrieval.embedding import EmbeddingModel
from retrieval.features import what_it_holds
from retrieval.index import FORMAT, IndexFolder, Manifest, Sentence
from retrieval.lexical import KeywordIndex
from retrieval.terms import words
from retrieval.vectors import VectorStore

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


@dataclass
class _Content:
    """The parts of one index as they are put together; lists run side by side."""

    passages: list[Passage] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    passage_texts: list[str] = field(default_factory=list)
    sentence_texts: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)


def refresh_index(
    folder: IndexFolder,
    library: Library,
    model: EmbeddingModel,
    *,
    rebuild: bool = False,
    progress: Progress | None = None,
) -> Changes:
    """Bring the index up to date with the library.

    Args:
        folder: where the index lies.
        library: the documents.
        model: embeds what is new; not loaded when nothing is.
        rebuild: embed everything again.
        progress: told how far the embedding is.

    Raises:
        StorageError: the disk is full or read-only, or another process holds the lock too long.
        ModelError: the embedding model cannot be loaded.
    """
    try:
        folder.root.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.root / ".lock", timeout=LOCK_SECONDS):
            return _refresh(folder, library, model, rebuild=rebuild, progress=progress)
    except Timeout:
        raise StorageError(
            f"another process has been building the index at {folder.root} for "
            f"{LOCK_SECONDS // 60} minutes: wait for it or stop it"
        ) from None
    except LodestoneError:
        raise
    except Exception as error:
        # Chroma wraps the operating system's errors in kinds of its own.
        raise StorageError(
            f"the index cannot be written below {folder.root} ({error}): free some space or set "
            "LODESTONE_HOME to a folder that can be written"
        ) from error


def _refresh(
    folder: IndexFolder,
    library: Library,
    model: EmbeddingModel,
    *,
    rebuild: bool,
    progress: Progress | None,
) -> Changes:
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
    reusable = None if rebuild else old
    content = _gather(library, model)
    generation = new_id()[:12]
    target = folder.folder(generation)
    try:
        passage_vectors, sentence_vectors = _embed(
            content, folder, reusable, digests, model, progress
        )
        _write(folder, generation, content, passage_vectors, sentence_vectors)
        manifest = Manifest(
            format=FORMAT,
            model=model.identity,
            fingerprint=library.fingerprint,
            digests=digests,
            passages=tuple(content.passages),
            sentences=tuple(content.sentences),
        )
        (target / "manifest.json").write_text(manifest.model_dump_json(), encoding="utf-8")
        _point_at(folder.root, generation)
    except BaseException:
        # Also on Ctrl-C: a half-written generation is never named, and is not left behind.
        VectorStore.discard(target / "chroma", generation, folder.chroma_url)
        shutil.rmtree(target, ignore_errors=True)
        raise
    _sweep(folder, generation)
    return Changes(
        changes.added,
        changes.changed,
        changes.removed,
        len(content.passages),
        changes.rebuilt_because,
    )


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


def _gather(library: Library, model: EmbeddingModel) -> _Content:
    content = _Content()
    for document in library:
        content.titles.append(document.title)
        for passage in split_passages(document, measure=model.count_wordpieces):
            position = len(content.passages)
            content.passages.append(passage)
            content.passage_texts.append(passage_text(document, passage))
            for line in passage.lines:
                for start, end in sentence_spans(document.body, line.start, line.end):
                    text = document.body[start:end]
                    content.sentence_texts.append(text)
                    content.sentences.append(
                        Sentence(
                            passage=position,
                            start=start,
                            end=end,
                            holds=int(what_it_holds(text)),
                            words=len(text.split()),
                        )
                    )
    return content


def passage_text(document: Document, passage: Passage) -> str:
    """What is embedded and counted for a passage: its title and section, then its own text."""
    return f"{document.title} - {passage.section}\n{document.body[passage.start : passage.end]}"


def _embed(
    content: _Content,
    folder: IndexFolder,
    old: Manifest | None,
    digests: dict[str, str],
    model: EmbeddingModel,
    progress: Progress | None,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Vectors of all passages and sentences, taken from the old index where nothing changed."""
    kept_passages, kept_sentences = _kept_vectors(folder, old, digests)
    passage_keys = [p.id for p in content.passages]
    sentence_keys = [
        (content.passages[s.passage].document_id, s.start, s.end) for s in content.sentences
    ]
    new_passages = [i for i, key in enumerate(passage_keys) if key not in kept_passages]
    new_sentences = [i for i, key in enumerate(sentence_keys) if key not in kept_sentences]
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
    passages = {passage_keys[i]: next(fresh) for i in new_passages} | kept_passages
    sentences = {sentence_keys[i]: next(fresh) for i in new_sentences} | kept_sentences
    return (
        np.array([passages[key] for key in passage_keys], dtype=np.float32),
        np.array([sentences[key] for key in sentence_keys], dtype=np.float32),
    )


def _kept_vectors(
    folder: IndexFolder, old: Manifest | None, digests: dict[str, str]
) -> tuple[dict[str, NDArray[np.float32]], dict[tuple[str, int, int], NDArray[np.float32]]]:
    """The old index's vectors of documents whose files did not change."""
    if old is None:
        return {}, {}
    index = folder.open()
    try:
        same = {name for name, digest in old.digests.items() if digests.get(name) == digest}
        ids = [p.id for p in old.passages if p.document_id in same]
        sentences = {}
        for sentence, vector in zip(old.sentences, index.sentence_vectors, strict=True):
            name = old.passages[sentence.passage].document_id
            if name in same:
                sentences[(name, sentence.start, sentence.end)] = vector
        return index.store.vectors(ids), sentences
    finally:
        index.close()


def _write(
    folder: IndexFolder,
    generation: str,
    content: _Content,
    passage_vectors: NDArray[np.float32],
    sentence_vectors: NDArray[np.float32],
) -> None:
    target = folder.folder(generation)
    target.mkdir()
    np.save(target / "sentences.npy", sentence_vectors)
    counts = Counter(word for text in content.passage_texts for word in words(text))
    (target / "words.json").write_text(json.dumps(counts), encoding="utf-8")
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


def _sweep(folder: IndexFolder, current: str) -> None:
    """Remove what nobody reads any more.

    The generation before this one stays: a process that opened it looks for a newer one before
    each question, so it never needs more than one step back.
    """
    generations = sorted(
        (path for path in folder.root.iterdir() if path.is_dir() and path.name != current),
        key=lambda path: path.stat().st_mtime,
        reverse=True,
    )
    complete = [path for path in generations if (path / "manifest.json").is_file()]
    for path in generations:
        if path in complete[:1]:
            continue
        VectorStore.discard(path / "chroma", path.name, folder.chroma_url)
        shutil.rmtree(path, ignore_errors=True)
