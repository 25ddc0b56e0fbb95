"""What goes into an index: the passages and sentences of every document, with their texts."""

from __future__ import annotations

from dataclasses import dataclass, field

from corpus import Document, Library, Passage, sentence_spans, split_passages
from retrieval.embedding import EmbeddingModel
from retrieval.features import what_it_holds
from retrieval.index import Sentence


@dataclass
class Content:
    """The parts of one index as they are put together.

    Passages and `passage_texts` run side by side, as do sentences and `sentence_texts`; `titles`
    has one entry for each document that has a passage, in the order of their first passages.
    """

    passages: list[Passage] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    passage_texts: list[str] = field(default_factory=list)
    sentence_texts: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)


def gather_content(library: Library, model: EmbeddingModel) -> Content:
    """Divide every document, measuring passages as the model will read them."""
    content = Content()
    for document in library:
        passages = split_passages(document, measure=model.count_wordpieces)
        if passages:
            content.titles.append(document.title)
        for passage in passages:
            _add(content, document, passage)
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
