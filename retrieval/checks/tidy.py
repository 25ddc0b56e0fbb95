"""One shape for what can be typed in several: quotation marks, dashes, full-width characters."""

from __future__ import annotations

import re
import unicodedata

_SHAPES = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–−", "-"),
        "—": " - ",
        "*": None,
        "、": ", ",
        "。": ". ",
        "「": ' "',
        "」": '" ',
    }
)
_CITATION = re.compile(r"\s?\[\d+(?:\s?[,-]\s?\d+)*\]")
_EMPHASIS = re.compile(r"(?<!\w)_+|_+(?!\w)")


def tidy(text: str) -> str:
    """One shape for quotation marks, dashes, full-width characters and white space.

    Citation numbers such as `[2]` and Markdown emphasis are left out: they are not said.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_SHAPES)
    elif "*" in text or "`" in text:
        text = text.replace("*", "").replace("`", "'")
    if "[" in text:
        text = _CITATION.sub("", text)
    if "_" in text:
        text = _EMPHASIS.sub("", text)
    return " ".join(text.split())
