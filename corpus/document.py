"""One document of the corpus: its front matter as a typed, frozen model, and its body."""

from __future__ import annotations

import datetime
import hashlib
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from corpus.errors import DocumentError
from corpus.front_matter import read_text, split_front_matter

Line = Annotated[str, StringConstraints(min_length=1, pattern=r"\A[^\r\n]*\S[^\r\n]*\z")]
"""Text that is not blank and stands on one line."""

DocumentId = Annotated[str, StringConstraints(pattern=r"\A[a-z0-9]+(?:-[a-z0-9]+)*\z")]

Jurisdiction = Annotated[str, StringConstraints(pattern=r"\A(?:[A-Z]{2}|G7)\z")]
"""Two capital letters as in ISO 3166-1, or the grouping the briefs speak of."""


class Kind(StrEnum):
    """What sort of text a document is. Only `official-text` is an instrument's own wording."""

    ARTICLE = "article"
    POLICY_BRIEF = "policy-brief"
    COMPANY_BRIEF = "company-brief"
    FUND_BRIEF = "fund-brief"
    MARKET_BRIEF = "market-brief"
    TIMELINE = "timeline"
    OFFICIAL_TEXT = "official-text"


class Status(StrEnum):
    """How the measure stands on the day the document was checked."""

    IN_FORCE = "in-force"
    AMENDED = "amended"
    SUPERSEDED = "superseded"
    SUSPENDED = "suspended"
    STRUCK_DOWN = "struck-down"
    EXPIRED = "expired"
    ANNOUNCED = "announced"
    IN_NEGOTIATION = "in-negotiation"


RUNNING = frozenset({Status.IN_FORCE, Status.AMENDED, Status.SUSPENDED})
ENDED = frozenset({Status.SUPERSEDED, Status.STRUCK_DOWN, Status.EXPIRED})


class Confidence(StrEnum):
    """How far the brief's writer trusts the sources behind it."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Source(BaseModel):
    """Where a brief's facts come from. `date` and `url` are null where the page gave none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Line
    publisher: Line
    date: datetime.date | None
    url: Line | None


class Document(BaseModel):
    """A document and its body. Citations are `[start, end)` in characters of `body`.

    `effective_from` is the first day a measure applies, `effective_until` the last, inclusive;
    null means not known, or no end. `next_date` is the nearest dated milestone. `digest` is the
    sha256 of the whole file, so any change to it, front matter included, is noticed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: DocumentId
    title: Line
    kind: Kind
    issuer: Line
    jurisdictions: tuple[Jurisdiction, ...] = Field(min_length=1)
    topics: tuple[Line, ...] = Field(min_length=1)
    published: date
    effective_from: date | None
    effective_until: date | None
    status: Status
    supersedes: tuple[str, ...]
    superseded_by: tuple[str, ...]
    official_url: Annotated[str, StringConstraints(pattern=r"\Ahttps?://\S+\z")] | None
    sources: tuple[Source, ...] = Field(min_length=1)
    checked: date
    confidence: Confidence
    next_date: date | None = None
    next_event: Annotated[Line, StringConstraints(max_length=200)] | None = None
    body: str
    path: Path
    digest: str

    @model_validator(mode="after")
    def _milestone_is_whole(self) -> Self:
        if (self.next_date is None) != (self.next_event is None):
            raise ValueError("next_date and next_event: give both or neither")
        return self

    @property
    def is_own_summary(self) -> bool:
        """True for a brief in our own words, which every place that shows it must say."""
        return self.kind is not Kind.OFFICIAL_TEXT

    @property
    def url(self) -> str | None:
        """The instrument's official address, else the first source that has one."""
        return self.official_url or next((s.url for s in self.sources if s.url), None)


def parse_document(text: str, path: Path) -> Document:
    """Read a document from its file's text.

    Args:
        text: the whole file, newlines as stored.
        path: where it lies, for errors and for `Document.path`.

    Raises:
        DocumentError: no front matter, a missing or unknown key, a value of the wrong kind.
    """
    meta, body = split_front_matter(text, str(path))
    clash = {"body", "path", "digest"} & meta.keys()
    if clash:
        raise DocumentError(f"{path}: unknown front-matter key {sorted(clash)[0]!r}; remove it")
    if not body.strip():
        raise DocumentError(f"{path}: the body is empty; write the text below the front matter")
    digest = hashlib.sha256(text.encode()).hexdigest()
    values: dict[str, Any] = {str(key): value for key, value in meta.items()}
    try:
        return Document(**values, body=body, path=path, digest=digest)
    except ValidationError as error:
        raise DocumentError(f"{path}: {_first_problem(error)}") from error


def read_document(path: Path) -> Document:
    """Read a document from its file.

    Raises:
        DocumentError: it cannot be read; see `parse_document`.
    """
    return parse_document(read_text(path), path)


def _first_problem(error: ValidationError) -> str:
    problems = error.errors(include_url=False)
    first = problems[0]
    place = ".".join(str(part) for part in first["loc"])
    hint = {
        "missing": "missing; add it",
        "extra_forbidden": "unknown key; remove it or mend its spelling",
    }.get(first["type"], first["msg"])
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{place}: {hint}{more}" if place else f"{hint}{more}"
