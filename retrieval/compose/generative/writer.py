"""The generative composer: a chat model writes, the gates decide, the extractive draft stands by.

What goes out, case by case:
    claims that passed               the model's claims, bottom line first
    the bottom line was cut          the extractive draft's bottom line, then the model's claims
    no claim passed, or no reply     the extractive draft, with a note
    "not in the corpus"              the extractive draft, with a note that the model saw no full
                                     answer: it was let through by the layers that decide on
                                     refusals, and its sentences are the reader's to judge

A question that the extractive side declines or refuses is not put to the model at all. Those
decisions are measured; chat models are known to answer where they should not.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from corpus import Library
from retrieval.answer import Outcome
from retrieval.compose.draft import Draft, DraftClaim
from retrieval.compose.generative.background import CHAT_MODELS
from retrieval.compose.generative.budget import Budget
from retrieval.compose.generative.converse import Conversation, Exchange
from retrieval.compose.generative.gates import MOST_CLAIMS, Passed, pass_gates
from retrieval.compose.generative.material import Excerpt, gather_material
from retrieval.compose.generative.prices import Price, find_price
from retrieval.compose.generative.prompt import write_prompt
from retrieval.compose.generative.provider import find_provider, open_model
from retrieval.compose.generative.telling import OnClaims, Telling
from retrieval.compose.report import Attempt, CompositionReport
from retrieval.configuration import Configuration
from retrieval.phrasing import phrase
from retrieval.retriever import Hit
from retrieval.understanding import Inquiry, Intent

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


def _random_word() -> str:
    """Sixteen hex digits: cheap in tokens, and beyond guessing."""
    return secrets.token_hex(8)


class Writer:
    """Writes answers with a chat model.

    Args:
        model: any LangChain chat model.
        name: what it is called in answers, `provider:model`.
        price: for the cost in the journal; None: not known.
        budget: what one question may cost.
        clock: seconds that only go forward.
        nonce: makes a random word that no document or question can know.

    Example:
        >>> writer = Writer(model, "openai:gpt-5-mini")
        >>> writer.write(inquiry, [found.hits], library, fallback=draft).composer
        'openai:gpt-5-mini'
    """

    def __init__(
        self,
        model: BaseChatModel,
        name: str,
        *,
        price: Price | None = None,
        budget: Budget | None = None,
        clock: Callable[[], float] = time.monotonic,
        nonce: Callable[[], str] = _random_word,
    ) -> None:
        self.name = name
        self._model = model
        self._price = price
        self._provider = find_provider(name)
        self._budget = budget or Budget()
        self._clock = clock
        self._nonce = nonce

    def write(
        self,
        inquiry: Inquiry,
        hits: Sequence[Sequence[Hit]],
        library: Library,
        fallback: Draft,
        on_claims: OnClaims | None = None,
    ) -> Draft:
        """Answer a question; call it where blocking does no harm.

        Args:
            inquiry: the question, understood.
            hits: for each part of the question and each of its sides, its passages, best first.
            library: the documents.
            fallback: the extractive draft, which goes out whenever the model's answer cannot.
            on_claims: told the claims that have passed while the model still writes, whenever there
                is one more; in another thread.

        Returns:
            A draft with at least the fallback's claims or some of the model's. Never raises for
            what the model or its provider does wrong: `Draft.report` tells of it.
        """
        return CHAT_MODELS.run(self._write(inquiry, hits, library, fallback, on_claims))

    async def awrite(
        self,
        inquiry: Inquiry,
        hits: Sequence[Sequence[Hit]],
        library: Library,
        fallback: Draft,
    ) -> Draft:
        """The same without blocking the event loop it is called in."""
        written: Coroutine[Any, Any, Draft] = self._write(inquiry, hits, library, fallback)
        return await asyncio.wrap_future(CHAT_MODELS.submit(written))

    async def _write(
        self,
        inquiry: Inquiry,
        hits: Sequence[Sequence[Hit]],
        library: Library,
        fallback: Draft,
        on_claims: OnClaims | None = None,
    ) -> Draft:
        if fallback.outcome is not Outcome.ANSWERED or inquiry.intent is Intent.ADVICE:
            return fallback
        began = self._clock()
        excerpts = gather_material(
            hits, fallback, library, inquiry.as_of, tokens=self._budget.passage_tokens
        )
        messages = write_prompt(inquiry, excerpts, nonce=self._nonce)
        on_text = None
        if on_claims is not None:
            on_text = Telling(
                excerpts, lambda passed: _with_bottom_line(passed, fallback), on_claims
            ).hear
        conversation = Conversation(self._model, self._provider, self._budget, self._clock, on_text)
        exchange = await conversation.ask(messages)
        try:
            draft = await asyncio.to_thread(self._compose, inquiry, fallback, exchange, excerpts)
        except Exception as error:  # a fault of our own must not cost the answer
            reason = f"the reply could not be checked ({type(error).__name__})"
            told = self._report(exchange.attempts)
            draft = _fall_back(inquiry, fallback, told, "model_failed", reason)
        seconds = round(max(0.0, self._clock() - began), 3)
        report = draft.report and draft.report.model_copy(update={"seconds": seconds})
        return replace(draft, report=report)

    def _compose(
        self,
        inquiry: Inquiry,
        fallback: Draft,
        exchange: Exchange,
        excerpts: Sequence[Excerpt],
    ) -> Draft:
        """The model's draft, or the fallback with a note; with the report of how it came about."""
        report = self._report(exchange.attempts)
        reply = exchange.reply
        if reply is None:
            return _fall_back(inquiry, fallback, report, "model_failed", exchange.failure)
        if reply.outcome == "not_in_corpus":
            return _fall_back(
                inquiry, fallback, report, "model_saw_no_answer", "the model: not in the corpus"
            )
        passed = pass_gates(reply, excerpts)
        report = report.model_copy(
            update={
                "claims_written": len(reply.claims),
                "claims_kept": len(passed.claims),
                "claims_cut": passed.cut,
            }
        )
        if not passed.claims:
            reason = "no claim passed the gates" if reply.claims else "the model wrote no claim"
            return _fall_back(inquiry, fallback, report, "model_not_supported", reason)
        claims = _with_bottom_line(passed, fallback)
        # Opening and closing speak of the question, not of the claims, so they stay.
        return replace(
            fallback,
            claims=claims,
            composer=self.name,
            report=report,
        )

    def _report(self, attempts: Sequence[Attempt]) -> CompositionReport:
        tokens_in = _total([attempt.tokens_in for attempt in attempts])
        tokens_out = _total([attempt.tokens_out for attempt in attempts])
        counted = self._price and tokens_in is not None and tokens_out is not None
        cost = (
            self._price.cost(tokens_in or 0, tokens_out or 0) if self._price and counted else None
        )
        return CompositionReport(
            model=self.name,
            attempts=tuple(attempts),
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            cost_usd=cost,
        )


def open_writer(
    configuration: Configuration,
    *,
    budget: Budget | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Writer | None:
    """The writer for the configured model; None where none is configured.

    Raises:
        SettingsError: the model cannot be used as configured; one line with the remedy.
    """
    if configuration.model is None:
        return None
    budget = budget or Budget()
    # Somebody else's server has somebody else's prices.
    price = None if configuration.model_url else find_price(configuration.model)
    model = open_model(configuration, budget)
    return Writer(model, configuration.model, price=price, budget=budget, clock=clock)


def _fall_back(
    inquiry: Inquiry, fallback: Draft, report: CompositionReport, note: str, failure: str | None
) -> Draft:
    closing = "\n\n".join(
        text for text in (fallback.closing, phrase(inquiry.language, note)) if text
    )
    told = report.model_copy(update={"failure": failure, "fell_back": True})
    return replace(fallback, closing=closing, report=told)


def _with_bottom_line(passed: Passed, fallback: Draft) -> tuple[DraftClaim, ...]:
    """The claims that passed, led by a direct answer.

    When the model's own was cut, what is left are details, and a detail in the first place reads as
    the answer. The extractive draft's first claim then takes that place, unless what is left rests
    on the same words.
    """
    if passed.bottom_line or not fallback.claims:
        return passed.claims
    lead = fallback.claims[0]
    for index, claim in enumerate(passed.claims):
        if any(_overlap(claim, lead)):
            rest = passed.claims[:index] + passed.claims[index + 1 :]
            return (claim, *rest)
    return (lead, *passed.claims)[:MOST_CLAIMS]


def _overlap(claim: DraftClaim, other: DraftClaim) -> list[bool]:
    return [
        a.document.id == b.document.id and a.start < b.end and b.start < a.end
        for a in claim.spans
        for b in other.spans
    ]


def _total(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
