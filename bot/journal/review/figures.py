"""What the journal says about the answers as a whole: records for the insights."""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Share(_Record):
    """A share with what it rests on: `right` of `n`, and Wilson's 95 % interval.

    `value`, `low` and `high` are null where `n` is 0.
    """

    right: int
    n: int
    value: float | None
    low: float | None
    high: float | None


class Period(_Record):
    """One step of a line over time; `first` is its first day, UTC."""

    first: date
    turns: int
    refused: int
    failed: int
    cost_usd: float
    p50_ms: float | None
    p95_ms: float | None
    accuracy: Share


class DocumentUse(_Record):
    """A document and how often it was cited."""

    document_id: str
    title: str | None
    cited: int


class StaleDocument(_Record):
    """A document whose facts were last looked at long ago."""

    document_id: str
    title: str
    checked: date
    days: int
    cited: int


class Gap(_Record):
    """Unanswered questions that mean much the same.

    Attributes:
        examples: questions of it, newest first; those of erased people are gone.
        turn_ids: the turns the examples come from, in the same order.
        documents: what was nearest, most often first.
    """

    number: int
    count: int
    first_at: AwareDatetime
    last_at: AwareDatetime
    examples: tuple[str, ...]
    turn_ids: tuple[str, ...]
    documents: tuple[str, ...]


class Agreement(_Record):
    """How far two reviewers agree beyond chance (Cohen's kappa); null: too little to tell.

    Attributes:
        pairs: turns with a first and a blind second review.
        observed: share of pairs with the same verdict.
        by_pair: (first verdict, second verdict, how often).
    """

    pairs: int
    observed: float | None
    kappa: float | None
    by_pair: tuple[tuple[str, str, int], ...] = ()


class Insights(_Record):
    """Everything at a glance, between two days (UTC, inclusive).

    Attributes:
        accuracy: of the random sample alone, whose turns nobody chose.
        sample_open: turns of the sample that wait for a verdict.
        verdicts: how often each stands, of all turns, chosen or not.
        outcomes: turns by outcome.
        results: allocations by outcome; they are not among the turns.
        unclustered: unanswered questions not yet in a gap.
    """

    since: date | None
    until: date | None
    turns: int
    outcomes: dict[str, int]
    composers: dict[str, int]
    languages: dict[str, int]
    channels: dict[str, int]
    results: dict[str, int]
    cost_usd: float
    tokens_in: int
    tokens_out: int
    p50_ms: float | None
    p95_ms: float | None
    accuracy: Share
    sample_open: int
    verdicts: dict[str, int]
    useful: int
    useless: int
    agreement: Agreement
    periods: tuple[Period, ...]
    most_cited: tuple[DocumentUse, ...]
    never_cited: tuple[DocumentUse, ...]
    stale: tuple[StaleDocument, ...]
    gaps: tuple[Gap, ...]
    unclustered: int


class RunRecord(_Record):
    """One stored evaluation of the golden questions and regression tests.

    Attributes:
        scores: by golden id: whether it went right.
        why: by golden id: why it did not, as `why_not` in runs.py has it.
        before: share right in the run before, over the questions both have; null: nothing to
            compare. `now`: the same of this run. `common`: how many questions both have.
    """

    id: str
    at: AwareDatetime
    actor: str
    as_of: date
    corpus_fingerprint: str
    questions: int
    right: int
    scores: dict[str, bool]
    why: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    before: float | None = None
    now: float | None = None
    common: int = 0
