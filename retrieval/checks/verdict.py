"""What a check says of a claim."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Gate = Literal["quote", "figure", "meaning"]


class Failure(BaseModel):
    """One reason why a claim is not supported.

    Attributes:
        gate: which of the three gates it failed.
        reason: the kind of fault, one of a few fixed words: fit for counting.
        detail: what exactly, for the log.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    gate: Gate
    reason: str
    detail: str


class Verdict(BaseModel):
    """Whether a claim may be sent, and if not, why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ok: bool
    failures: tuple[Failure, ...] = ()
