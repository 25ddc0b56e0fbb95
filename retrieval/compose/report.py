"""What happened when a chat model was asked to write: for the journal, not for the reader."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Tokens = Annotated[int | None, Field(ge=0)]
"""As the provider counted them; null where it told nothing."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Attempt(_Model):
    """One request to the model.

    Attributes:
        result: `ok`, or what went wrong, on one line.
        seconds: from the request to its end.
        tokens_in: of the prompt.
        tokens_out: of what the model wrote, thinking included.
    """

    result: str
    seconds: float = Field(ge=0)
    tokens_in: Tokens = None
    tokens_out: Tokens = None


class CutClaim(_Model):
    """A claim the model wrote and the reader never saw.

    Attributes:
        text: the claim, shortened when it is very long.
        gate: `form` for what is no claim at all, else the gate it failed (`retrieval/verify.py`).
        reason: one of a few fixed words: fit for counting.
        detail: what exactly.
    """

    text: str
    gate: Literal["form", "quote", "figure", "meaning"]
    reason: str
    detail: str = ""


class CompositionReport(_Model):
    """How a chat model's answer came about.

    Attributes:
        model: as configured, `provider:model`.
        attempts: every request, in order.
        seconds: from the first request until the answer stood, waiting included.
        tokens_in: of all attempts; null where no attempt was counted.
        tokens_out: likewise.
        cost_usd: at list prices; null where the tokens or the price are not known.
        claims_written: claims the model handed in.
        claims_kept: of these, how many passed every gate and were sent.
        claims_cut: the others, with reasons.
        failure: why nothing of the model was sent, on one line; null when it was.
        fell_back: whether the answer was told in the documents' own sentences instead.
    """

    model: str
    attempts: tuple[Attempt, ...] = ()
    seconds: float = Field(0, ge=0)
    tokens_in: Tokens = None
    tokens_out: Tokens = None
    cost_usd: float | None = Field(None, ge=0)
    claims_written: int = Field(0, ge=0)
    claims_kept: int = Field(0, ge=0)
    claims_cut: tuple[CutClaim, ...] = ()
    failure: str | None = None
    fell_back: bool = False
