from __future__ import annotations

import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.render import render_sources
from bot.telegram.sources import brief_sources, full_sources
from bot.telegram.split import visible_text
from bot.titles import LONGEST_TITLE, shortened_title
from bot.words import Words, load_words
from corpus import Kind, Library, Status
from retrieval.answer import Answer, Citation

EN, JA = load_words("en"), load_words("ja")
MakeAnswer = Callable[..., Answer]


def with_first(make_answer: MakeAnswer, **changes: object) -> Answer:
    """An answer with one source, and that one changed."""
    first: Citation = make_answer().citations[0]
    return make_answer(citations=(first.model_copy(update=changes),))


def test_a_source_is_a_linked_title_and_what_the_document_is(make_answer: MakeAnswer) -> None:
    first, second = brief_sources(make_answer(), EN)

    title, facts, place = first.split("\n")
    assert title == (
        '[1] <b><a href="https://www.example.gov/order?a=1&amp;b=2">'
        "The framework &amp; its &lt;terms&gt;</a></b>"
    )
    assert facts == (
        "Governments of the United States and Japan · published 4 September 2025 · "
        "in force · our summary, not the official text"
    )
    assert place == "<i>Quoted word for word from: Autos</i>"
    assert "superseded · the article, restated in our words" in second


def test_a_quote_that_the_text_tells_is_not_told_twice_and_others_are(
    make_answer: MakeAnswer,
) -> None:
    answer = make_answer(text="The rate is 15% from 16 September 2025. [1]\n\nMore before. [2]")

    first, second = brief_sources(answer, EN)

    assert "“" not in first
    assert second.endswith("\n[2] <i>Autos</i> “It was 27.5% before.”")


def test_a_quote_is_shown_without_the_marks_of_its_layout(make_answer: MakeAnswer) -> None:
    answer = with_first(make_answer, quote="**EWJ:** tracks\nthe [index](https://x.example).")

    (source,) = brief_sources(answer, EN)

    assert source.endswith("“EWJ: tracks the index.”")


def test_a_document_cited_twice_is_named_once(make_answer: MakeAnswer) -> None:
    first, second = make_answer().citations
    second = second.model_copy(update={"document_id": first.document_id, "section": "Trucks"})

    (source,) = brief_sources(make_answer(citations=(first, second)), EN)

    assert source.startswith("[1][2] <b><a")
    assert source.endswith("<i>Quoted word for word from: Autos · Trucks</i>")


def test_a_source_without_sections_is_shown_without_them(make_answer: MakeAnswer) -> None:
    (source,) = brief_sources(with_first(make_answer, section=""), EN)

    assert source.endswith("our summary, not the official text")


def test_in_full_nothing_is_cut_and_every_quote_is_told(make_answer: MakeAnswer) -> None:
    title, issuer = "A very long title " * 20, "An issuer (with explanations) " * 20
    answer = with_first(make_answer, title=title, issuer=issuer)

    (brief,), (full,) = brief_sources(answer, EN), full_sources(answer, EN)

    assert len(visible_text(brief)) < 300
    assert title in full
    assert issuer in full
    assert full.endswith("\n[1] <i>Autos</i> “The rate is 15% from 16 September 2025.”")


def test_of_a_measure_it_is_said_whether_it_is_in_force_of_a_fund_only_if_it_is_not(
    make_answer: MakeAnswer,
) -> None:
    def told(kind: Kind, status: Status) -> bool:
        return EN.statuses[status] in full_sources(
            with_first(make_answer, kind=kind, status=status), EN
        )[0].replace("not yet in force", "")

    assert told(Kind.POLICY_BRIEF, Status.IN_FORCE)
    assert told(Kind.OFFICIAL_TEXT, Status.IN_FORCE)
    assert not told(Kind.FUND_BRIEF, Status.IN_FORCE)
    assert told(Kind.FUND_BRIEF, Status.SUPERSEDED)


@pytest.mark.parametrize("words", [EN, JA], ids=["en", "ja"])
def test_every_kind_and_every_lapsed_status_can_be_shown(
    make_answer: MakeAnswer, words: Words
) -> None:
    for kind in Kind:
        for status in set(Status) - {Status.IN_FORCE}:
            shown = render_sources(with_first(make_answer, kind=kind, status=status), words)[0]
            assert words.kinds[kind] in shown
            assert words.statuses[status] in shown


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("A short one - with a dash (2025)", "A short one - with a dash (2025)"),
        (
            "U.S.-Japan tariff relationship in 2026 - what replaced the 15% tariff after the "
            "Supreme Court ruling (Takaichi government)",
            "U.S.-Japan tariff relationship in 2026",
        ),
        (
            "China's 9 October 2025 export-control package (Announcements 55-58, 61, 62) and its "
            "suspension (Announcements 70 and 72)",
            "China's 9 October 2025 export-control package and its suspension",
        ),
        (
            "Proclamation 10908 - Section 232 tariffs on automobiles and automobile parts (25%), "
            "with later country rates and offsets",
            "Proclamation 10908 - Section 232 tariffs on automobiles and automobile parts, with "
            "later…",
        ),
    ],
)
def test_a_title_loses_its_brackets_then_its_subtitle_then_its_last_words(
    title: str, shown: str
) -> None:
    assert shortened_title(title) == shown


@given(
    st.lists(st.text(string.ascii_letters, min_size=1, max_size=15), min_size=1, max_size=40),
    st.integers(20, 120),
)
def test_a_shortened_title_fits_and_is_cut_between_words(parts: list[str], longest: int) -> None:
    shown = shortened_title(" ".join(parts), longest)

    assert len(shown) <= longest
    assert shown.removesuffix("…").split() == parts[: len(shown.split())]


@given(st.text(max_size=300), st.integers(20, 120))
def test_a_title_of_any_characters_fits(title: str, longest: int) -> None:
    assert len(shortened_title(title, longest)) <= longest


def test_no_title_of_the_library_is_cut_beyond_recognition(library: Library) -> None:
    shown = [shortened_title(document.title) for document in library]

    assert len(set(shown)) == len(shown)
    assert all(25 <= len(title) <= LONGEST_TITLE for title in shown)
