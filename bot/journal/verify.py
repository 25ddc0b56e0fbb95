"""Hold the journal to its chain: what was changed, dropped, moved or put in from outside."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from enum import StrEnum

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from bot.journal import chain
from bot.journal.retention import RETIRED
from bot.journal.rows import AnyRow
from bot.journal.schema import ChainRow, EventRow, KeyRow, TurnRow
from bot.journal.vault import Vault, Work
from bot.journal.witnesses import ROW_KINDS, digests_now, ids_now
from corpus.errors import JournalError

_AT_ONCE = 1000
_MOST_MOVED = 200
"""Broken links that are tried in each other's places; more are told as changed."""


class Trouble(StrEnum):
    """What was done to the journal."""

    CHANGED = "changed"
    MISSING = "missing"
    MOVED = "moved"
    OUTSIDE = "put in from outside"


class Finding(BaseModel):
    """One thing that does not hold: `what` is `event`, `turn`, `review` and so on."""

    model_config = ConfigDict(frozen=True)

    trouble: Trouble
    what: str
    id: str
    note: str = ""

    def __str__(self) -> str:
        """On one line."""
        verb = "is" if self.trouble is Trouble.MISSING else "was"
        note = f" ({self.note})" if self.note else ""
        return f"{self.what} {self.id} {verb} {self.trouble}{note}"


class Verified(BaseModel):
    """How many links were held to what, the chain's end, and what does not hold.

    `end` is fit to be noted elsewhere: a journal put back to an older state as a whole, key and
    all, can only be told by such a note.
    """

    model_config = ConfigDict(frozen=True)

    events: int = 0
    end: str = f"0:{chain.START}"
    findings: tuple[Finding, ...] = ()


def verify(vault: Vault, noted: str | None = None) -> Verified:
    """Go through the whole chain.

    Args:
        vault: the journal.
        noted: an end of the chain as told by an earlier `Verified`; it must still be a link.

    Raises:
        JournalError: `noted` is no such end.
    """
    number, link = _noted(noted)
    if vault.database.is_missing():
        gone = Finding(trouble=Trouble.MISSING, what="event", id=str(number))
        return Verified(findings=(gone,) if number else ())
    with vault.reading() as work:
        check = _Check(work)
        findings = list(check.run())
        if number and check.links.get(number) != link:
            known = number in check.links
            findings.append(
                Finding(
                    trouble=Trouble.CHANGED if known else Trouble.MISSING,
                    what="event",
                    id=str(number),
                    note="the journal does not hold the end that was noted: it was put back to "
                    "another state",
                )
            )
        return Verified(events=len(check.links), end=check.end, findings=tuple(findings))


class _Check:
    """One pass over the chain and what it speaks for."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.links: dict[int, str] = {}
        self.end = f"0:{chain.START}"
        self._retired: set[int] = set()
        self._destroyed: set[str] = set()
        self._seen: dict[str, set[str]] = {kind: set() for kind in ROW_KINDS}

    def run(self) -> Iterator[Finding]:
        """All that does not hold."""
        self._know_what_went()
        yield from self._events()
        yield from self._outside()
        yield from self._keys()
        # Loaded here: it speaks of findings itself.
        from bot.journal.standing import standings

        yield from standings(self._work)

    def _know_what_went(self) -> None:
        """Which rows and keys were dropped on purpose, as signed links tell."""
        kinds = (RETIRED, "erased", "key-retired")
        query = select(EventRow).where(EventRow.kind.in_(kinds)).order_by(EventRow.number)
        for row in self._work.session.scalars(query):
            event = _event(row)
            if chain.sign(self._work.keyring, row.number, event, row.before) != row.hash:
                continue
            if row.kind == RETIRED:
                for first, last in json.loads(row.detail)["events"]:
                    self._retired.update(range(first, last + 1))
            else:
                self._destroyed.add(row.subject)

    def _events(self) -> Iterator[Finding]:
        end = self._work.session.execute(
            select(ChainRow.count.label("links"), ChainRow.hash, ChainRow.seal)
        ).one_or_none()
        count = end.links if end else 0
        before, last, broken, held = chain.START, 0, list[EventRow](), True
        for rows in self._chunks():
            for row in rows:
                if row.number > last + 1:
                    yield from _missing(last + 1, row.number - 1)
                sound = self._fits(row, row.number)
                if not sound:
                    broken.append(row)
                elif held and row.number == last + 1 and row.before != before:
                    yield Finding(trouble=Trouble.CHANGED, what="event", id=str(last))
                self.links[row.number] = row.hash
                before, last, held = row.hash, row.number, sound
            yield from self._rows(rows)
        if last < count:
            yield from _missing(last + 1, count)
        yield from self._broken(broken, count)
        yield from self._ending(end, last, before)

    def _ending(self, end: AnyRow | None, last: int, link: str) -> Iterator[Finding]:
        self.end = f"{last}:{link}"
        if end is None:
            if last:
                yield Finding(trouble=Trouble.MISSING, what="the chain's", id="end")
            return
        sealed = chain.seal_end(self._work.keyring, end.links, end.hash) == end.seal
        if not sealed or (end.links == last and end.hash != link):
            yield Finding(trouble=Trouble.CHANGED, what="the chain's", id="end")

    def _broken(self, broken: Sequence[EventRow], count: int) -> Iterator[Finding]:
        """Say of each link whose signature fails what was done to it."""
        places = [row.number for row in broken] if len(broken) <= _MOST_MOVED else []
        for row in broken:
            belongs = next((n for n in places if self._fits(row, n)), None)
            if belongs is not None:
                yield Finding(
                    trouble=Trouble.MOVED,
                    what="event",
                    id=str(row.number),
                    note=f"it belongs at {belongs}",
                )
            else:
                inside = row.number <= count
                trouble = Trouble.CHANGED if inside else Trouble.OUTSIDE
                yield Finding(trouble=trouble, what="event", id=str(row.number))

    def _fits(self, row: EventRow, number: int) -> bool:
        return chain.sign(self._work.keyring, number, _event(row), row.before) == row.hash

    def _chunks(self) -> Iterator[Sequence[EventRow]]:
        last = 0
        while True:
            query = select(EventRow).where(EventRow.number > last).order_by(EventRow.number)
            rows = self._work.session.scalars(query.limit(_AT_ONCE)).all()
            if not rows:
                return
            yield rows
            last = rows[-1].number
            self._work.session.expunge_all()

    def _rows(self, events: Sequence[EventRow]) -> Iterator[Finding]:
        """Hold the rows that these links speak for to their digests."""
        by_kind: dict[str, list[EventRow]] = {}
        for event in events:
            if event.kind in ROW_KINDS and event.digest:
                by_kind.setdefault(event.kind, []).append(event)
        for kind, listed in by_kind.items():
            found = digests_now(self._work.session, kind, [event.subject for event in listed])
            for event in listed:
                self._seen[kind].add(event.subject)
                now = found.get(event.subject)
                if now is None and event.number not in self._retired:
                    yield Finding(trouble=Trouble.MISSING, what=kind, id=event.subject)
                elif now is not None and now != event.digest:
                    yield Finding(trouble=Trouble.CHANGED, what=kind, id=event.subject)

    def _outside(self) -> Iterator[Finding]:
        for kind, seen in self._seen.items():
            for subject in ids_now(self._work.session, kind):
                if subject not in seen:
                    yield Finding(trouble=Trouble.OUTSIDE, what=kind, id=subject)

    def _keys(self) -> Iterator[Finding]:
        """A key that nobody destroyed is there, and opens."""
        there = set(self._work.session.scalars(select(KeyRow.id)))
        used = set(self._work.session.scalars(select(TurnRow.key_id).distinct()))
        for key_id in sorted(used - there - self._destroyed):
            yield Finding(trouble=Trouble.MISSING, what="key", id=key_id)
        for key_id in sorted(there):
            try:
                self._work.key(key_id)
            except JournalError:
                yield Finding(trouble=Trouble.CHANGED, what="key", id=key_id)


def _event(row: EventRow) -> chain.Event:
    return chain.Event(
        at=row.at,
        kind=row.kind,
        subject=row.subject,
        actor=row.actor,
        detail=row.detail,
        digest=row.digest,
    )


def _missing(first: int, last: int) -> Iterator[Finding]:
    told = str(first) if first == last else f"{first} to {last}"
    yield Finding(trouble=Trouble.MISSING, what="event", id=told)


def _noted(noted: str | None) -> tuple[int, str]:
    if noted is None:
        return 0, ""
    number, _, link = noted.strip().partition(":")
    if not (number.isascii() and number.isdigit() and link):
        raise JournalError(
            f'"{noted[:80]}" is no end of a chain: give it as an earlier `lodestone journal '
            "verify` told it, NUMBER:HASH"
        )
    return int(number), link
