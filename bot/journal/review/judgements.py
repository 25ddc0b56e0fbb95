"""What reviewers say of a turn: verdicts, comments, corrections, golden questions."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, field_validator

from bot.journal.reviewable import ALLOCATION, EDUCATION
from retrieval.answer import Outside
from retrieval.evaluation import GoldenQuestion

LONGEST_COMMENT = 4000

LONGEST_CORRECTION = 20_000

MOST_TAGS = 20

Tag = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_lower=True, min_length=1, max_length=40, pattern=r"^[\w-]+$"
    ),
]
"""One word of letters, digits, `-` and `_`; kept in small letters."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Verdict(StrEnum):
    """What a reviewer makes of an answer, in the order of the keys 1 to 6."""

    CORRECT = "correct"
    PARTLY = "partly"
    WRONG = "wrong"
    SHOULD_HAVE_REFUSED = "should-have-refused"
    REFUSED_WRONGLY = "refused-wrongly"
    NOT_REVIEWABLE = "not-reviewable"


_ANSWERS_TO_A_RESULT = {
    ALLOCATION: frozenset(Verdict) - {Verdict.REFUSED_WRONGLY},
    EDUCATION: frozenset(Verdict) - {Verdict.SHOULD_HAVE_REFUSED},
}


def verdicts_for(outcome: str) -> tuple[Verdict, ...]:
    """The verdicts that make sense: a mix was not refused, and a refusal of one is no mix."""
    allowed = _ANSWERS_TO_A_RESULT.get(outcome, frozenset(Verdict))
    return tuple(verdict for verdict in Verdict if verdict in allowed)


REJECTED = frozenset({Verdict.WRONG, Verdict.SHOULD_HAVE_REFUSED, Verdict.REFUSED_WRONGLY})
"""Verdicts that say the answer should not have been given as it was."""


class Comment(_Record):
    """A remark on the whole turn, or on one of its claims, passages or sleeves (from 1)."""

    text: Annotated[Outside, Field(min_length=1, max_length=LONGEST_COMMENT)]
    anchor: Literal["turn", "claim", "passage", "sleeve"] = "turn"
    position: Annotated[int, Field(ge=1)] | None = None


class Judgement(_Record):
    """What a reviewer sends.

    Attributes:
        version: `Item.version` of the turn as the reviewer saw it.
        token: any string unique to the form; a form sent twice is one review.
        again: the reviewer knows that the turn has been judged meanwhile, and judges all the same.
        relevance: by a passage's rank: 0 not relevant, 1 partly, 2 fully.
        correction: a better answer; null: none.
    """

    verdict: Verdict
    version: int
    token: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    again: bool = False
    tags: Annotated[tuple[Tag, ...], Field(max_length=MOST_TAGS)] = ()
    comments: tuple[Comment, ...] = ()
    relevance: dict[int, Annotated[int, Field(ge=0, le=2)]] = Field(default_factory=dict)
    correction: Annotated[Outside, Field(min_length=1, max_length=LONGEST_CORRECTION)] | None = None

    @field_validator("tags")
    @classmethod
    def _once(cls, tags: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(tags))


class ReviewRecord(_Record):
    """A review as it was written. Comments are empty once their person is erased."""

    id: str
    turn_id: str
    reviewer: str
    at: AwareDatetime
    verdict: Verdict
    round: int
    tags: tuple[str, ...] = ()
    comments: tuple[Comment, ...] = ()
    relevance: dict[int, int] = Field(default_factory=dict)
    correction_version: int | None = None


class Correction(_Record):
    """One version of a better answer; versions count from 1."""

    version: int
    reviewer: str
    at: AwareDatetime
    text: str


class Draft(_Record):
    """What a reviewer has typed and not yet sent: kept on the server, survives a reload."""

    verdict: Verdict | None = None
    tags: tuple[str, ...] = ()
    comments: tuple[Comment, ...] = ()
    relevance: dict[int, int] = Field(default_factory=dict)
    correction: Outside | None = None
    saved_at: AwareDatetime | None = None


class GoldenKind(StrEnum):
    """A golden question shows what is right; a regression test holds off what was wrong."""

    GOLDEN = "golden"
    REGRESSION = "regression"


class GoldenRecord(_Record):
    """A promoted question and where it came from. `golden` is null once its person is erased.

    Attributes:
        id: the same for all versions.
        version: counts from 1.
        reviewer: who made this version, at the time `at`.
        retired_at: since when this version is out of use: edited, or retired.
    """

    id: str
    version: int = 1
    kind: GoldenKind
    turn_id: str
    reviewer: str
    at: AwareDatetime
    golden: GoldenQuestion | None
    retired_at: AwareDatetime | None = None
