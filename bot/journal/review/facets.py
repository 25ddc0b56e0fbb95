"""Values there are to filter by."""

from __future__ import annotations

from sqlalchemy import func, select

from bot.journal.review.schema import TagRow
from bot.journal.schema import TallyRow
from bot.journal.tallies import Measure
from bot.journal.vault import Work

_MOST = 200

_COUNTED = {
    "language": Measure.LANGUAGE,
    "composer": Measure.COMPOSER,
    "channel": Measure.CHANNEL,
    "outcome": Measure.OUTCOME,
    "document": Measure.CITED,
}


def read_facets(work: Work) -> dict[str, tuple[str, ...]]:
    """By the name of a filter, the values it can take, the most frequent first."""
    found: dict[str, tuple[str, ...]] = {
        "tag": tuple(
            work.session.scalars(
                select(TagRow.tag).group_by(TagRow.tag).order_by(func.count().desc()).limit(_MOST)
            )
        )
    }
    total = func.sum(TallyRow.amount)
    for name, measure in _COUNTED.items():
        query = (
            select(TallyRow.label)
            .where(TallyRow.measure == measure.value, TallyRow.label != "")
            .group_by(TallyRow.label)
            .order_by(total.desc(), TallyRow.label)
        )
        found[name] = tuple(work.session.scalars(query.limit(_MOST)))
    return found
