"""What both forms of the minutes say, before either gives it a form. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.meetings.records import Entry, Meeting, Minutes
from bot.words import Words
from corpus import Kind, Status
from retrieval.answer import Answer, Citation

_INSTRUMENTS = frozenset({Kind.POLICY_BRIEF, Kind.OFFICIAL_TEXT})
_CLOSING_MARKS = re.compile(r"(?:\s*\[\d+\])+\s*$")


@dataclass(frozen=True)
class SourceLine:
    """A document that answers rest on: its numbers in the answer, its title, what it is."""

    marks: str
    title: str
    facts: str
    url: str | None


def title_of(meeting: Meeting, words: Words) -> str:
    """The meeting's title; one without a title is called by its day."""
    if meeting.title:
        return meeting.title
    return words.minutes.untitled.format(date=words.day(meeting.local(meeting.started_at).date()))


def moment(meeting: Meeting, when: datetime, words: Words) -> str:
    """A day and a time in the meeting's time zone."""
    local = meeting.local(when)
    return words.minutes.moment.format(date=words.day(local.date()), time=f"{local:%H:%M}")


def when_words(meeting: Meeting, words: Words) -> str:
    """From when to when it was, and by which clock."""
    start = moment(meeting, meeting.started_at, words)
    if meeting.ended_at is None:
        return words.minutes.still_running.format(start=start, zone=meeting.zone)
    local = meeting.local(meeting.ended_at)
    same_day = meeting.local(meeting.started_at).date() == local.date()
    end = f"{local:%H:%M}" if same_day else moment(meeting, meeting.ended_at, words)
    return words.minutes.when.format(start=start, end=end, zone=meeting.zone)


def facts_of(minutes: Minutes, words: Words) -> list[str]:
    """When, how many questions, and who asked: a line each."""
    frame = words.minutes
    lines = [
        when_words(minutes.meeting, words),
        frame.questions.format(count=len(minutes.entries)),
    ]
    if minutes.askers:
        comma = "、" if words.language == "ja" else ", "
        lines.append(frame.asked_by.format(names=comma.join(minutes.askers)))
    return lines


def summary_of(entry: Entry, minutes: Minutes, words: Words) -> str:
    """When a question was asked, by whom, and for which day it was answered."""
    local = minutes.meeting.local(entry.asked_at)
    day = entry.answer.as_of if entry.answer else local.date()
    return words.minutes.summary.format(
        time=f"{local:%H:%M}", asker=entry.asker or words.minutes.somebody, date=words.day(day)
    )


def paragraphs_of(answer: Answer) -> list[str]:
    """The answer's paragraphs, marks included."""
    return [part.strip() for part in re.split(r"\n\s*\n", answer.text) if part.strip()]


def notices_of(answer: Answer, words: Words) -> list[tuple[str, str]]:
    """Each warning's label, and its text with its marks."""
    told = []
    for notice in answer.notices:
        marks = "".join(f"[{number}]" for number in notice.citations)
        text = _CLOSING_MARKS.sub("", notice.text)
        told.append((words.notices[notice.kind].label, f"{text} {marks}".strip()))
    return told


def sources_of(answer: Answer, words: Words) -> list[SourceLine]:
    """The documents of one answer, each once, in the order first cited."""
    cited: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        cited.setdefault(citation.document_id, []).append(citation)
    return [
        _source(group[0], "".join(f"[{c.number}]" for c in group), words)
        for group in cited.values()
    ]


def all_sources(entries: Iterable[Entry], words: Words) -> list[SourceLine]:
    """Every document that any answer rests on, by title."""
    first: dict[str, Citation] = {}
    for entry in entries:
        for citation in entry.answer.citations if entry.answer else ():
            first.setdefault(citation.document_id, citation)
    return [
        _source(citation, "", words)
        for citation in sorted(first.values(), key=lambda c: c.title.casefold())
    ]


def why_open(entry: Entry, words: Words) -> str:
    """Why a question is left open."""
    if entry.answer is None:
        return words.minutes.failed.format(reason=entry.error or "-")
    return words.minutes.not_held


def open_points(minutes: Minutes, words: Words) -> Sequence[tuple[Entry, str]]:
    """What was left open, and why."""
    return [(entry, why_open(entry, words)) for entry in minutes.open_points]


def _source(citation: Citation, marks: str, words: Words) -> SourceLine:
    status = words.kinds[citation.kind]
    if citation.kind in _INSTRUMENTS or citation.status is not Status.IN_FORCE:
        status = f"{words.statuses[citation.status]}{words.answer.separator}{status}"
    facts = words.minutes.source.format(
        issuer=citation.issuer, published=words.day(citation.published), status=status
    )
    return SourceLine(marks, citation.title, facts, citation.url)
