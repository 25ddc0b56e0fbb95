"""A file of profiles, one JSON object a line, worked through in order without keeping any."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from bot.allocation.engine import Allocator
from bot.allocation.profile import Profile
from corpus.errors import LodestoneError, ProfileError

Permit = Callable[[Profile], None]
"""Raises where an operator does not allow an allocation for a profile."""


def allocation_lines(
    allocator: Allocator, lines: Iterable[bytes], today: date, permit: Permit = lambda _: None
) -> Iterator[str]:
    """One JSON line for each profile line: an Allocation, or `{"error": ..., "line": n}`.

    A line that cannot be used does not stop the others. Blank lines are passed over; a byte-order
    mark and CRLF are accepted.
    """
    for number, raw in enumerate(lines, start=1):
        line = raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
        if not line.strip():
            continue
        try:
            profile = allocator.parse(load_profile(line))
            permit(profile)
            yield allocator.allocate(profile, today).to_json()
        except LodestoneError as error:
            yield json.dumps({"error": str(error), "line": number}, ensure_ascii=False)


def load_profile(raw: bytes) -> object:
    """JSON data from a file's bytes, or from one line of it.

    Raises:
        ProfileError: it is no JSON, gives a key twice, or a number too long to be meant.
    """
    try:
        text = raw.removeprefix(codecs.BOM_UTF8).decode("utf-8").strip()
        return json.loads(text, object_pairs_hook=_each_once)
    except UnicodeDecodeError:
        raise ProfileError("not UTF-8 text; save the file as UTF-8") from None
    except RecursionError:
        raise ProfileError("not a profile: nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ProfileError(f"not JSON: {error.msg} (column {error.colno})") from None
    except ValueError:
        raise ProfileError("not a profile: a number has too many digits") from None


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    data: dict[str, object] = {}
    for key, value in pairs:
        if key in data:
            raise ProfileError(f"{key}: the key is given twice; keep one")
        data[key] = value
    return data
