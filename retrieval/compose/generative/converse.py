"""Asking the model: streamed, with patience but not too much, tried again where that may help.

What is tried again, and how:
    too many requests, server error, lost connection    the same after a pause
    the form asked for refused (400)                     once without the form
    nothing streamed                                     once without streaming
    a reply that cannot be read                          once, with what was wrong with it
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from retrieval.compose.generative.budget import Budget, estimate_tokens
from retrieval.compose.generative.failures import Trouble, diagnose
from retrieval.compose.generative.hearing import Heard
from retrieval.compose.generative.prompt import Message, ask_again
from retrieval.compose.generative.provider import Provider
from retrieval.compose.generative.reply import (
    Reply,
    UnreadableReplyError,
    read_reply,
    reply_schema,
)
from retrieval.compose.report import Attempt

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import Runnable

LONGEST_ECHO = 4_000
"""Characters of an unreadable reply that are sent back to be mended."""


@dataclass
class Exchange:
    """What came of asking: a reply, or the reason why there is none, and every attempt."""

    reply: Reply | None = None
    failure: str | None = None
    attempts: list[Attempt] = field(default_factory=list)


@dataclass(frozen=True)
class _Plan:
    """How the next attempt is made."""

    messages: Sequence[Message]
    with_form: bool = True
    streamed: bool = True
    repaired: bool = False
    pause: float = 0.0


class _AttemptError(Exception):
    def __init__(self, trouble: Trouble, heard: Heard, *, unreadable: bool = False) -> None:
        super().__init__(trouble.reason)
        self.trouble = trouble
        self.heard = heard
        self.unreadable = unreadable


class Conversation:
    """One question's exchange with the model.

    Args:
        model: the chat model.
        provider: how its class calls things.
        budget: the limits.
        clock: seconds that only go forward.
        on_text: told what has been written, whenever there is more of it.
    """

    def __init__(
        self,
        model: BaseChatModel,
        provider: Provider,
        budget: Budget,
        clock: Callable[[], float],
        on_text: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        self._on_text = on_text
        self._model = model
        self._provider = provider
        self._budget = budget
        self._clock = clock
        self._spent = 0

    async def ask(self, messages: Sequence[Message]) -> Exchange:
        """Ask until there is a reply or the budget is spent; raises for no fault of the model."""
        exchange = Exchange()
        try:
            async with asyncio.timeout(self._budget.seconds):
                await self._ask(messages, exchange)
        except TimeoutError:
            exchange.failure = f"no complete reply within {self._budget.seconds:g} s"
        return exchange

    async def _ask(self, messages: Sequence[Message], exchange: Exchange) -> None:
        plan: _Plan | None = _Plan(messages)
        backoff = self._budget.backoff_seconds
        while plan is not None:
            if plan.pause:
                await asyncio.sleep(plan.pause)
            try:
                exchange.reply = await self._attempt(plan, exchange.attempts)
            except _AttemptError as error:
                exchange.failure = error.trouble.reason
                plan = self._next(plan, error, backoff)
                backoff *= 2
            else:
                exchange.failure = None
                return
            if plan and len(exchange.attempts) >= self._budget.attempts:
                plan = None
            if plan and self._spent + self._expected(plan) > self._budget.tokens:
                exchange.failure = f"{exchange.failure}; no tokens left to try again"
                plan = None

    def _next(self, plan: _Plan, error: _AttemptError, backoff: float) -> _Plan | None:
        """How to go on after a failed attempt; None: not at all."""
        trouble = error.trouble
        if error.unreadable:
            if plan.repaired:
                return None
            said = error.heard.text[:LONGEST_ECHO]
            mended = ask_again(plan.messages, said, trouble.reason)
            # A server that streams nothing readable may not know how to stream.
            streamed = plan.streamed and bool(said.strip())
            return replace(plan, messages=mended, repaired=True, streamed=streamed, pause=0.0)
        if trouble.form_refused:
            return replace(plan, with_form=False, pause=0.0) if plan.with_form else None
        if not trouble.retry:
            return None
        pause = backoff if trouble.wait is None else trouble.wait
        if pause > self._budget.longest_wait_seconds:
            return None
        return replace(plan, pause=pause)

    async def _attempt(self, plan: _Plan, attempts: list[Attempt]) -> Reply:
        """One request, which is put on record however it ends."""
        heard = Heard()
        began = self._clock()
        # What stands here when the limit for the whole question ends the request from outside.
        result = "given up: out of time"
        try:
            reply = await self._heard_out(plan, heard)
            result = "ok"
        except _AttemptError as error:
            result = error.trouble.reason
            raise
        else:
            return reply
        finally:
            self._spent += heard.tokens or self._expected(plan) + heard.estimated_tokens
            attempts.append(
                Attempt(
                    result=result,
                    seconds=round(max(0.0, self._clock() - began), 3),
                    tokens_in=heard.tokens_in,
                    tokens_out=heard.tokens_out,
                )
            )

    async def _heard_out(self, plan: _Plan, heard: Heard) -> Reply:
        try:
            await self._listen(plan, heard)
        except _AttemptError:
            raise
        except TimeoutError as error:
            # Not tried again: the reader has waited, and a silent server mostly stays so.
            raise _AttemptError(Trouble("the model fell silent"), heard) from error
        except Exception as error:
            # Each provider's library has errors of its own; none may cost the reader the answer.
            trouble = diagnose(error)
            if trouble.known or not heard.has_ended:
                empty = heard.is_empty and not trouble.known
                raise _AttemptError(trouble, heard, unreadable=empty) from error
            # The library stumbled over the end of the stream; what was said is whole.
        try:
            return _understood(heard)
        except UnreadableReplyError as error:
            raise _AttemptError(Trouble(str(error)), heard, unreadable=True) from error

    async def _listen(self, plan: _Plan, heard: Heard) -> None:
        """Take in the reply.

        Raises:
            TimeoutError: the model kept silent for too long.
        """
        model = self._runnable(plan)
        patience = self._budget.first_seconds
        if not plan.streamed:
            async with asyncio.timeout(patience + self._budget.silence_seconds):
                heard.take(await model.ainvoke(list(plan.messages)))
            return
        stream = cast("AsyncGenerator[BaseMessage]", model.astream(list(plan.messages)))
        async with aclosing(stream):
            while True:
                async with asyncio.timeout(patience):
                    piece = await anext(stream, None)
                if piece is None:
                    return
                if heard.take(piece):
                    patience = self._budget.silence_seconds
                if heard.characters > self._budget.output_characters:
                    limit = f"{self._budget.output_characters:,}"
                    raise _AttemptError(Trouble(f"more than {limit} characters"), heard)
                if self._on_text is not None:
                    await self._on_text(heard.text)

    def _runnable(self, plan: _Plan) -> Runnable[Any, Any]:
        """The model, with the form of a reply bound to it where it can be."""
        form = _with_form(self._model, self._provider) if plan.with_form else None
        if form is not None:
            return form
        return self._model.bind(**self._provider.plain) if self._provider.plain else self._model

    def _expected(self, plan: _Plan) -> int:
        """Tokens of a plan's messages, estimated."""
        return sum(estimate_tokens(text) for _, text in plan.messages)


def _understood(heard: Heard) -> Reply:
    """The reply in what was heard.

    Raises:
        UnreadableReplyError: there is none, and asking for it again may help.
        _AttemptError: there is none, and asking again would not help.
    """
    if heard.was_declined:
        raise _AttemptError(Trouble("the model declined to answer"), heard)
    try:
        return read_reply(heard.text)
    except UnreadableReplyError:
        if heard.was_cut_short:
            raise _AttemptError(Trouble("the reply was longer than allowed"), heard) from None
        raise


def _with_form(model: BaseChatModel, provider: Provider) -> Runnable[Any, Any] | None:
    """The model with the reply's form bound to it; None where LangChain offers no way.

    LangChain puts a parser after the model. It is left off: it would hide the stream and answer a
    malformed reply with an error instead of the reply.
    """
    from langchain_core.runnables import RunnableSequence

    try:
        bound = model.with_structured_output(reply_schema(), **provider.form)
    except (NotImplementedError, TypeError, ValueError, AttributeError):
        return None
    return bound.first if isinstance(bound, RunnableSequence) else None
