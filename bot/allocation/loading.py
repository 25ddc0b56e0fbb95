"""Read the rule file and the list of funds; say in one line, with its number, what is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bot.allocation.rules import Rules
from bot.allocation.universe import Universe
from corpus.errors import DocumentError, RulesError
from corpus.front_matter import load_yaml, read_text

RULES_FILE = Path(__file__).with_name("rules.yaml")
UNIVERSE_FILE = Path(__file__).with_name("universe.yaml")

Where = tuple[str | int, ...]
_Model = TypeVar("_Model", bound=BaseModel)


class RuleSet(NamedTuple):
    """Rules and funds as they were read, and the hash that tells them from others."""

    rules: Rules
    universe: Universe
    digest: str
    lines: Mapping[Where, int]
    path: Path

    def complain(self, where: Where, reason: str) -> RulesError:
        """An error that names the line of the rule file."""
        return RulesError(f"{self.path}:{_line(self.lines, where)}: {_dotted(where)}{reason}")


@cache
def packaged_rules() -> RuleSet:
    """The rules and funds that come with Lodestone, read once.

    Raises:
        RulesError: see `load_rules`.
    """
    return load_rules()


def load_rules(rules_file: Path = RULES_FILE, universe_file: Path = UNIVERSE_FILE) -> RuleSet:
    """Read both files.

    Raises:
        RulesError: a file that cannot be read, an unknown key, a table that does not add up.
    """
    rules_text, universe_text = (_read(path) for path in (rules_file, universe_file))
    digest = hashlib.sha256()
    for text in (rules_text, universe_text):
        # The same rules have the same hash however a checkout ends its lines.
        digest.update(text.replace("\r\n", "\n").encode() + b"\0")
    rules, lines = _parse(rules_text, rules_file, Rules)
    universe, _ = _parse(universe_text, universe_file, Universe, wrap="funds")
    return RuleSet(rules, universe, digest.hexdigest()[:16], lines, rules_file)


def _read(path: Path) -> str:
    try:
        return read_text(path)
    except DocumentError as error:
        raise RulesError(str(error)) from error


def _parse(
    text: str, path: Path, model: type[_Model], wrap: str | None = None
) -> tuple[_Model, Mapping[Where, int]]:
    try:
        data = load_yaml(text, str(path))
    except DocumentError as error:
        raise RulesError(str(error)) from error
    lines = _lines(yaml.compose(text, Loader=yaml.CSafeLoader))
    if wrap:
        data = {wrap: data}
        lines = {(wrap, *where): line for where, line in lines.items()}
    if not isinstance(data, dict):
        raise RulesError(f"{path}: not a mapping of keys to values")
    try:
        return model.model_validate(data), lines
    except ValidationError as error:
        problems = error.errors(include_url=False)
        # A misspelt key is also a missing one; the line to mend is where it stands.
        first = next((p for p in problems if p["type"] == "extra_forbidden"), problems[0])
        where = tuple(part for part in first["loc"] if part != "[key]")
        reason = {
            "missing": "missing; add it",
            "extra_forbidden": "unknown key; remove it or mend its spelling",
        }.get(first["type"], str(first["msg"]).removeprefix("Value error, "))
        if not where:
            # A complaint about the whole names the place itself, as `base_mix.3-10y.4: …`.
            named, _, rest = reason.partition(": ")
            parts = tuple(named.split("."))
            where, reason = (parts, rest) if rest and parts[:1] in lines else ((), reason)
        raise RulesError(f"{path}:{_line(lines, where)}: {_dotted(where)}{reason}") from error


def _lines(node: yaml.Node | None, where: Where = ()) -> dict[Where, int]:
    """The line of every key and entry, counted from 1; keys as YAML wrote them."""
    found: dict[Where, int] = {where: node.start_mark.line + 1} if node else {}
    pairs: list[tuple[str | int, yaml.Node, int]] = []
    if isinstance(node, yaml.MappingNode):
        pairs = [(key.value, value, key.start_mark.line + 1) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        pairs = [(n, value, value.start_mark.line + 1) for n, value in enumerate(node.value)]
    for key, value, line in pairs:
        found |= _lines(value, (*where, key))
        found[(*where, key)] = line
    return found


def _line(lines: Mapping[Where, Any], where: Where) -> int:
    """The line of a place, or of the nearest one around it that the file has."""
    spelt: tuple[Where, ...] = (where, tuple(w if isinstance(w, int) else str(w) for w in where))
    mapped = tuple(str(w) for w in where)
    for end in range(len(where), -1, -1):
        for candidate in (*spelt, mapped):
            if candidate[:end] in lines:
                return int(lines[candidate[:end]])
    return 1


def _dotted(where: Where) -> str:
    return f"{'.'.join(str(part) for part in where)}: " if where else ""
