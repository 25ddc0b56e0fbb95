"""A turn as a golden question or a regression test: filled in as far as the turn tells."""

from __future__ import annotations

import re

from bot.journal.reasons import Reason
from bot.journal.review.goldens import no_question
from bot.journal.review.judgements import REJECTED, GoldenKind, ReviewRecord, Verdict
from bot.journal.review.records import TurnDetail
from bot.journal.reviewable import OUTCOMES
from corpus.errors import JournalError
from retrieval.answer import Outcome
from retrieval.evaluation import GoldenQuestion
from retrieval.evaluation.golden import ADVICE

_MARKER = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")
_MOST_FACTS = 5
_CLAIMS_WITH_FACTS = 2
_JOURNAL = "journal"


def propose(detail: TurnDetail, kind: GoldenKind) -> GoldenQuestion:
    """The question as it was asked, with what a right answer has and has not.

    One asked without a date stays so, and is asked for the day of the evaluation: with a date, the
    same words are another question, whose answer tells more of what was before.

    Raises:
        JournalError: the turn's person was erased, or it was not rejected (a regression test).
    """
    question = detail.question
    if question is None:
        raise JournalError("this turn was erased at its user's wish: nothing can be made of it")
    if detail.item.outcome in OUTCOMES:
        raise no_question()
    verdict = detail.item.verdict
    if kind is GoldenKind.REGRESSION and verdict not in REJECTED:
        raise JournalError(
            "only a rejected answer becomes a regression test: judge it first (wrong, should have "
            "refused, refused wrongly)"
        )
    answerable = _is_answerable(detail)
    documents = _documents(detail) if answerable else ()
    if not documents:
        answerable = False
    return GoldenQuestion(
        id=f"{kind.value}-{detail.item.id}",
        question=question.text,
        as_of=question.as_of,
        history=question.history,
        answerable=answerable,
        documents=documents,
        must_include=_facts(detail) if answerable else (),
        must_not_include=_rejected(detail) if verdict in REJECTED else (),
        tags=_tags(detail, kind, answerable=answerable),
    )


def _is_answerable(detail: TurnDetail) -> bool:
    verdict = detail.item.verdict
    if verdict is Verdict.SHOULD_HAVE_REFUSED:
        return False
    if verdict is Verdict.REFUSED_WRONGLY:
        return True
    return detail.item.outcome == Outcome.ANSWERED or bool(detail.corrections)


def _documents(detail: TurnDetail) -> tuple[str, ...]:
    """What reviewers marked relevant; else what was cited; else what came first."""
    marked = _latest(detail).relevance if detail.reviews else {}
    relevant = [one.document_id for one in detail.passages if marked.get(one.rank, 0) > 0]
    cited = [one.document_id for one in detail.answer.citations] if detail.answer else []
    refused = detail.item.outcome != Outcome.ANSWERED
    first = [one.document_id for one in detail.passages[:1]] if refused else []
    return tuple(dict.fromkeys(relevant or cited or first))


def _latest(detail: TurnDetail) -> ReviewRecord:
    return detail.reviews[0]


def _facts(detail: TurnDetail) -> tuple[tuple[str, ...], ...]:
    """The figures and dates of the right answer: a correction's, else an accepted answer's.

    Of an accepted answer those of its first claims: what comes later is background, which another
    right answer may leave out.
    """
    from retrieval.evaluation.numbers import numbers_in

    if detail.corrections:
        texts = [detail.corrections[-1].text]
    elif detail.item.verdict in REJECTED or detail.answer is None:
        return ()
    else:
        texts = [claim.text for claim in detail.answer.claims]
    stated = [[one.surface for one in numbers_in(text) if one.surface.strip()] for text in texts]
    first = [surfaces for surfaces in stated if surfaces][:_CLAIMS_WITH_FACTS]
    facts = dict.fromkeys(surface for surfaces in first for surface in surfaces)
    return tuple((surface,) for surface in list(facts)[:_MOST_FACTS])


def _rejected(detail: TurnDetail) -> tuple[str, ...]:
    """The sentences that must not be said again: those remarked on, else all of them."""
    if detail.answer is None:
        return ()
    remarked = {
        comment.position
        for review in detail.reviews
        for comment in review.comments
        if comment.anchor == "claim"
    }
    claims = [
        _MARKER.sub("", claim.text).strip()
        for position, claim in enumerate(detail.answer.claims, start=1)
        if not remarked or position in remarked
    ]
    right = detail.corrections[-1].text if detail.corrections else ""
    return tuple(dict.fromkeys(claim for claim in claims if claim and claim not in right))


def _tags(detail: TurnDetail, kind: GoldenKind, *, answerable: bool) -> tuple[str, ...]:
    declined = detail.item.outcome == Outcome.DECLINED or Reason.ADVICE in detail.item.reasons
    tags = [_JOURNAL, *([kind.value] if kind is GoldenKind.REGRESSION else []), *detail.tags]
    if declined and not answerable:
        tags.append(ADVICE)
    if detail.item.language == "ja":
        tags.append("japanese")
    if detail.question is not None and detail.question.history:
        tags.append("follow-up")
    return tuple(dict.fromkeys(tags))
