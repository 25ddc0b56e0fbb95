"""What reviewers see of the turns: the queue, the filters, a turn with all that is known of it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from bot.journal.reasons import Reason
from bot.journal.records import FeedbackRecord
from bot.journal.review.judgements import Correction, Draft, GoldenRecord, ReviewRecord, Verdict
from retrieval.answer import Answer, Outside, Question
from retrieval.compose.report import CompositionReport


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class State(StrEnum):
    """Where a turn stands in the reviewing.

    `open`: nobody has judged it. `second`: it waits for a second, blind review. `settle`: two
    reviewers disagreed and a third has to see. `done`: judged. `erased`: its person is gone.
    """

    OPEN = "open"
    SECOND = "second"
    SETTLE = "settle"
    DONE = "done"
    ERASED = "erased"


class Filters(_Record):
    """Which turns are wanted; what is not given does not matter. Fit for a page's address.

    Attributes:
        text: words that must all stand in question or answer; "in quotes": in this order.
        verdict: the standing verdict, or `unreviewed`.
        since: first day, UTC.
        until: last day, UTC, inclusive.
        document: id of a document that was cited.
        user: pseudonym, or its beginning.
        feedback: what its reader thought.
        reason: why it is in the queue.
        sampled: only the random sample, or only the rest.
        assigned_to: a reviewer.
    """

    text: Annotated[Outside, Field(max_length=500)] = ""
    verdict: Verdict | Literal["unreviewed"] | None = None
    tag: str | None = None
    since: date | None = None
    until: date | None = None
    language: str | None = None
    composer: str | None = None
    document: str | None = None
    user: Annotated[str, Field(max_length=64)] | None = None
    outcome: str | None = None
    channel: str | None = None
    feedback: Literal["useful", "useless"] | None = None
    reason: Reason | None = None
    sampled: bool | None = None
    assigned_to: str | None = None


class Item(_Record):
    """One turn as a list of the reviewers shows it.

    Attributes:
        number: grows with time; the key that pages go on from.
        question: null: nobody can read it any more.
        user: the pseudonym of who asked.
        risk: the sum of the reasons' weights.
        version: changes with each review; `Judgement.version` must repeat it.
        verdict: the standing one; null: none, or hidden from this reviewer by a blind review.
        leased_by: who works on it now; null: nobody, or the lease has run out.
        place: where it stands in the queue; what comes after it is asked for with this.
    """

    id: str
    number: int
    asked_at: AwareDatetime
    question: str | None
    user: str
    outcome: str
    language: str | None
    composer: str | None
    channel: str
    risk: int
    reasons: tuple[Reason, ...]
    sampled: bool
    state: State
    version: int
    verdict: Verdict | None
    reviews: int
    useful: int
    useless: int
    assigned_to: str | None
    leased_by: str | None
    leased_until: AwareDatetime | None
    place: str


class Page(_Record):
    """Items in order, and the key to go on from; null: there are no more."""

    items: tuple[Item, ...]
    after: str | None = None


class Lease(_Record):
    """A turn that one reviewer works on until the time given, and others leave alone."""

    turn_id: str
    reviewer: str
    until: AwareDatetime


class PassageDetail(_Record):
    """A passage found for the turn. `relevance`: this reviewer's, or the standing one."""

    rank: int
    document_id: str
    section: str
    start: int
    end: int
    score: float
    dense_rank: int | None
    keyword_rank: int | None
    text_hash: str | None
    cited: bool


class ClaimDetail(_Record):
    """A claim with its checks; `gate` and `reason`: why it was cut before anyone read it.

    Attributes:
        position: from 1; cut claims come after those that were sent.
        text: null where only the record of the cut is left.
        citations: the numbers of what it rests on.
        grounded: every number of it stands in its quotes; null: not known.
        exact: every quote stood word for word in its document; null: not known.
    """

    position: int
    text: str | None
    citations: tuple[int, ...]
    grounded: bool | None
    exact: bool | None
    gate: str | None = None
    reason: str | None = None


class ChainPlace(_Record):
    """Where a turn stands in the chain of events."""

    number: int
    hash: str


class TurnDetail(_Record):
    """One turn with all that is known of it, as far as this reviewer may see it.

    Attributes:
        question: null: its person was erased. The answer likewise.
        blind: earlier reviews, verdict and corrections are hidden, since this is a second review.
        previous: the turn the same person asked before, newest; null: none.
        result: the document of the result that this turn stands for; null: it stands for none, or
            its person was erased.
    """

    item: Item
    question: Question | None
    answer: Answer | None
    error: str | None
    report: CompositionReport | None
    claims: tuple[ClaimDetail, ...]
    passages: tuple[PassageDetail, ...]
    feedback: tuple[FeedbackRecord, ...]
    reviews: tuple[ReviewRecord, ...]
    corrections: tuple[Correction, ...]
    tags: tuple[str, ...]
    blind: bool
    draft: Draft | None
    goldens: tuple[GoldenRecord, ...]
    place: ChainPlace | None
    previous: str | None
    result: str | None = None


class Progress(_Record):
    """How far a reviewer has come: reviews in all, today and in seven days (UTC), and to do."""

    reviewer: str
    total: int
    today: int
    week: int
    assigned: int
    leased: int


class EventRecord(_Record):
    """One link of the chain, as the log of who did what shows it."""

    number: int
    at: AwareDatetime
    kind: str
    subject: str
    actor: str
    detail: str
