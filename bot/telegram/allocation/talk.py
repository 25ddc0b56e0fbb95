"""Where a dialogue stands, as it is kept between two messages."""

from __future__ import annotations

import secrets
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from bot.allocation import Interview
from bot.state import Dialogue

KIND = "allocate"
ASKING, SUMMARY, MAKING = "asking", "summary", "making"


class Talk(BaseModel):
    """A dialogue between two messages.

    Attributes:
        id: tells it from earlier ones, whose steps had the same numbers.
        interview: the answers.
        picked: what was picked so far where several may be.
        by: the update of the last step; one that is worked on again after a crash finds itself.
        note: what was said of that step, to be said again then.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = ""
    interview: Interview = Interview()
    picked: tuple[str, ...] = ()
    by: int | None = None
    note: str | None = None

    @classmethod
    def begin(cls) -> Self:
        """A new one, at the first question."""
        return cls(id=secrets.token_urlsafe(6))

    @classmethod
    def of(cls, dialogue: Dialogue) -> Self:
        """As it was kept."""
        return cls.model_validate(dialogue.data)

    def as_data(self) -> dict[str, Any]:
        """As it is kept."""
        return self.model_dump(mode="json")

    @property
    def step(self) -> str:
        """The step it is at, short of making the result."""
        return SUMMARY if self.interview.is_complete else ASKING

    def with_interview(self, interview: Interview) -> Talk:
        """At another question; what was picked belonged to the one before."""
        return self.model_copy(update={"interview": interview, "picked": ()})

    def toggled(self, value: str) -> Talk:
        """With one more, or one less, picked."""
        picked = tuple(one for one in self.picked if one != value)
        if picked == self.picked:
            picked = (*picked, value)
        return self.model_copy(update={"picked": picked})
