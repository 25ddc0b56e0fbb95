from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.meetings.markdown import escaped, minutes_markdown
from bot.words import load_words
from retrieval.answer import Question
from tests.bot.meetings.conftest import entry, minutes_of, nothing_held


class Text(HTMLParser):
    """What a reader sees, and which elements it stands in."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def read(markdown: str) -> Text:
    reader = Text()
    reader.feed(MarkdownIt("commonmark").render(markdown))
    return reader


def test_minutes_hold_the_questions_the_answers_their_sources_and_who_asked_when() -> None:
    told = minutes_markdown(minutes_of(entry(1)), load_words("en"))
    assert told == (
        "# Minutes: Copper\n\n"
        "- 22 November 2026, 23:00 to 23 November 2026, 00:00 (Asia/Tokyo)\n"
        "- Questions: 1\n"
        "- Asked by: Ada\n\n"
        "## 1\\. What does copper pay?\n\n"
        "*23:01 · Ada · as of 22 November 2026*\n\n"
        "Copper pays 50%. [1]\n\n"
        "> **Changes soon:** A date comes. [1]\n\n"
        "**Sources**\n\n"
        "- [1] [Proclamation 10962 (50%)](https://example.org/copper) · President of the United "
        "States · published 30 July 2025 · in force as amended · our summary, not the official "
        "text\n\n"
        "## Open points\n\n"
        "None: every question had an answer in the collection.\n\n"
        "## All sources\n\n"
        "- [Proclamation 10962 (50%)](https://example.org/copper) · President of the United States "
        "· published 30 July 2025 · in force as amended · our summary, not the official text\n\n"
        "*Written by Lodestone, an automated assistant. General information, not advice.*\n"
    )


def test_what_the_corpus_did_not_hold_is_an_open_point() -> None:
    question = Question(question="Tea?")
    minutes = minutes_of(
        entry(1),
        entry(2, "Tea?", answer=nothing_held(question)),
        entry(3, "And?", answer=None, error="it broke"),
    )
    points = minutes_markdown(minutes, load_words("en")).split("## Open points\n\n")[1]
    assert points.startswith(
        "- 2\\. Tea? (not in the collection)\n- 3\\. And? (no answer: it broke)\n\n"
    )


def test_an_empty_meeting_and_one_that_still_runs_say_so() -> None:
    told = minutes_markdown(minutes_of(ended_at=None, title=""), load_words("en"))
    assert told.startswith("# Minutes: Meeting of 22 November 2026\n")
    assert "since 22 November 2026, 23:00 (Asia/Tokyo), still running" in told
    assert "Nothing was asked." in told


def test_a_question_that_was_withdrawn_leaves_only_its_number() -> None:
    gone = entry(1, question="", answer=None, asker="", asker_id=None, withdrawn=True)
    told = minutes_markdown(minutes_of(gone), load_words("en"))
    assert "## 1\\. (erased at the person's wish)\n" in told
    assert "somebody" not in told


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "# heading",
        "- item",
        "1. item",
        "[a](javascript:alert(1))",
        "[1]: http://example.org",
        "**bold** `code` | table |",
        "===",
    ],
)
def test_what_people_typed_never_becomes_markup(typed: str) -> None:
    minutes = minutes_of(entry(1, typed, asker=typed), title=typed)
    plain = minutes_of(entry(1, "x", asker="x"), title="x")
    words = load_words("en")
    seen, expected = (read(minutes_markdown(m, words)) for m in (minutes, plain))
    assert seen.tags == expected.tags
    assert seen.text.count(typed) == 4


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs"])))
def test_escaped_text_reads_as_it_was_written(text: str) -> None:
    line = " ".join(text.split())
    assert read(escaped(line)).text.strip("\n") == line


def test_in_japanese_all_that_stands_around_is_japanese() -> None:
    told = minutes_markdown(minutes_of(entry(1), language="ja"), load_words("ja"))
    assert told.startswith("# 議事録: Copper\n\n- 2026年11月22日 23:00 ～ 2026年11月23日 00:00")
    assert "## 未解決の点" in told
    assert "改正のうえ有効" in told
