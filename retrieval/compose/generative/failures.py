"""What went wrong with a request, in one line, and whether to try again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

_WORTH_ANOTHER_TRY = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_FORM_REFUSED = frozenset({400, 415, 422, 501})
_SECRET = re.compile(r"\b(?:sk|key|Bearer)[-_ ][\w.*-]{6,}", re.IGNORECASE)
_STATUS_AGAIN = re.compile(r"^Error code: \d{3} - ")
_LONGEST = 200


@dataclass(frozen=True)
class Trouble:
    """One failed request.

    Attributes:
        reason: on one line, without secrets.
        retry: whether the same request may succeed later.
        wait: seconds the provider asks to wait first; None: it does not say.
        form_refused: whether the server may have stumbled over the form asked for.
        known: whether the error says what went wrong; of a library's own stumbling, it does not.
    """

    reason: str
    retry: bool = False
    wait: float | None = None
    form_refused: bool = False
    known: bool = True


def diagnose(error: Exception) -> Trouble:
    """Read an error of any provider's library.

    Nothing is imported for it: the libraries agree on `status_code`, `response.headers` and, since
    LangChain 1.4, on `is_retryable`.
    """
    status = _status(error)
    said = _one_line(error)
    if status is None:
        if _is_connection(error):
            return Trouble(f"no connection: {said}", retry=True)
        return Trouble(f"{type(error).__name__}: {said}".strip(" :"), retry=True, known=False)
    if status in {401, 403}:
        return Trouble(f"{status}: the key was refused; see LODESTONE_MODEL_API_KEY")
    if status == 404:
        return Trouble("404: no such model or address; see LODESTONE_MODEL and LODESTONE_MODEL_URL")
    if status in _FORM_REFUSED:
        return Trouble(f"{status}: {said}", form_refused=True)
    # An empty account is told with the same status as too many requests, and stays empty.
    spent = getattr(error, "code", None) == "insufficient_quota"
    retry = status in _WORTH_ANOTHER_TRY and not spent
    return Trouble(f"{status}: {said}", retry=retry, wait=_asked_to_wait(error) if retry else None)


def _status(error: Exception) -> int | None:
    for holder in (error, getattr(error, "response", None)):
        status = getattr(holder, "status_code", None)
        if isinstance(status, int) and status >= 400:
            return status
    return None


def _is_connection(error: Exception) -> bool:
    names = " ".join(kind.__name__ for kind in type(error).__mro__)
    return isinstance(error, OSError) or "Connect" in names or "Transport" in names


def _asked_to_wait(error: Exception) -> float | None:
    """Seconds from `Retry-After`, which may be a number or a date."""
    headers = getattr(getattr(error, "response", None), "headers", None)
    if not isinstance(headers, Mapping):
        return None
    told = str(headers.get("retry-after", "")).strip()
    try:
        return max(0.0, float(told))
    except ValueError:
        pass
    try:
        # Both dates are the server's, so that its clock need not agree with ours.
        until = parsedate_to_datetime(told)
        return max(0.0, (until - parsedate_to_datetime(headers.get("date", ""))).total_seconds())
    except (TypeError, ValueError):
        return None


def _one_line(error: Exception) -> str:
    line = _STATUS_AGAIN.sub("", " ".join(str(error).split()))
    return _SECRET.sub("(hidden)", line)[:_LONGEST]
