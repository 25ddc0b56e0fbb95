"""The vectors of an index's texts; what the index before already had is not embedded again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from retrieval.content import Content
from retrieval.embedding import EmbeddingModel
from retrieval.index import IndexFolder, Manifest

Progress = Callable[[int, int], None]
"""Told (texts embedded, texts to embed) as the build goes on."""


@dataclass(frozen=True)
class Kept:
    """ContentVectors of the index before, of documents whose files did not change."""

    passages: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    sentences: dict[tuple[str, int, int], NDArray[np.float32]] = field(default_factory=dict)
    questions: dict[str, NDArray[np.float32]] = field(default_factory=dict)


@dataclass(frozen=True)
class ContentVectors:
    """The vectors of one index, each kind in the order of its texts."""

    passages: NDArray[np.float32]
    sentences: NDArray[np.float32]
    asked: NDArray[np.float32]
    unheld: NDArray[np.float32]
    titles: NDArray[np.float32]


def embed_content(
    content: Content, kept: Kept, model: EmbeddingModel, progress: Progress | None
) -> ContentVectors:
    """All vectors, taken from the old index where nothing changed."""
    passage_keys = [p.id for p in content.passages]
    sentence_keys = [
        (content.passages[s.passage].document_id, s.start, s.end) for s in content.sentences
    ]
    new_passages = [i for i, key in enumerate(passage_keys) if key not in kept.passages]
    new_sentences = [i for i, key in enumerate(sentence_keys) if key not in kept.sentences]
    texts = [content.passage_texts[i] for i in new_passages]
    texts += [content.sentence_texts[i] for i in new_sentences]
    # People also ask for no more than a title: what something is, or how it stands.
    questions = [*(a.text for a in content.asked), *content.unheld, *content.titles]
    new_questions = [q for q in dict.fromkeys(questions) if q not in kept.questions]
    total = len(texts) + len(new_questions)
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        if progress:
            progress(done, total)

    fresh = iter(model.embed_batch(texts, advance) if texts else ())
    asked_anew = iter(model.embed_questions(new_questions, advance) if new_questions else ())
    passages = {passage_keys[i]: next(fresh) for i in new_passages} | kept.passages
    sentences = {sentence_keys[i]: next(fresh) for i in new_sentences} | kept.sentences
    vector_of = {text: next(asked_anew) for text in new_questions} | kept.questions
    of_passages = np.array([passages[key] for key in passage_keys], dtype=np.float32)
    of_questions = np.array([vector_of[text] for text in questions], dtype=np.float32)
    # Without any, still so many dimensions.
    of_questions = of_questions.reshape(len(questions), of_passages.shape[1])
    return ContentVectors(
        passages=of_passages,
        sentences=np.array([sentences[key] for key in sentence_keys], dtype=np.float32),
        asked=of_questions[: len(content.asked)],
        unheld=of_questions[len(content.asked) : len(questions) - len(content.titles)],
        titles=of_questions[len(questions) - len(content.titles) :],
    )


def kept_vectors(folder: IndexFolder, old: Manifest, digests: dict[str, str]) -> Kept:
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
        # A question's vector depends on nothing but its text.
        texts = (a.text for a in old.asked)
        questions = dict(zip(texts, index.asked_vectors, strict=True))
        questions |= zip(old.unheld, index.unheld_vectors, strict=True)
        questions |= zip(old.titles, index.title_vectors, strict=True)
        return Kept(index.store.vectors(ids), sentences, questions)
    finally:
        index.close()
