"""Random profiles, days, and corpora whose signals' documents stand in random states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from bot.allocation import Allocator, packaged_rules
from bot.allocation.rules import Rules
from corpus import Document, Library, Status
from corpus.errors import ProfileError

TICKERS = ("VT", "VTI", "REMX", "URA", "URNM", "SMH", "XAR", "IFRA", "PICK", "GLD", "VTIP", "SGOV")
DAY = timedelta(days=1)
FULL = 20_000
"""Examples of a full run (--hypothesis-profile=full)."""

PROFILE: dict[str, Any] = {
    "horizon": "over-10y",
    "willingness": 3,
    "tolerable_loss_pct": 30,
    "emergency_fund": True,
    "costly_debt": False,
    "theme_knowledge": True,
    "exclusions": [],
}
"""Level 3 over ten years: the worked example of the specification."""


def profile(**changes: object) -> dict[str, Any]:
    return {**PROFILE, **changes}


def share(part: float) -> Callable[[Any], Any]:
    """Settings for a part of the usual 100 examples; a full run tries all its 20,000 each time."""
    count = settings().max_examples
    if count < FULL:
        count = max(20, int(count * part))
    return settings(max_examples=count, deadline=None)


days = st.dates(date(2025, 1, 1), date(2030, 12, 31))

exclusions = st.lists(
    st.sampled_from(("MIN", "DEF", "TECH", "POL", "defense", "china-exposure", *TICKERS)),
    max_size=4,
    unique=True,
)


@st.composite
def profiles(draw: st.DrawFn, *, with_gates: bool = True) -> dict[str, Any]:
    gates = with_gates and draw(st.integers(0, 5)) == 0
    data = {
        "horizon": draw(st.sampled_from(("under-3y", "3-10y", "over-10y"))),
        "willingness": draw(st.integers(1, 5)),
        "tolerable_loss_pct": draw(
            st.one_of(st.integers(0, 100), st.decimals(0, 100, places=1).map(float))
            if gates
            else st.one_of(st.integers(15, 100), st.sampled_from((14.1, 20.3, 26.7, 32.9, 39.3)))
        ),
        "emergency_fund": not (gates and draw(st.booleans())),
        "costly_debt": gates and draw(st.booleans()),
        "theme_knowledge": draw(st.sampled_from((True, True, True, False))),
        "exclusions": draw(exclusions),
    }
    if draw(st.booleans()):
        data["implementation"] = draw(st.sampled_from(("sleeves", "funds")))
    return data


@st.composite
def changed_dates(draw: st.DrawFn) -> dict[str, Any]:
    """Front matter that a document may have: any status, and dates in a sound order."""
    published = draw(st.dates(date(2024, 6, 1), date(2027, 6, 30)))
    later = st.one_of(st.none(), st.integers(0, 900).map(lambda n: published + n * DAY))
    milestone = draw(later)
    return {
        "status": draw(st.sampled_from(list(Status))),
        "published": published,
        "effective_from": draw(later),
        "effective_until": draw(later),
        "next_date": milestone,
        "next_event": milestone and "A milestone.",
    }


@cache
def packaged() -> Library:
    return Library.load()


@st.composite
def states(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    """Front-matter changes by document; nothing for most, so that the real corpus is tried too."""
    ids = [signal.document for signal in packaged_rules().rules.signals]
    return draw(st.dictionaries(st.sampled_from(ids), changed_dates(), max_size=len(ids)))


def library_with(changes: Mapping[str, Mapping[str, Any]], *more: Document) -> Library:
    """The packaged corpus, but for what is changed and added."""
    documents = dict(packaged().documents)
    for name, change in changes.items():
        documents[name] = documents[name].model_copy(update=dict(change))
    documents |= {document.id: document for document in more}
    return Library(documents)


def allocator_with(
    changes: Mapping[str, Mapping[str, Any]], *more: Document, rules: Rules | None = None
) -> Allocator:
    rule_set = packaged_rules()
    if rules is not None:
        rule_set = rule_set._replace(rules=rules)
    return Allocator.load(library_with(changes, *more), rule_set=rule_set)


def refusal(read: Callable[[], object]) -> str:
    """What is said of something that cannot be read; nothing where it can."""
    try:
        read()
    except ProfileError as error:
        return str(error)
    return ""
