"""An allocation made again for a reviewer, by the rules and the documents there are now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.journal.replay import Difference, compare
from corpus.errors import LodestoneError

if TYPE_CHECKING:
    from bot.journal.review import TurnDetail
    from corpus import Library

_MOST = 20
"""Differences that are shown."""


class Replayed(BaseModel):
    """What came of it. `trouble`: it cannot be made again, and why."""

    model_config = ConfigDict(frozen=True)

    same: bool = False
    differences: tuple[Difference, ...] = ()
    trouble: str | None = None


def replayed(detail: TurnDetail, library: Library) -> Replayed | None:
    """Make the turn's result again; None: there is none to be read."""
    import json

    from bot.allocation.recording import replayer

    stored = detail.result
    if stored is None:
        return None
    try:
        again = replayer(library)(stored)
    except LodestoneError as error:
        return Replayed(trouble=str(error))
    differences = tuple(compare(json.loads(stored), json.loads(again)))[:_MOST]
    return Replayed(same=again == stored, differences=differences)
