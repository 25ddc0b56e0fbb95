"""Front matter on top, body below: how a file's text is divided, without altering a character."""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from corpus.errors import DocumentError

_FENCES = re.compile(r"\A\ufeff?---\r?\n(.*?)^---\r?(?:\n|\Z)", re.DOTALL | re.MULTILINE)

# libyaml reads the corpus about ten times faster; PyYAML's own parser is the same but for speed.
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class StrictLoader(_Loader):  # type: ignore[misc,valid-type]
    """A safe YAML loader that refuses a key given twice, which YAML would settle silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Build one mapping.

        Raises:
            yaml.constructor.ConstructorError: a key stands twice.
        """
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                continue
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} is given twice", key_node.start_mark
                )
            seen.add(key)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return mapping


def read_text(path: Path) -> str:
    """The file's text exactly as stored: no newline is translated, so offsets stay true.

    Raises:
        DocumentError: the file cannot be read or is not UTF-8.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except UnicodeDecodeError as error:
        raise DocumentError(f"{path}: not UTF-8 text ({error.reason}); save it as UTF-8") from error
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read ({error.strerror})") from error


def split_front_matter(text: str, where: str) -> tuple[dict[str, Any], str]:
    """Divide `text` into its front matter and its body.

    Args:
        text: the whole file.
        where: how to call the file in an error.

    Raises:
        DocumentError: no front matter between two `---` lines, or it is no YAML mapping.
    """
    match = _FENCES.match(text)
    if match is None:
        raise DocumentError(
            f"{where}: no front matter; start the file with YAML between two '---' lines"
        )
    meta = load_yaml(match.group(1), where)
    if not isinstance(meta, dict):
        raise DocumentError(f"{where}: the front matter is not a mapping of keys to values")
    return meta, text[match.end() :]


def load_yaml(text: str, where: str) -> Any:  # noqa: ANN401 - YAML may hold anything
    """Parse YAML strictly.

    Raises:
        DocumentError: it does not parse, or gives a key twice.
    """
    try:
        return yaml.load(text, Loader=StrictLoader)  # noqa: S506 - derives from a safe loader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # A day that is none, such as 2025-13-45, is a ValueError.
        reason = " ".join(str(error).split())
        raise DocumentError(f"{where}: the YAML does not parse: {reason}") from error
