"""What the documents do not say: questions close to them that none of them answers.

A file `unheld.yaml`, anywhere in the corpus folder, lists such questions. What lies nearer to these
than to what the documents are asked for is refused sooner. They are never shown. Whoever adds a
document that answers one takes it from the list.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from corpus.document import Line
from corpus.errors import DocumentError
from corpus.front_matter import load_yaml

UNHELD_NAME = "unheld.yaml"

_File = TypeAdapter(tuple[Annotated[Line, Field(min_length=3)], ...])


def parse_unheld(text: str, where: str) -> tuple[str, ...]:
    """Read the text of such a file.

    Raises:
        DocumentError: it is no list of questions.
    """
    try:
        return _File.validate_python(load_yaml(text, where) or ())
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise DocumentError(f"{where}: {place}: {first['msg']}") from error
