"""The ledger of the anchor article's checkable claims: how each one stands, with its evidence."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from corpus.document import Line
from corpus.errors import DocumentError
from corpus.front_matter import load_yaml, read_text

LEDGER_NAME = "claims.yaml"


class Standing(StrEnum):
    """How an article's claim compares with what the other documents say."""

    HOLDS = "holds"
    OUTDATED = "outdated"
    IMPRECISE = "imprecise"
    CONTESTED = "contested"
    WRONG = "wrong"
    UNVERIFIED = "unverified"


class Evidence(BaseModel):
    """A sentence of another document, word for word, that bears on the claim."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: str
    quote: str = Field(min_length=1)


class ArticleClaim(BaseModel):
    """One claim of the article; `quote` is where the article makes it.

    `since` is the day from which an outdated claim no longer holds, where that is known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Line
    claim: Line
    quote: str = Field(min_length=1)
    article_reference: int | None
    standing: Standing
    since: date | None
    summary: Line
    evidence: tuple[Evidence, ...] = Field(max_length=3)


_Claims = TypeAdapter(tuple[ArticleClaim, ...])


def read_ledger(path: Path) -> tuple[ArticleClaim, ...]:
    """Read the ledger file; a corpus without one has no claims to speak of.

    Raises:
        DocumentError: the file is there but cannot be read as a ledger.
    """
    if not path.exists():
        return ()
    try:
        return _Claims.validate_python(load_yaml(read_text(path), str(path)))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        reason = f"{place}: {first['msg']}" if place else first["msg"]
        raise DocumentError(f"{path}: {reason}") from error
