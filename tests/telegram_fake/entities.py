"""Telegram's HTML: the text a reader sees and its marks, or the refusal that bad markup gets."""

from __future__ import annotations

import html
import re
from typing import Any

from tests.telegram_fake.refusals import RefusedError, bad

KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline", "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "code": "code", "pre": "pre", "a": "text_link", "tg-spoiler": "spoiler", "span": "spoiler",
    "blockquote": "blockquote", "tg-emoji": "custom_emoji", "tg-time": "date_time",
}  # fmt: skip
MOST = 100
"""Marks of one message; the rest are dropped, as Telegram does."""

_PIECE = re.compile(r"<(?P<end>/)?(?P<tag>[^\s<>/]*)(?P<rest>[^<>]*)>|(?P<text>[^<]+)|(?P<odd><)")
_KNOWN = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9A-Fa-f]+);")


def utf16(text: str) -> int:
    """Length as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse(markup: str, mode: str | None) -> tuple[str, list[dict[str, Any]]]:
    """The visible text and its marks.

    Raises:
        RefusedError: the markup is not Telegram's HTML.
    """
    if mode is None:
        return markup, _automatic(markup)
    if mode.upper() != "HTML":
        raise bad("unsupported parse_mode")
    text, marks, open_tags = "", list[dict[str, Any]](), list[tuple[str, int, str]]()
    for piece in _PIECE.finditer(markup):
        offset = len(markup[: piece.start()].encode())
        if piece["odd"]:
            raise _cannot(f"Unclosed start tag at byte offset {offset}")
        if piece["text"] is not None:
            text += _decoded(piece["text"])
            continue
        tag = piece["tag"].lower()
        if piece["end"]:
            if not open_tags or open_tags[-1][0] != tag:
                expected = open_tags[-1][0] if open_tags else ""
                raise _cannot(
                    f'Unmatched end tag at byte offset {offset}, expected "</{expected}>", '
                    f'found "</{tag}>"'
                )
            _, start, rest = open_tags.pop()
            if utf16(text) > start:
                marks.append(_mark(tag, start, utf16(text) - start, rest))
        elif tag not in KINDS:
            raise _cannot(f'Unsupported start tag "{tag}" at byte offset {offset}')
        else:
            open_tags.append((tag, utf16(text), piece["rest"]))
    if open_tags:
        raise _cannot(f'Can\'t find end tag corresponding to start tag "{open_tags[-1][0]}"')
    marks += _automatic(text)
    marks.sort(key=lambda mark: (mark["offset"], -mark["length"]))
    return text, marks[:MOST]


def _mark(tag: str, start: int, length: int, rest: str) -> dict[str, Any]:
    kind = KINDS[tag]
    if tag == "blockquote" and "expandable" in rest:
        kind = "expandable_blockquote"
    mark: dict[str, Any] = {"type": kind, "offset": start, "length": length}
    if kind == "text_link":
        found = re.search(r'href\s*=\s*"([^"]*)"', rest)
        mark["url"] = html.unescape(found[1]) if found else ""
    return mark


def _automatic(text: str) -> list[dict[str, Any]]:
    """Commands and mentions, which Telegram marks by itself."""
    found: list[dict[str, Any]] = []
    for kind, pattern in (
        ("bot_command", r"(?<![\w/])/\w{1,64}(?:@\w+)?"),
        ("mention", r"(?<!\w)@\w{3,32}"),
    ):
        found += [
            {"type": kind, "offset": utf16(text[: match.start()]), "length": utf16(match[0])}
            for match in re.finditer(pattern, text, re.ASCII)
        ]
    return found


def marks_of(text: str) -> list[dict[str, Any]]:
    """What Telegram would mark in a text that a person typed."""
    return _automatic(text)


def _decoded(text: str) -> str:
    return _KNOWN.sub(lambda found: html.unescape(found[0]), text)


def _cannot(reason: str) -> RefusedError:
    return bad(f"can't parse entities: {reason}")
