"""What goes into an index: the passages and sentences of every document, with their texts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from corpus import Document, Library, Passage, places, sentence_spans, split_passages
from corpus.errors import DocumentError
from retrieval.embedding import EmbeddingModel
from retrieval.features import what_it_holds
from retrieval.index import Asked, Sentence


@dataclass
class Content:
    """The parts of one index as they are put together.

    Passages and `passage_texts` run side by side, as do sentences and `sentence_texts`; `titles`
    has one entry for each document that has a passage, in the order of their first passages.
    `asked` are the questions kept beside the documents, by the sentences that answer them;
    `unheld` are questions that none of them answers.
    """

    passages: list[Passage] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    passage_texts: list[str] = field(default_factory=list)
    sentence_texts: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    unheld: list[str] = field(default_factory=list)


def gather_content(library: Library, model: EmbeddingModel) -> Content:
    """Divide every document, measuring passages as the model will read them."""
    content = Content()
    for document in library:
        passages = split_passages(document, measure=model.count_wordpieces)
        if passages:
            content.titles.append(document.title)
        before = len(content.sentences)
        for passage in passages:
            _add(content, document, passage)
        content.asked += _asked(library, document, content.sentences[before:], before)
    with suppress(DocumentError):  # told by `lodestone corpus check`
        content.unheld += library.unheld()
    return content


def passage_text(document: Document, passage: Passage) -> str:
    """What is embedded and counted for a passage: its title and section, then its own text."""
    return f"{document.title} - {passage.section}\n{document.body[passage.start : passage.end]}"


def _add(content: Content, document: Document, passage: Passage) -> None:
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


def _asked(
    library: Library, document: Document, sentences: list[Sentence], before: int
) -> Iterator[Asked]:
    """The questions beside a document, each bound to the position of its sentence.

    What cannot be read or placed is left out, as the document is found without it; `lodestone
    corpus check` tells it.
    """
    try:
        entries = library.asked(document.id)
    except DocumentError:
        return
    for entry in entries:
        found = places(document, entry.says)
        held = [i for i, s in enumerate(sentences, before) if found and s.start <= found[0] < s.end]
        for position in held[:1]:
            yield from (Asked(sentence=position, text=text) for text in entry.asked)
