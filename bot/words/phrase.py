"""What every part of a language's words is made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Phrase = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class WordsModel(BaseModel):
    """A group of phrases. A missing or misspelt key fails at load, not in a chat."""

    model_config = ConfigDict(frozen=True, extra="forbid")
