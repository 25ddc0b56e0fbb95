"""What has been heard of a reply so far, whichever way the provider sends it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from retrieval.compose.generative.budget import estimate_tokens

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

_CUT_SHORT = frozenset({"length", "max_tokens"})
_DECLINED = frozenset({"content_filter", "refusal", "safety"})


class Heard:
    """The pieces of one reply.

    A form may come back as text or as the arguments of a tool call; both are collected, and
    arguments are what counts where there are any.
    """

    def __init__(self) -> None:
        self._said: list[str] = []
        self._arguments: list[str] = []
        self._finish = ""
        self._refused = False
        self.characters = 0
        self.tokens_in: int | None = None
        self.tokens_out: int | None = None

    def take(self, message: BaseMessage) -> int:
        """Add a piece, or a whole message; returns how many characters it brought."""
        said = str(message.text)
        arguments = "".join(_arguments(message))
        self._said.append(said)
        self._arguments.append(arguments)
        self.characters += len(said) + len(arguments)
        details = message.response_metadata
        finish = details.get("finish_reason") or details.get("stop_reason")
        self._finish = str(finish or details.get("done_reason") or self._finish).lower()
        self._refused = self._refused or bool(message.additional_kwargs.get("refusal"))
        self._count(message)
        return len(said) + len(arguments)

    @property
    def text(self) -> str:
        """What the model wrote."""
        return "".join(self._arguments) or "".join(self._said)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written."""
        return self.characters == 0

    @property
    def has_ended(self) -> bool:
        """Whether the model has said why it stopped."""
        return bool(self._finish)

    @property
    def was_cut_short(self) -> bool:
        """Whether the model stopped because it had used up its tokens."""
        return self._finish in _CUT_SHORT

    @property
    def was_declined(self) -> bool:
        """Whether the model or its provider declined to write."""
        return self._refused or self._finish in _DECLINED

    @property
    def tokens(self) -> int | None:
        """In and out together; None: not counted."""
        if self.tokens_in is None or self.tokens_out is None:
            return None
        return self.tokens_in + self.tokens_out

    @property
    def estimated_tokens(self) -> int:
        """Of what was written, where the provider has not counted."""
        return estimate_tokens(self.text)

    def _count(self, message: BaseMessage) -> None:
        """Providers repeat their count or complete it as they go: the largest is the last.

        LangChain leaves the count where the server put it when the server names its role with every
        piece, as some that speak OpenAI's protocol do.
        """
        usage = getattr(message, "usage_metadata", None) or {}
        raw = message.response_metadata.get("token_usage") or {}
        tokens_in = usage.get("input_tokens") or raw.get("prompt_tokens")
        tokens_out = usage.get("output_tokens") or raw.get("completion_tokens")
        if isinstance(tokens_in, int):
            self.tokens_in = max(self.tokens_in or 0, tokens_in)
        if isinstance(tokens_out, int):
            self.tokens_out = max(self.tokens_out or 0, tokens_out)


def _arguments(message: BaseMessage) -> list[str]:
    """The arguments of tool calls as they are written; a whole message has them read already."""
    pieces = getattr(message, "tool_call_chunks", None)
    if pieces is not None:
        return [str(piece["args"] or "") for piece in pieces]
    return [json.dumps(call["args"]) for call in getattr(message, "tool_calls", [])]
