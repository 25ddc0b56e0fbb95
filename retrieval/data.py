"""Reading the word lists that lie beside the code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

# The plain loader keeps every scalar as text: in lists of words, `no` and `on` are words. The one
# written in C reads the lists some ten times faster, which a cold start feels.
_LOADER: type[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def read_words(name: str) -> Any:  # noqa: ANN401 - lists of words have several shapes
    """The content of a YAML file of this package, every scalar as text."""
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - it can only build text, lists and maps
