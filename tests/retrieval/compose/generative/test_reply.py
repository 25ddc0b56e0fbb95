from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.compose.generative.reply import (
    Reply,
    UnreadableReplyError,
    claims_so_far,
    read_reply,
    reply_schema,
)

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
ids = st.integers(1, 99).map(lambda number: f"p{number}")
quotes = st.fixed_dictionaries({"passage": ids, "quote": words})
claims = st.fixed_dictionaries({"text": words, "quotes": st.lists(quotes, max_size=3)})
replies = st.fixed_dictionaries(
    {
        "outcome": st.sampled_from(["answered", "not_in_corpus"]),
        "claims": st.lists(claims, max_size=4),
    }
)


@given(
    reply=replies,
    around=st.sampled_from(
        [
            ("", ""),
            ("Here is the answer:\n", "\nI hope this helps."),
            ("```json\n", "\n```"),
            ('<think>A set {1, 2} and {"a": 1}?</think>\n', ""),
            ("{not JSON} ", " {}"),
        ]
    ),
    readable=st.booleans(),
)
def test_a_reply_is_read_whatever_stands_around_it(
    reply: dict[str, object], around: tuple[str, str], *, readable: bool
) -> None:
    text = json.dumps(reply, ensure_ascii=readable, indent=2 if readable else None)

    assert read_reply(around[0] + text + around[1]) == Reply.model_validate(reply)


@given(reply=replies, share=st.floats(0, 0.999))
def test_a_reply_that_breaks_off_is_never_completed_by_guessing(
    reply: dict[str, object], share: float
) -> None:
    text = json.dumps(reply)

    with pytest.raises(UnreadableReplyError):
        read_reply(text[: int(len(text) * share)])


@pytest.mark.parametrize("written", ["p3", "P3", 3, "[p3]", "passage 3", "p03"])
def test_a_passage_is_recognised_however_its_id_is_written(written: object) -> None:
    text = json.dumps({"claims": [{"text": "a", "quotes": [{"passage": written, "quote": "b"}]}]})

    assert read_reply(text).claims[0].quotes[0].passage == "p3"


@pytest.mark.parametrize("written", ["", "first", "p1-p2", True, None, ["p1"]])
def test_what_is_no_id_names_no_passage(written: object) -> None:
    text = json.dumps({"claims": [{"text": "a", "quotes": [{"passage": written, "quote": "b"}]}]})

    try:
        passage = read_reply(text).claims[0].quotes[0].passage
    except UnreadableReplyError as error:
        passage = str(error)

    assert not passage.removeprefix("p").isdecimal()


def test_claims_without_an_outcome_answer_the_question() -> None:
    assert read_reply('{"claims": [{"text": "a", "quotes": []}]}').outcome == "answered"


def test_a_refusal_needs_no_claims() -> None:
    assert read_reply('{"outcome": "not_in_corpus"}') == Reply(outcome="not_in_corpus", claims=())


def test_a_comma_too_many_is_forgiven() -> None:
    assert read_reply('{"outcome": "answered", "claims": [],}').outcome == "answered"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it was empty"),
        ("<think>hm</think>", "it was empty"),
        ("15%", "it held no complete JSON object"),
        ("[]", "it held no complete JSON object"),
        ('{"outcome": "maybe", "claims": []}', "outcome: "),
        ('{"outcome": "answered", "claims": [{"text": 1, "quotes": []}]}', "claims.0.text: "),
        ("{" * 5_000, "it held no complete JSON object"),
        ('{"a":' * 5_000, "it held no complete JSON object"),
    ],
)
def test_what_is_wrong_with_a_reply_is_said_in_one_line(text: str, reason: str) -> None:
    with pytest.raises(UnreadableReplyError) as caught:
        read_reply(text)

    assert str(caught.value).startswith(reason)
    assert "\n" not in str(caught.value)


def test_the_form_leaves_nothing_optional_as_strict_providers_demand() -> None:
    schema = reply_schema()

    for part in [schema, *schema["$defs"].values()]:
        assert set(part["required"]) == set(part["properties"])
        assert part["additionalProperties"] is False


CLAIM = '{"text": "One.", "quotes": [{"passage": "p1", "quote": "Q."}]}'


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ('{"outcome": "answered", "claims": [', 0),
        (f'{{"outcome": "answered", "claims": [{CLAIM[:-1]}', 0),
        (f'{{"outcome": "answered", "claims": [{CLAIM}', 1),
        (f'```json\n{{"claims": [\n {CLAIM},\n {CLAIM}, {{"text": "Tw', 2),
        (f'<think>"claims": [{CLAIM}', 0),
        (f'<think>"claims": [</think>{{"claims": [{CLAIM}', 1),
        (f'{{"outcome": "not_in_corpus", "claims": [{CLAIM}]}}', 0),
        (f'{{"claims": [{{"other": 1}}, {CLAIM}', 0),
        (f'{{"claims": [{CLAIM}]}} and then {CLAIM}', 1),
    ],
)
def test_of_an_unfinished_reply_only_whole_claims_are_read(text: str, count: int) -> None:
    assert len(claims_so_far(text)) == count
