"""What one question may cost: seconds, tokens, tries."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

CHARACTERS_PER_TOKEN = 3.5
"""Of English text; for estimates before a provider has counted."""


class Budget(BaseModel):
    """The limits within which a chat model must answer one question.

    Attributes:
        seconds: for everything, waiting and repair included.
        first_seconds: patience until the model's first words; models that think need it.
        silence_seconds: patience between one piece of the stream and the next.
        attempts: requests at most.
        backoff_seconds: pause before the first retry; doubled for each further one.
        longest_wait_seconds: a provider that asks for a longer pause is not waited for.
        passage_tokens: of the passages shown, estimated.
        output_tokens: the model may write in one attempt, thinking included.
        output_characters: of one reply; what is longer is no answer of ours and is broken off.
        tokens: of all attempts together; no new attempt is begun that might pass it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds: float = Field(60, gt=0)
    first_seconds: float = Field(30, gt=0)
    silence_seconds: float = Field(15, gt=0)
    attempts: int = Field(4, ge=1)
    backoff_seconds: float = Field(0.5, ge=0)
    longest_wait_seconds: float = Field(10, ge=0)
    passage_tokens: int = Field(6_000, ge=100)
    output_tokens: int = Field(8_000, ge=100)
    output_characters: int = Field(24_000, ge=100)
    tokens: int = Field(40_000, ge=100)


def estimate_tokens(text: str) -> int:
    """A rough count of a text's tokens; Japanese is counted a token a character."""
    wide = sum(1 for char in text if ord(char) > 0x2E80)
    return round((len(text) - wide) / CHARACTERS_PER_TOKEN) + wide
