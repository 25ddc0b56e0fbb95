from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from corpus import Document, Library, Passage, parse_document, sentence_spans, split_passages
from tests.documents import document_text

markdown = st.lists(
    st.sampled_from(
        [
            *(
                "# One",
                "## Two",
                "Set\n===",
                "a b c",
                "A sentence. And one more.",
                "- item",
                "  - sub",
            ),
            *(
                "* star",
                "12. ordinal",
                "3) three",
                "> quote",
                "```\ncode\n```",
                "    indented",
                "---",
            ),
            *(
                "| a | b |\n|---|---|\n| c | d |",
                "[name]: https://example.org",
                "<p>html</p>",
                "",
                " ",
            ),
            *(
                "\r\nreturn",
                "\rlone\r",
                "word " * 40,
                "語" * 90,
                "x" * 120,
                "\u00a0",
                "_" * 5,
                "- ",
            ),
        ]
    )
    | st.text(max_size=20)
).map("\n".join)


def a_document(body: str) -> Document:
    return parse_document(document_text("a", body), Path("a.md"))


def words(text: str) -> int:
    return len(text.split())


def spans(passages: tuple[Passage, ...]) -> list[tuple[int, int]]:
    return [(line.start, line.end) for passage in passages for line in passage.lines]


def heading_lines(body: str) -> set[int]:
    """Numbers of the lines that belong to headings."""
    found: set[int] = set()
    for token in MarkdownIt("commonmark").enable("table").parse(body):
        if token.type == "heading_open" and token.map:
            found.update(range(*token.map))
    return found


@given(body=markdown.filter(str.strip))
def test_all_text_but_headings_stands_in_some_passage(body: str) -> None:
    covered = {
        i for start, end in spans(split_passages(a_document(body))) for i in range(start, end)
    }
    headings = heading_lines(body)
    line = 0
    for i, char in enumerate(body):
        assert not char.isalpha() or line in headings or i in covered
        line += char == "\n" or (char == "\r" and body[i + 1 : i + 2] != "\n")


@given(body=markdown.filter(str.strip), budget=st.integers(1, 60))
def test_passages_are_whole_lines_in_order_and_never_empty(body: str, budget: int) -> None:
    document = a_document(body)
    passages = split_passages(document, budget=budget, measure=words)
    for passage in passages:
        assert (passage.start, passage.end) == (passage.lines[0].start, passage.lines[-1].end)
        assert all(body[line.start : line.end].strip() for line in passage.lines)
    for (_, end), (start, _) in pairwise(spans(passages)):
        assert end <= start
    assert len({passage.id for passage in passages}) == len(passages)


@given(body=markdown.filter(str.strip), budget=st.integers(1, 60))
def test_no_passage_has_more_than_its_budget(body: str, budget: int) -> None:
    for passage in split_passages(a_document(body), budget=budget, measure=words):
        assert sum(words(body[line.start : line.end]) for line in passage.lines) <= budget


@given(body=markdown.filter(str.strip), budget=st.integers(1, 30))
def test_text_without_spaces_keeps_within_the_budget_too(body: str, budget: int) -> None:
    for passage in split_passages(a_document(body), budget=budget, measure=len):
        assert sum(line.end - line.start for line in passage.lines) <= budget


def test_a_passage_keeps_to_one_section_and_leaves_markers_out() -> None:
    rates = "## Rates\n\n- Copper pays 50%.\n- Scrap pays nothing."
    body = f"Lead.\n\n{rates}\n\n## Dates\n\n1. From May.\n"
    passages = split_passages(a_document(body))
    assert [passage.section for passage in passages] == ["", "Rates", "Dates"]
    assert [body[start:end] for start, end in spans(passages)] == [
        "Lead.",
        "Copper pays 50%.",
        "Scrap pays nothing.",
        "From May.",
    ]


def test_a_long_line_is_cut_at_its_sentences() -> None:
    body = "One two three. Four five six. Seven eight nine."
    passages = split_passages(a_document(body), budget=6, measure=words)
    assert [body[p.start : p.end] for p in passages] == [
        "One two three. Four five six.",
        "Seven eight nine.",
    ]


def test_every_sentence_of_the_packaged_corpus_stands_in_one_passage(library: Library) -> None:
    for document in library:
        passages = split_passages(document)
        sentences = [
            document.body[start:end]
            for first, last in spans(passages)
            for start, end in sentence_spans(document.body, first, last)
        ]
        assert passages
        assert all(sentence.strip() for sentence in sentences)
        assert len({(p.start, p.end) for p in passages}) == len(passages)
