"""The few pieces of Telegram's HTML that messages are made of, with all text escaped."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

LONGEST_LINK = 1024
"""Characters; a longer address is left out, so that a tag never crowds out the text around it."""

_UNSENDABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def utf16_length(text: str) -> int:
    """Length as Telegram counts it: UTF-16 code units, two for an emoji."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def escape(text: str) -> str:
    """Text made fit to stand in a message.

    Markup shows as it was typed; control characters and halves of surrogate pairs, which Telegram
    does not take, become replacement characters.
    """
    return html.escape(_UNSENDABLE.sub("\ufffd", text), quote=False)


def bold(text: str) -> str:
    """Escaped text in bold."""
    return f"<b>{escape(text)}</b>"


def italic(text: str) -> str:
    """Escaped text in italics."""
    return f"<i>{escape(text)}</i>"


def code(text: str) -> str:
    """Escaped text that a tap copies."""
    return f"<code>{escape(text)}</code>"


def folded(markup: str) -> str:
    """Markup in a quotation that opens with a tap."""
    return f"<blockquote expandable>{markup}</blockquote>"


def linked(text: str, url: str | None) -> str:
    """Escaped text that leads to a web address; where that is none, the text alone."""
    if not url or len(url) > LONGEST_LINK:
        return escape(text)
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return escape(text)
    if parts.scheme not in {"http", "https"} or not host:
        return escape(text)
    address = html.escape(_UNSENDABLE.sub("", url), quote=True)
    return f'<a href="{address}">{escape(text)}</a>'
