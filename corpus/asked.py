"""How people ask for what a document says: questions kept beside it, each bound to a sentence.

People ask in other words than policy is written in. A file `ID.asked.yaml` beside `ID.md` holds,
for the sentences that tell a fact, questions that each answers; they help to find the sentence and
are never shown or cited. A document without such a file is found by its own words alone.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from corpus.document import Document, Line
from corpus.errors import DocumentError
from corpus.front_matter import load_yaml

SUFFIX = ".asked.yaml"

_MARK = re.compile(r"\*\*|__|`")


class AskedAs(BaseModel):
    """Questions that one sentence answers.

    Attributes:
        says: words of the sentence, enough of them to stand just once in the document.
        asked: the questions.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    says: Line
    asked: Annotated[tuple[Line, ...], Field(min_length=1)]


_File = TypeAdapter(tuple[AskedAs, ...])


def asked_file(document: Path) -> Path:
    """Where the questions of the document in this file are kept."""
    return document.with_name(document.stem + SUFFIX)


def parse_asked(text: str, where: str) -> tuple[AskedAs, ...]:
    """Read the text of such a file.

    Raises:
        DocumentError: it is no list of sentences with their questions.
    """
    try:
        return _File.validate_python(load_yaml(text, where) or ())
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise DocumentError(f"{where}: {place}: {first['msg']}") from error


def places(document: Document, says: str) -> list[int]:
    """Where in the body these words begin, Markdown's marks and line breaks set aside.

    Example:
        >>> places(document, "Japanese cars pay 15%")
        [812]
    """
    words = (re.escape(word) for word in _MARK.sub("", says).split())
    marks = r"(?:\*\*|__|`)?"
    pattern = rf"{marks}\s+{marks}".join(words)
    return [match.start() for match in re.finditer(pattern, document.body)]
