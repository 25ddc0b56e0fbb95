from __future__ import annotations

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import tool_call_chunk

from retrieval.compose.generative.hearing import Heard


def usage(tokens_in: int, tokens_out: int) -> UsageMetadata:
    return UsageMetadata(
        input_tokens=tokens_in, output_tokens=tokens_out, total_tokens=tokens_in + tokens_out
    )


def test_a_form_that_comes_as_a_tool_call_is_heard_as_it_is_written() -> None:
    heard = Heard()
    heard.take(AIMessageChunk(content="Let me see. "))
    for piece in ('{"outcome": ', '"not_in', '_corpus"'):
        call = tool_call_chunk(name=None, args=piece, id=None, index=0)
        heard.take(AIMessageChunk(content="", tool_call_chunks=[call]))

    # Not completed: the closing brace has not come.
    assert heard.text == '{"outcome": "not_in_corpus"'


def test_a_whole_message_is_heard_with_its_tool_call() -> None:
    heard = Heard()
    call = {"name": "answer", "args": {"outcome": "not_in_corpus"}, "id": "1", "type": "tool_call"}
    heard.take(AIMessage(content="", tool_calls=[call]))

    assert heard.text == '{"outcome": "not_in_corpus"}'


def test_thoughts_are_not_part_of_what_is_said() -> None:
    heard = Heard()
    thought = {"type": "thinking", "thinking": "hm"}
    heard.take(AIMessageChunk(content=[thought, {"type": "text", "text": "{}"}]))

    assert heard.text == "{}"


def test_counts_that_are_repeated_or_completed_are_not_added_up() -> None:
    heard = Heard()
    for tokens in (usage(1000, 1), usage(1000, 80), usage(1000, 80)):
        heard.take(AIMessageChunk(content="", usage_metadata=tokens))

    assert (heard.tokens_in, heard.tokens_out, heard.tokens) == (1000, 80, 1080)


def test_what_is_not_counted_is_not_known() -> None:
    heard = Heard()
    heard.take(AIMessageChunk(content="a" * 35))

    assert heard.tokens is None
    assert heard.estimated_tokens == 10


@pytest.mark.parametrize("key", ["finish_reason", "stop_reason", "done_reason"])
def test_the_end_is_understood_in_each_providers_words(key: str) -> None:
    cut, declined = Heard(), Heard()
    cut.take(AIMessageChunk(content="", response_metadata={key: "max_tokens"}))
    declined.take(AIMessageChunk(content="", response_metadata={key: "refusal"}))

    assert cut.was_cut_short
    assert declined.was_declined
    assert cut.has_ended
    assert not Heard().has_ended
