"""What the chain is built from. The core never reads the environment: it is handed this."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

PACKAGED_MODEL = "minilm"


class Configuration(BaseModel):
    """Where things live and which models to use.

    Attributes:
        home: folder for the index; made when missing.
        corpus: folder of documents; None: the packaged corpus.
        embedding: `minilm` for the packaged model, else a sentence-transformers name or folder.
        chroma_url: address of a Chroma server; None: Chroma in this process, below `home`.
        model: a chat model as `provider:model`; None: answers are composed without a model.
        model_url: the chat model's base address, where it is not the provider's own.
        model_api_key: the chat model's key.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path
    corpus: Path | None = None
    embedding: str = PACKAGED_MODEL
    chroma_url: str | None = None
    model: str | None = None
    model_url: str | None = None
    model_api_key: str | None = Field(None, repr=False)
