from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Document, Library, parse_document
from retrieval.dated import sentence_about, sentence_naming, sentences_of
from retrieval.engine import Holdings
from tests.documents import document_text

BODY = """# Copper on 1 January 2025

- Copper pays 50% from 1 February 2025. It was proposed on 10 January 2025.
- From 1 February 2025 scrap pays nothing.

## Until when

1. The duty runs from 3 March 2025 to 31 July 2025.
> It may be renewed in August 2026.
"""


def document(body: str) -> Document:
    return parse_document(document_text("copper", body), Path("copper.md"))


def quote(found: object) -> str | None:
    return getattr(found, "quote", None)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (date(2025, 2, 1), "Copper pays 50% from 1 February 2025."),
        (date(2025, 1, 10), "It was proposed on 10 January 2025."),
        (date(2025, 3, 3), "The duty runs from 3 March 2025 to 31 July 2025."),
        (date(2025, 7, 31), "The duty runs from 3 March 2025 to 31 July 2025."),
        (date(2026, 8, 1), "It may be renewed in August 2026."),
        (date(2026, 8, 31), "It may be renewed in August 2026."),
    ],
)
def test_the_first_sentence_that_names_a_day_is_found(day: date, sentence: str) -> None:
    assert quote(sentence_naming(document(BODY), day)) == sentence


@pytest.mark.parametrize(
    "day", [date(2025, 7, 30), date(2025, 3, 2), date(2026, 8, 15), date(2030, 1, 1)]
)
def test_a_day_that_no_sentence_names_is_not_found(day: date) -> None:
    assert sentence_naming(document(BODY), day) is None


def test_a_heading_is_no_sentence() -> None:
    assert sentence_naming(document(BODY), date(2025, 1, 1)) is None
    texts = [BODY[start:end] for start, end in sentences_of(document(BODY))]
    assert not [text for text in texts if "#" in text or text == "Until when"]


def test_where_no_sentence_names_the_day_the_first_stands_in() -> None:
    found = sentence_about(document(BODY), date(2030, 1, 1))
    assert found.quote == "Copper pays 50% from 1 February 2025."
    assert sentence_about(document(BODY), date(2025, 1, 10)).quote.startswith("It was proposed")


def test_a_sentence_that_runs_over_lines_is_one_sentence() -> None:
    wrapped = document("# Copper\n\nCopper pays 50%\nfrom 1 February 2025. Scrap\npays nothing.\n")
    found = sentence_naming(wrapped, date(2025, 2, 1))
    assert quote(found) == "Copper pays 50%\nfrom 1 February 2025."


def test_a_changed_document_of_the_same_name_is_read_anew() -> None:
    day = date(2025, 2, 1)
    assert sentence_naming(document("It began on 1 February 2025.\n"), day)
    assert sentence_naming(document("It began on 2 February 2025.\n"), day) is None


def test_a_document_of_nothing_but_headings_still_has_something_to_cite() -> None:
    found = sentence_about(document("# Copper\n"), date(2025, 2, 1))
    assert found.quote == "# Copper"


@given(st.text(st.sampled_from("ab .\n-#>*1)5%|`"), min_size=1, max_size=80))
def test_sentences_stand_in_order_in_their_document_and_do_not_overlap(text: str) -> None:
    read = document(f"Copper. {text}\n")
    spans = sentences_of(read)
    assert spans
    position = 0
    for start, end in spans:
        assert position <= start < end <= len(read.body)
        assert read.body[start:end].strip() == read.body[start:end]
        position = end


def test_the_sentences_of_the_packaged_documents_are_those_of_the_index(
    library: Library, holdings: Holdings
) -> None:
    passages = holdings.index.passages
    indexed: dict[str, list[tuple[int, int]]] = {}
    for sentence in holdings.index.manifest.sentences:
        name = passages[sentence.passage].document_id
        indexed.setdefault(name, []).append((sentence.start, sentence.end))
    for held in library:
        assert list(sentences_of(held)) == indexed[held.id]
