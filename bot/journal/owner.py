"""Whose a text is: the name under which somebody's key is found."""

from __future__ import annotations

LOCAL = "local"
"""Who asks in the terminal."""


def owner_of(user_id: int | None, chat_id: int | None = None) -> str:
    """Whose key a text is sealed with: a person's, else a chat's, else this machine's own."""
    if user_id is not None:
        return f"telegram:{user_id}"
    return f"chat:{chat_id}" if chat_id is not None else LOCAL
