"""The whole story: how a Question becomes an Answer, as LangChain Runnables.

understand   language, date, follow-up, parts, spelling            retrieval/understanding.py
retrieve     dense and keyword search, fused                       retrieval/retriever.py
compose      whole sentences, what holds on the date first         retrieval/compose/
verify       each claim against what it cites; what fails is cut   retrieval/verify.py
finish       citations numbered, text set                          retrieval/finish.py

While a chat model still writes, the claims of its that are verified already go out as the custom
event `VERIFIED_CLAIMS`, all of them each time there is one more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from langchain_core.callbacks import dispatch_custom_event
from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda

from corpus import Library
from corpus.errors import BrokenIndexError
from retrieval.answer import VERIFIED_CLAIMS, Answer, Question, Timings
from retrieval.compose.draft import Draft, DraftClaim
from retrieval.compose.writing import write_draft
from retrieval.configuration import Configuration
from retrieval.engine import Engine, Holdings
from retrieval.finish import finish, number_claims
from retrieval.notices import notices_for
from retrieval.retriever import Found
from retrieval.understanding import Inquiry, Part, understand
from retrieval.verify import check_claim

PASSAGES = 10


@dataclass(frozen=True)
class Work:
    """What is known so far; each step hands on a fuller copy.

    `found` has one entry for each part of the question and each of its sides, in order.
    """

    question: Question
    holdings: Holdings
    began: float
    inquiry: Inquiry
    found: tuple[tuple[Part, Found], ...] = ()
    timings: Timings = field(default_factory=Timings)

    def after(self, **spent: float) -> Work:
        """The same, with the milliseconds that a step took."""
        return replace(self, timings=self.timings.model_copy(update=spent))


@dataclass(frozen=True)
class Written:
    """What is known, and what was written from it."""

    work: Work
    draft: Draft


def build_chain(
    configuration: Configuration, *, today: Callable[[], date], library: Library | None = None
) -> Runnable[Question, Answer]:
    """Everything between a question and its answer.

    Args:
        configuration: where things live and which models to use.
        today: the clock, for questions that name no date.
        library: the documents, where they are already loaded.

    Example:
        >>> chain = build_chain(Configuration(home=Path("var")), today=date.today)
        >>> chain.invoke(Question(question="What tariff do Japanese cars pay?")).outcome
        <Outcome.ANSWERED: 'answered'>
    """
    return answer_with(Engine(configuration, library=library), today=today)


def answer_with(engine: Engine, *, today: Callable[[], date]) -> Runnable[Question, Answer]:
    """The chain over an engine that is already there, such as one that rebuilds in its own way."""

    def read(question: Question) -> Work:
        holdings, began = engine.holdings(), time.perf_counter()
        inquiry = understand(
            question, today=today(), speller=holdings.speller, events=holdings.events
        )
        timings = Timings(rewrite=_since(began))
        return Work(question, holdings, began, inquiry, timings=timings)

    def retrieve(work: Work) -> Work:
        try:
            return _search(work)
        except BrokenIndexError as error:
            return _search(replace(work, holdings=engine.repair(str(error))))

    def compose(work: Work, config: RunnableConfig) -> Written:
        def tell(claims: Sequence[DraftClaim]) -> None:
            dispatch_custom_event(VERIFIED_CLAIMS, number_claims(_standing(claims)), config=config)

        began = time.perf_counter()
        holdings = work.holdings
        draft = write_draft(work.inquiry, work.found, holdings.reader, holdings.speller)
        if engine.writer:
            hits = [found.hits for _, found in work.found]
            draft = engine.writer.write(work.inquiry, hits, holdings.library, draft, tell)
        return Written(work.after(compose=_since(began)), draft)

    return (
        RunnableLambda(read, name="understand")
        | RunnableLambda(retrieve, name="retrieve")
        | RunnableLambda(compose, name="compose")
        | RunnableLambda(_verify, name="verify")
        | RunnableLambda(_finish, name="finish")
    )


def _search(work: Work) -> Work:
    search = work.holdings.search.search
    wanted = [side for part in work.inquiry.parts for side in (part, *part.sides)]
    found = tuple((part, search(part.query, PASSAGES)) for part in wanted)
    return replace(work, found=found).after(
        embed=sum(f.embed_ms for _, f in found), search=sum(f.search_ms for _, f in found)
    )


def _verify(written: Written) -> Written:
    """Cut every claim that does not stand in what it cites."""
    began = time.perf_counter()
    work, draft = written.work, written.draft
    kept = _standing(draft.claims)
    warnings = notices_for(
        kept,
        work.holdings.library,
        work.inquiry.as_of,
        work.inquiry.language,
        question=" ".join(part.query.text for part in work.inquiry.parts),
        rarity=work.holdings.index.keywords.idf,
    )
    checked = replace(draft, claims=kept, notices=warnings)
    return Written(work.after(verify=_since(began)), checked)


def _standing(claims: Iterable[DraftClaim]) -> tuple[DraftClaim, ...]:
    """Those that stand in what they cite."""
    return tuple(c for c in claims if check_claim(c.text, [span.quote for span in c.spans]).ok)


def _finish(written: Written) -> Answer:
    work = written.work
    return finish(
        work.inquiry,
        written.draft,
        [hit for _, found in work.found for hit in found.hits],
        fingerprint=work.holdings.library.fingerprint,
        timings=work.after(total=_since(work.began)).timings,
    )


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1e3, 3)
