"""Where a dialogue stands, as it is kept between two messages."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from bot.allocation import Interview
from bot.state import Dialogue

KIND = "allocate"
ASKING, SUMMARY, MAKING = "asking", "summary", "making"


class Talk(BaseModel):
    """The interview, what was picked so far where several may be, and the update of the last step.

    An update that is worked on again after a crash finds its own number in `by`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    interview: Interview = Interview()
    picked: tuple[str, ...] = ()
    by: int | None = None

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
        return Talk(interview=interview)

    def toggled(self, value: str) -> Talk:
        """With one more, or one less, picked."""
        picked = tuple(one for one in self.picked if one != value)
        if picked == self.picked:
            picked = (*picked, value)
        return Talk(interview=self.interview, picked=picked)
