"""What we know: the documents, how they are divided, and how they hang together."""

from corpus.asked import AskedAs, places
from corpus.check import check_corpus
from corpus.document import (
    Confidence,
    Document,
    Kind,
    Source,
    Status,
    parse_document,
    read_document,
)
from corpus.ledger import ArticleClaim, Evidence, Standing
from corpus.library import PACKAGED_CORPUS, Library
from corpus.passages import Line, Passage, split_passages
from corpus.sentences import sentence_spans

__all__ = [
    "PACKAGED_CORPUS",
    "ArticleClaim",
    "AskedAs",
    "Confidence",
    "Document",
    "Evidence",
    "Kind",
    "Library",
    "Line",
    "Passage",
    "Source",
    "Standing",
    "Status",
    "check_corpus",
    "parse_document",
    "places",
    "read_document",
    "sentence_spans",
    "split_passages",
]
