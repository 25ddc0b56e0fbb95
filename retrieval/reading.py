"""The sentences of the index, each read once: what it says and holds, how it stands on a day."""

from __future__ import annotations

from collections import OrderedDict
from datetime import date
from functools import cached_property
from typing import NamedTuple

from corpus import Document, Kind, Library
from retrieval.currency import OVER, State, Tense, ends_openly, recency, state_on, tense_on
from retrieval.features import counts_told
from retrieval.index import SearchIndex
from retrieval.terms import figures

DAYS_KEPT = 8
"""Dates for which readings are kept; nearly every question asks for today."""


class Reading(NamedTuple):
    """A sentence, word for word, with what can be told of it on any day."""

    position: int
    text: str
    document: Document
    section: str
    start: int
    end: int
    figures: frozenset[str]
    counts: frozenset[int]
    is_article: bool
    is_timeline: bool
    tells_who_is_affected: bool


class Standing(NamedTuple):
    """How a sentence and its document stand on one day."""

    tense: Tense
    recency: float
    measure_is_over: bool
    is_not_published: bool


class SentenceReader:
    """Reads sentences by their position in the index, and remembers what it read.

    Safe to share between threads: at worst two of them read the same sentence.
    """

    def __init__(self, index: SearchIndex, library: Library) -> None:
        self.index = index
        self.library = library
        self._readings: dict[int, Reading] = {}
        self._standings: OrderedDict[date, dict[int, Standing]] = OrderedDict()
        self._states: dict[tuple[str, date], State] = {}

    def read(self, position: int) -> Reading:
        """The sentence at this position."""
        known = self._readings.get(position)
        if known is None:
            known = self._readings[position] = self._read(position)
        return known

    def on(self, position: int, day: date) -> Standing:
        """How the sentence at this position stands on a day."""
        standings = self._standings.get(day)
        if standings is None:
            standings = self._standings[day] = {}
            if len(self._standings) > DAYS_KEPT:
                self._standings.popitem(last=False)
                self._states.clear()
        known = standings.get(position)
        if known is None:
            known = standings[position] = self._stand(self.read(position), day)
        return known

    def at(self, document_id: str, start: int) -> Reading | None:
        """The sentence that begins there; None where none does."""
        position = self._positions.get((document_id, start))
        return None if position is None else self.read(position)

    @cached_property
    def _positions(self) -> dict[tuple[str, int], int]:
        passages = self.index.passages
        return {
            (passages[sentence.passage].document_id, sentence.start): position
            for position, sentence in enumerate(self.index.manifest.sentences)
        }

    def _read(self, position: int) -> Reading:
        sentence = self.index.manifest.sentences[position]
        passage = self.index.passages[sentence.passage]
        document = self.library.get(passage.document_id)
        text = document.body[sentence.start : sentence.end]
        return Reading(
            position=position,
            text=text,
            document=document,
            section=passage.section,
            start=sentence.start,
            end=sentence.end,
            figures=figures(text),
            counts=counts_told(text),
            is_article=document.kind is Kind.ARTICLE,
            is_timeline=document.kind is Kind.TIMELINE,
            tells_who_is_affected=passage.section.startswith("Who is affected"),
        )

    def _stand(self, reading: Reading, day: date) -> Standing:
        key = (reading.document.id, day)
        state = self._states.get(key)
        if state is None:
            state = self._states[key] = state_on(reading.document, day, self.library)
        tense = tense_on(reading.text, day)
        over = reading.document.effective_until
        if tense is Tense.HOLDS and state in OVER and ends_openly(reading.text, day, over):
            # "The surcharge starts" says nothing of its end; that its measure is over does.
            tense = Tense.PAST
        return Standing(
            tense=tense,
            recency=recency(reading.text, day),
            measure_is_over=state in OVER,
            is_not_published=state is State.NOT_YET,
        )
