from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from retrieval.compose.generative.failures import diagnose


@dataclass
class Response:
    status_code: int
    headers: dict[str, str] = field(default_factory=dict)


class RemoteError(Exception):
    """Shaped as the errors of OpenAI's, Anthropic's and httpx's libraries are."""

    def __init__(self, status: int, headers: dict[str, str] | None = None, code: str = "") -> None:
        super().__init__(f"Error code: {status} - slow\ndown")
        self.response = Response(status, headers or {})
        self.code = code


class ConnectFailed(Exception):  # noqa: N818 - as the libraries name theirs
    pass


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 529])
def test_a_passing_failure_is_worth_another_try(status: int) -> None:
    trouble = diagnose(RemoteError(status))

    assert trouble.retry
    assert trouble.reason == f"{status}: slow down"


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_failure_that_will_not_pass_is_not_tried_again(status: int) -> None:
    trouble = diagnose(RemoteError(status))

    assert not trouble.retry
    assert not trouble.form_refused


def test_an_empty_account_is_not_tried_again_although_it_says_too_many_requests() -> None:
    assert not diagnose(RemoteError(429, code="insufficient_quota")).retry


@pytest.mark.parametrize("status", [400, 422])
def test_a_refused_request_may_be_the_forms_fault(status: int) -> None:
    assert diagnose(RemoteError(status)).form_refused


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": " 0.5 "}, 0.5),
        ({"retry-after": "-3"}, 0),
        (
            {
                "date": "Sun, 22 Nov 2026 10:00:00 GMT",
                "retry-after": "Sun, 22 Nov 2026 10:00:09 GMT",
            },
            9,
        ),
        ({"retry-after": "Sun, 22 Nov 2026 10:00:09 GMT"}, None),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_the_time_to_wait_is_read_from_the_answer(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert diagnose(RemoteError(429, headers)).wait == seconds


@pytest.mark.parametrize("error", [ConnectionResetError("gone"), ConnectFailed("gone")])
def test_a_lost_connection_is_tried_again(error: Exception) -> None:
    trouble = diagnose(error)

    assert (trouble.reason, trouble.retry, trouble.known) == ("no connection: gone", True, True)


def test_an_error_of_another_kind_is_named() -> None:
    trouble = diagnose(ValueError("no\nchunks"))

    assert (trouble.reason, trouble.known) == ("ValueError: no chunks", False)


@pytest.mark.parametrize("secret", ["sk-abc123456", "Bearer abc123456", "key-abc123456"])
def test_keys_are_kept_out_of_the_reason(secret: str) -> None:
    assert "abc123456" not in diagnose(ValueError(f"refused {secret}")).reason
