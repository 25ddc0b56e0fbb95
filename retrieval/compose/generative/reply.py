"""What the model wrote, as claims with quotes; lenient in how they are wrapped."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

_NUMBER = re.compile(r"\d+")
_THINKING = re.compile(r"\A.*</think(?:ing)?>", re.DOTALL)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_UNFINISHED_THINKING = re.compile(r"\s*<think")
_CLAIMS = re.compile(r'"claims"\s*:\s*\[')
_NEXT_OBJECT = re.compile(r"[\s,]*(?={)")
_MOST_OPENINGS = 50
"""Opening braces at which an object is looked for; prose around the JSON has few."""


class UnreadableReplyError(Exception):
    """The model's text holds no reply of the form asked for; the message says what is wrong."""


def _passage_id(value: Any) -> Any:  # noqa: ANN401 - whatever the model wrote
    """`p3`, also where the model wrote `3`, `[p3]` or `passage 3`."""
    if isinstance(value, str | int) and not isinstance(value, bool):
        found = _NUMBER.findall(str(value))
        return f"p{int(found[0])}" if len(found) == 1 and len(found[0]) < 6 else str(value)
    return value


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ReplyQuote(_Written):
    """A quote, and the passage it was copied from."""

    passage: Annotated[str, BeforeValidator(_passage_id)] = Field(
        description="id of the passage the quote is copied from, such as p3"
    )
    quote: str = Field(description="whole sentences of that passage, letter for letter")


class ReplyClaim(_Written):
    """One sentence of the answer."""

    text: str = Field(description="one plain sentence")
    quotes: tuple[ReplyQuote, ...] = Field(
        description="quotes that together hold everything the sentence says"
    )


class Reply(_Written):
    """The whole reply; without an outcome, claims mean that the question is answered."""

    outcome: Literal["answered", "not_in_corpus"] = Field(
        description="not_in_corpus when the passages do not answer the question"
    )
    claims: tuple[ReplyClaim, ...] = Field(
        description="the answer, bottom line first; empty when the outcome is not_in_corpus"
    )


def reply_schema() -> dict[str, Any]:
    """The form of a reply as JSON schema, with nothing optional, as strict providers want it."""
    schema = Reply.model_json_schema()
    for part in [schema, *schema["$defs"].values()]:
        part["additionalProperties"] = False
    return {**schema, "title": "answer", "description": "A cited answer to the question."}


def read_reply(text: str) -> Reply:
    """The reply in a text that may have other words, a code fence or thoughts around it.

    A reply that breaks off is not completed by guessing: what is missing might have been a "not".

    Raises:
        UnreadableReplyError: no complete reply in it.
    """
    text = _THINKING.sub("", text).strip()
    if not text:
        raise UnreadableReplyError("it was empty")
    problem = "it held no complete JSON object"
    for found in _objects(text):
        try:
            return Reply.model_validate(_completed(found))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            problem = f"{place or 'the object'}: {first['msg'].lower()}"
    raise UnreadableReplyError(problem)


def claims_so_far(text: str) -> tuple[ReplyClaim, ...]:
    """The claims that stand whole in a reply which is still being written; nothing is guessed."""
    text = _THINKING.sub("", text)
    opened = _CLAIMS.search(text)
    if opened is None or _UNFINISHED_THINKING.match(text):
        return ()
    if "not_in_corpus" in text[: opened.start()]:
        return ()
    decoder = json.JSONDecoder(strict=False)
    found: list[ReplyClaim] = []
    position = opened.end()
    while (begins := _NEXT_OBJECT.match(text, position)) is not None:
        try:
            claim, position = decoder.raw_decode(text, begins.end())
            found.append(ReplyClaim.model_validate(claim))
        except (json.JSONDecodeError, RecursionError, ValidationError):
            break
    return tuple(found)


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Every outermost JSON object of a text, in order."""
    decoder = json.JSONDecoder(strict=False)
    for candidate in dict.fromkeys([text, _TRAILING_COMMA.sub(r"\1", text)]):
        position = 0
        for _ in range(_MOST_OPENINGS):
            position = candidate.find("{", position)
            if position < 0:
                break
            try:
                found, position = decoder.raw_decode(candidate, position)
            except (json.JSONDecodeError, RecursionError):
                position += 1
                continue
            yield found


def _completed(found: dict[str, Any]) -> dict[str, Any]:
    """An object with the keys that go without saying."""
    if "outcome" not in found and found.get("claims"):
        return {**found, "outcome": "answered"}
    if found.get("outcome") == "not_in_corpus":
        return {"claims": [], **found}
    return found
