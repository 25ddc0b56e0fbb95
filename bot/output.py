"""What is written to a terminal or a pipe: nothing in it can command the terminal it lands on."""

from __future__ import annotations

import sys
import unicodedata

INTERRUPTED = 130
"""Exit status of a command stopped by Ctrl-C, as shells give it."""

_COMMANDING = {"Cc", "Cf", "Cs", "Co", "Cn"}
"""Controls, invisible direction marks, half characters, and what Unicode has not assigned."""

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def printable(text: str) -> str:
    """The text with each character that may steer a terminal replaced, one for one.

    Line feeds and tabs stay, and offsets stay true. `retrieval.answer.clean_text` tidies more, and
    is for text that is worked on.
    """
    return "".join(
        c if c in "\n\t" or unicodedata.category(c) not in _COMMANDING else _REPLACEMENT
        for c in text
    )


def warn(text: str) -> None:
    """One line to stderr."""
    sys.stderr.write(f"lodestone: {printable(' '.join(text.split()))}\n")
    sys.stderr.flush()
