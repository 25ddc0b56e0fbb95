"""A model that fails in every way a server can fail still leaves the reader with an answer."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from retrieval.compose.draft import Draft
from retrieval.compose.generative import Writer
from tests.e2e.chat_model.scripted import (
    Move,
    ScriptedModel,
    Turn,
    babbles,
    breaks_off,
    fails,
    falls_silent,
    says,
    sends,
    without_streaming,
)

Write = Callable[..., Draft]
OpenAt = Callable[..., Writer]

BOTTOM_LINE = (
    "Japanese cars and auto parts (Section 232) pay 15% in total, normal duty included, "
    "throughout 2026."
)


def good(turn: Turn) -> object:
    quote = {"passage": turn.passage_with(BOTTOM_LINE), "quote": BOTTOM_LINE}
    told = {"text": "Japanese cars pay 15% in total throughout 2026.", "quotes": [quote]}
    return {"outcome": "answered", "claims": [told]}


def attempts(draft: Draft) -> list[str]:
    assert draft.report is not None
    return [attempt.result for attempt in draft.report.attempts]


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (says("The rate is 15%, I think."), "no complete JSON object"),
        (says('{"outcome": "answered", "claims": [{"text": "Japanese'), "no complete JSON"),
        (says('{"outcome": "answered", "claims": "15%"}'), "claims: "),
        (says(""), "empty"),
        (fails(429), "429"),
        (fails(429, {"Retry-After": "0.1"}), "429"),
        (fails(500), "500"),
        (fails(503), "503"),
        (breaks_off('{"outcome": "answered", "claims": [{"te'), "no connection"),
    ],
    ids=[
        "prose instead of JSON",
        "JSON that breaks off",
        "JSON of another form",
        "nothing",
        "too many requests",
        "too many requests, with a time to wait",
        "server error",
        "overloaded",
        "a lost connection",
    ],
)
def test_a_passing_trouble_is_followed_by_the_models_answer(
    trouble: Move, told: str, server: ScriptedModel, write: Write
) -> None:
    server.script = [trouble, says(good)]

    draft = write()

    first, second = attempts(draft)
    assert told in first
    assert second == "ok"
    assert draft.composer == "openai:scripted"
    assert draft.report is not None
    assert draft.report.failure is None


@pytest.mark.parametrize(
    "case",
    [
        (says("The rate is 15%."), "no complete JSON object", 2),
        (says(""), "empty", 2),
        (fails(429), "429", 4),
        (fails(500), "500", 4),
        (breaks_off('{"outcome": "answered", "claims": [{"te'), "no connection", 4),
        (fails(429, {"Retry-After": "3600"}), "429", 1),
        (fails(401), "the key was refused", 1),
        (fails(404), "no such model", 1),
        (fails(400), "400", 2),
        (babbles(), "more than 24,000 characters", 1),
        (says('{"outcome": "answered", "claims": [', finish="length"), "longer than allowed", 1),
        (sends("<html><body>It works!</body></html>", "text/html"), "", 2),
        (sends("not json", "application/json"), "", 2),
        (sends("data: {broken\n\n", "text/event-stream"), "", 2),
        (sends('data: {"error": {"message": "worn out"}}\n\n', "text/event-stream"), "", 2),
    ],
    ids=[
        "prose",
        "nothing",
        "too many requests",
        "server error",
        "lost connections",
        "a wait that is too long",
        "a wrong key",
        "no such model",
        "a request the server does not take",
        "words without end",
        "a reply over its limit",
        "a web page",
        "a wrong content type",
        "a broken event",
        "an error within the stream",
    ],
)
def test_a_lasting_trouble_ends_in_the_documents_own_sentences_and_a_note(
    case: tuple[Move, str, int], server: ScriptedModel, write: Write, fallback: Draft
) -> None:
    trouble, told, tries = case
    server.script = [trouble]
    began = time.monotonic()

    draft = write()

    assert time.monotonic() - began < 5
    assert draft.claims == fallback.claims
    assert draft.composer == "extractive"
    assert "gave no usable answer" in draft.closing
    report = draft.report
    assert report is not None
    assert report.fell_back
    assert report.failure
    assert told in report.failure
    assert "\n" not in report.failure
    assert len(report.attempts) == len(server.requests) == tries


@pytest.mark.parametrize(
    "silence",
    [falls_silent(), falls_silent(after='{"outcome":'), falls_silent(heartbeat=True)],
    ids=["from the start", "half-way", "with a heartbeat and no words"],
)
def test_a_silent_model_is_not_waited_for(
    silence: Move, server: ScriptedModel, write: Write, open_at: OpenAt, fallback: Draft
) -> None:
    server.script = [silence]
    began = time.monotonic()

    draft = write(by=open_at(server.url, first_seconds=0.7, silence_seconds=0.4))

    assert time.monotonic() - began < 3
    assert attempts(draft) == ["the model fell silent"]
    assert draft.claims == fallback.claims
    assert "gave no usable answer" in draft.closing


def test_the_repair_shows_the_model_its_reply_and_what_was_wrong(
    server: ScriptedModel, write: Write
) -> None:
    server.script = [says("The rate is 15%."), says(good)]

    write()

    first, second = server.requests
    assert second["messages"][:2] == first["messages"]
    assert [message["role"] for message in second["messages"][2:]] == ["assistant", "user"]
    assert second["messages"][2]["content"] == "The rate is 15%."
    assert "no complete JSON object" in second["messages"][3]["content"]


def test_the_time_a_provider_asks_to_wait_is_waited(server: ScriptedModel, write: Write) -> None:
    server.script = [fails(429, {"Retry-After": "0.5"}), says(good)]
    began = time.monotonic()

    draft = write()

    assert time.monotonic() - began >= 0.5
    assert draft.composer == "openai:scripted"


def test_a_server_that_knows_no_forms_is_asked_without_one(
    server: ScriptedModel, write: Write
) -> None:
    server.script = [fails(400, message="response_format is not supported"), says(good)]

    draft = write()

    assert draft.composer == "openai:scripted"
    first, second = server.requests
    assert "response_format" in first
    assert "response_format" not in second
    assert "stream_options" not in second


def test_a_server_that_knows_no_streaming_is_asked_without_it(
    server: ScriptedModel, write: Write
) -> None:
    server.script = [without_streaming(good)]

    draft = write()

    assert draft.composer == "openai:scripted"
    assert [bool(request.get("stream")) for request in server.requests] == [True, False]


def test_a_model_that_is_slow_but_alive_is_heard_out(server: ScriptedModel, write: Write) -> None:
    server.script = [says(good, pause=0.4)]
    began = time.monotonic()

    draft = write()

    # Longer than its patience with silence, in all.
    assert time.monotonic() - began > 1
    assert draft.composer == "openai:scripted"


def test_a_model_that_never_ends_is_given_up_when_the_time_is_over(
    server: ScriptedModel, write: Write, open_at: OpenAt, fallback: Draft
) -> None:
    server.script = [says("tariffs " * 2_000, pause=0.05)]
    began = time.monotonic()

    draft = write(by=open_at(server.url, seconds=1))

    assert time.monotonic() - began < 3
    assert draft.report is not None
    assert draft.report.failure == "no complete reply within 1 s"
    assert attempts(draft) == ["given up: out of time"]
    assert draft.claims == fallback.claims


def test_no_attempt_is_begun_for_which_no_tokens_are_left(
    server: ScriptedModel, write: Write, open_at: OpenAt
) -> None:
    server.script = [says("no JSON")]

    draft = write(by=open_at(server.url, tokens=5_000))

    assert len(server.requests) == 1
    assert draft.report is not None
    assert draft.report.failure is not None
    assert draft.report.failure.endswith("no tokens left to try again")


def test_a_server_that_is_gone_leaves_the_extractive_answer(
    write: Write, open_at: OpenAt, fallback: Draft
) -> None:
    draft = write(by=open_at("http://127.0.0.1:9/v1"))

    assert draft.claims == fallback.claims
    assert all("no connection" in result for result in attempts(draft))
    assert len(attempts(draft)) == 4


def test_the_next_question_is_answered_after_a_failure(
    server: ScriptedModel, write: Write, open_at: OpenAt
) -> None:
    server.script = [falls_silent(), says(good)]

    assert write(by=open_at(server.url, first_seconds=0.7)).composer == "extractive"
    assert write().composer == "openai:scripted"


def test_a_key_is_not_told_in_the_report(server: ScriptedModel, write: Write) -> None:
    server.script = [fails(400, message="Incorrect API key provided: sk-scripted")]

    report = write().report

    assert report is not None
    assert "sk-scripted" not in report.model_dump_json()
