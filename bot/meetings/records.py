"""A meeting, what was asked in it, and the two together as minutes."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from corpus.errors import LodestoneError
from retrieval.answer import Answer, Outcome, clean_text

LONGEST_TITLE = 200
"""Characters; what goes beyond is cut off, and the title ends in an ellipsis."""

LONGEST_NAME = 64

UTC_ZONE = "UTC"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Meeting(_Model):
    """A meeting in a chat or in one topic of it.

    Attributes:
        id: opaque, short enough for a button.
        thread_id: the topic; None: the chat itself.
        owner_id: who began it; only they may delete it. None: they were erased, and the title with
            them.
        zone: the IANA name of the time zone that its times are told in.
        ended_at: None while it runs.
    """

    id: str
    chat_id: int
    thread_id: int | None
    owner_id: int | None
    title: str
    language: Literal["en", "ja"]
    zone: str
    started_at: AwareDatetime
    ended_at: AwareDatetime | None = None

    @property
    def is_running(self) -> bool:
        """Whether it has not been ended yet."""
        return self.ended_at is None

    def local(self, moment: datetime) -> datetime:
        """A moment in the meeting's own time zone."""
        return moment.astimezone(zone_of(self.zone))


class Entry(_Model):
    """One question and what came of it.

    Attributes:
        number: from 1, in the order asked.
        asker_id: None where nobody is named, or the one who asked has taken the question back.
        answer: None where there was none; `error` tells why.
        withdrawn: the one who asked was erased at their wish; only the number is left.
    """

    number: int = Field(ge=1)
    asked_at: AwareDatetime
    asker_id: int | None
    asker: str
    question: str
    answer: Answer | None = None
    error: str | None = None
    withdrawn: bool = False

    @field_validator("answer")
    @classmethod
    def _without_passages(cls, answer: Answer | None) -> Answer | None:
        """What was searched is the journal's matter."""
        return answer.model_copy(update={"passages": ()}) if answer else None

    @property
    def is_open(self) -> bool:
        """Whether the question is left open: the corpus held no answer, or there was none."""
        if self.withdrawn:
            return False
        return self.answer is None or self.answer.outcome is Outcome.NOT_IN_CORPUS


class Minutes(_Model):
    """A meeting and all that was asked in it, in order."""

    meeting: Meeting
    entries: tuple[Entry, ...] = ()

    @property
    def open_points(self) -> tuple[Entry, ...]:
        """What the corpus did not hold."""
        return tuple(entry for entry in self.entries if entry.is_open)

    @property
    def askers(self) -> tuple[str, ...]:
        """Who asked, each once, in the order of their first question."""
        return tuple(dict.fromkeys(e.asker for e in self.entries if e.asker and not e.withdrawn))


class MeetingRunningError(LodestoneError):
    """A meeting runs in that place already."""

    def __init__(self, meeting: Meeting) -> None:
        super().__init__(f'the meeting "{meeting.title}" runs there already: end it first')
        self.meeting = meeting


def one_line(text: str, longest: int) -> str:
    """Text from a person as it may stand in a title or a list.

    Control, invisible and direction-changing characters go, as do stacks of accents; what is too
    long ends in an ellipsis.
    """
    folded = clean_text(unicodedata.normalize("NFC", text)).replace("\n", " ")
    kept: list[str] = []
    accents = 0
    for character in folded:
        accents = accents + 1 if unicodedata.combining(character) else 0
        if accents <= 2:
            kept.append(character)
    line = "".join(kept).strip()
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def zone_of(name: str) -> ZoneInfo:
    """The time zone of an IANA name; one that is not known is read as UTC."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(UTC_ZONE)
