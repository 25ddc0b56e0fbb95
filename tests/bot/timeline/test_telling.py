from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.timeline import timeline_of
from bot.timeline.telling import timeline_text
from bot.words import load_words
from corpus import Library
from tests.documents import write_document

TODAY = date(2026, 11, 22)


def test_the_text_tells_of_each_measure_its_standing_its_days_and_what_comes(
    tmp_path: Path,
) -> None:
    write_document(
        tmp_path,
        "pause",
        title="A pause",
        status="suspended",
        effective_until="2026-12-31",
        next_date="2026-12-31",
        next_event="The pause ends.",
    )
    library = Library.load(tmp_path)
    told = timeline_text(timeline_of(library, "copper", day=TODAY), load_words("en"))
    assert told == (
        "What was in force when: copper\n"
        "as the documents stood when last checked, 22 November 2026 or later\n\n"
        "A pause (pause)\n"
        "  suspended · 1 Feb 2025 – 31 Dec 2026\n"
        "  next 31 Dec 2026: The pause ends."
    )


def test_a_milestone_that_has_passed_is_told_as_one_that_was_due(library: Library) -> None:
    told = timeline_text(
        timeline_of(library, "s232-semiconductors-11002", day=TODAY), load_words("en")
    )
    assert "was due 1 Jul 2026: Commerce report" in told
    assert "a date has passed, outcome not known" in told


def test_in_japanese_the_topic_the_standing_and_the_days_are_japanese(library: Library) -> None:
    told = timeline_text(timeline_of(library, "copper", day=TODAY), load_words("ja"))
    assert told.startswith("措置の有効期間: 銅\n")
    assert "改正のうえ有効・2025年8月1日 から" in told


def test_what_is_left_out_is_counted(library: Library) -> None:
    told = timeline_text(timeline_of(library, "tariffs", day=TODAY, most=3), load_words("en"))
    assert "3 shown, " in told
