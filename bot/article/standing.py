"""The article's claims as they stand on a day, the gravest first. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict

from corpus import Library, Standing

GRAVITY = (
    Standing.WRONG,
    Standing.OUTDATED,
    Standing.CONTESTED,
    Standing.IMPRECISE,
    Standing.UNVERIFIED,
    Standing.HOLDS,
)
"""The order in which standings are told."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StandingClaim(_Model):
    """One claim of the article on the day. `evidence` holds the titles of the documents behind."""

    id: str
    claim: str
    standing: Standing
    since: date | None
    summary: str
    evidence: tuple[str, ...]


class ArticleBoard(_Model):
    """All checked claims of the article, the gravest first.

    Attributes:
        title: the article's.
        day: the day they are told for.
        checked: when the article's document was last checked.
    """

    title: str
    day: date
    checked: date | None
    claims: tuple[StandingClaim, ...] = ()

    @property
    def counts(self) -> Mapping[Standing, int]:
        """How many claims stand in each way, in the order of `GRAVITY`, none left out."""
        found = Counter(claim.standing for claim in self.claims)
        return MappingProxyType({standing: found[standing] for standing in GRAVITY})


def article_board(library: Library, *, day: date) -> ArticleBoard:
    """How each claim of the article stands on a day.

    A claim that is outdated since a later day still holds on the day asked for.
    """
    article = library.article
    claims = []
    for claim in library.claims:
        later = claim.since is not None and day < claim.since
        claims.append(
            StandingClaim(
                id=claim.id,
                claim=claim.claim,
                standing=Standing.HOLDS if later else claim.standing,
                since=None if later else claim.since,
                summary=claim.summary,
                evidence=tuple(
                    dict.fromkeys(
                        library.get(evidence.document).title
                        for evidence in claim.evidence
                        if evidence.document in library
                    )
                ),
            )
        )
    claims.sort(key=lambda claim: GRAVITY.index(claim.standing))
    return ArticleBoard(
        title=article.title if article else "",
        day=day,
        checked=article.checked if article else None,
        claims=tuple(claims),
    )
