"""What Telegram says when it refuses a call."""

from __future__ import annotations

from typing import Any


class RefusedError(Exception):
    """A call is refused, in Telegram's words."""

    def __init__(self, description: str, status: int = 400, **parameters: Any) -> None:  # noqa: ANN401
        self.description = description
        self.status = status
        self.parameters = parameters
        super().__init__(description)


def bad(reason: str) -> RefusedError:
    """A request that cannot be met."""
    return RefusedError(f"Bad Request: {reason}")


def forbidden(reason: str) -> RefusedError:
    """A chat that is closed to the bot."""
    return RefusedError(f"Forbidden: {reason}", 403)


def flood(seconds: int) -> RefusedError:
    """Too many calls."""
    return RefusedError(f"Too Many Requests: retry after {seconds}", 429, retry_after=seconds)
