"""A stored result made again, and held to what it was: the same rules must give the same result.

Whoever makes a kind of result tells how it is made again, once, where the commands are wired:

    register("allocation", load)     load() -> Replayer; called when one is replayed, so that
                                     nothing heavy is loaded before
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.journal.records import ResultRecord
from corpus.errors import JournalError

Replayer = Callable[[str], str]
"""From a result's document to the document as it is made today, both JSON text."""

_ABSENT = "(nothing)"
_LONGEST = 200

_loaders: dict[str, Callable[[], Replayer]] = {}


class Difference(BaseModel):
    """Where the two differ: `path` as `weights.0.points`."""

    model_config = ConfigDict(frozen=True)

    path: str
    stored: str
    again: str


class Replayed(BaseModel):
    """A result as it was and as it is made today; no differences: it holds."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    again: str
    differences: tuple[Difference, ...]


def register(kind: str, load: Callable[[], Replayer]) -> None:
    """Tell how results of a kind are made again."""
    _loaders[kind] = load


def replay(record: ResultRecord) -> Replayed:
    """Make a result again, and compare.

    Raises:
        JournalError: its person was erased, or nothing knows how to make such a thing.
    """
    if record.document is None:
        raise JournalError(f'result "{record.id}" was erased at its user\'s wish')
    load = _loaders.get(record.kind)
    if load is None:
        known = ", ".join(sorted(_loaders)) or "nothing yet"
        raise JournalError(
            f'results of kind "{record.kind}" cannot be made again here; what can: {known}'
        )
    again = load()(record.document)
    differences = tuple(compare(json.loads(record.document), json.loads(again)))
    return Replayed(id=record.id, kind=record.kind, again=again, differences=differences)


def compare(stored: Any, again: Any, path: str = "") -> Iterator[Difference]:  # noqa: ANN401 - JSON
    """Where two JSON values differ, down to the smallest part."""
    if isinstance(stored, dict) and isinstance(again, dict):
        for key in sorted(stored.keys() | again.keys()):
            below = f"{path}.{key}" if path else str(key)
            yield from compare(stored.get(key, _ABSENT), again.get(key, _ABSENT), below)
    elif isinstance(stored, list) and isinstance(again, list):
        for index in range(max(len(stored), len(again))):
            below = f"{path}.{index}" if path else str(index)
            pair = (one[index] if index < len(one) else _ABSENT for one in (stored, again))
            yield from compare(*pair, below)
    elif type(stored) is not type(again) or stored != again:
        yield Difference(path=path or "(all)", stored=_told(stored), again=_told(again))


def _told(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text[:_LONGEST]
