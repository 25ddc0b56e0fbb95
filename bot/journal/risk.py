"""How urgent a turn is for the reviewers, and why. The weights are in `risk.yaml`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.journal.reasons import Reason

_FILE = Path(__file__).with_name("risk.yaml")
Share = Annotated[float, Field(ge=0, le=1)]


class Risk(BaseModel):
    """The rules, as the file has them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: dict[Reason, Annotated[int, Field(ge=0, le=1000)]]
    sample_share: Share
    second_share: Share
    lease_minutes: Annotated[int, Field(ge=1, le=24 * 60)]
    thin_below: Annotated[int, Field(ge=0)]
    stale_days: Annotated[int, Field(ge=1)]
    advice_words: tuple[str, ...]
    allocation_words: tuple[str, ...]

    def weigh(self, reasons: Iterable[Reason]) -> int:
        """The risk: the sum of the reasons' weights."""
        return sum(self.weights.get(reason, 0) for reason in reasons)

    def is_sampled(self, turn_id: str) -> bool:
        """Whether a turn is of the random sample; the same wherever and whenever it is asked."""
        return _lot("sample", turn_id) < self.sample_share

    def is_doubled(self, turn_id: str) -> bool:
        """Whether a turn, once judged, waits for a second, blind review."""
        return _lot("second", turn_id) < self.second_share

    def asked_for(self, question: str) -> tuple[Reason, ...]:
        """Advice or an allocation, as the question's words have it."""
        found = []
        if self._advice.search(question):
            found.append(Reason.ADVICE)
        if self._allocation.search(question):
            found.append(Reason.ALLOCATION)
        return tuple(found)

    @cached_property
    def _advice(self) -> re.Pattern[str]:
        return re.compile("|".join(self.advice_words), re.IGNORECASE)

    @cached_property
    def _allocation(self) -> re.Pattern[str]:
        return re.compile("|".join(self.allocation_words), re.IGNORECASE)


@cache
def load_risk() -> Risk:
    """The rules of the package."""
    import yaml

    return Risk.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def _lot(purpose: str, turn_id: str) -> float:
    """A number from 0 to 1 that depends on the id alone, evenly spread."""
    digest = hashlib.sha256(f"{purpose} {turn_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
