"""How long Telegram asks to be left alone."""

from __future__ import annotations

from datetime import timedelta

from telegram.error import RetryAfter


def flood_wait(error: RetryAfter) -> float:
    """Seconds; the library tells them as a number or as a span, as it is set."""
    span = error.retry_after
    return span.total_seconds() if isinstance(span, timedelta) else float(span)
