from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Library, parse_document
from retrieval.content import Content, gather_content
from retrieval.features import Holds
from tests.documents import document_text, write_document
from tests.embeddings import HashedNgrams


def gather(corpus: Path) -> Content:
    return gather_content(Library.load(corpus), HashedNgrams())


def write_asked(corpus: Path, name: str, text: str) -> None:
    (corpus / f"{name}.asked.yaml").write_text(text, encoding="utf-8")


def test_every_sentence_is_gathered_below_the_passage_it_stands_in(small_corpus: Path) -> None:
    content = gather(small_corpus)
    assert content.sentence_texts == [
        "Copper pays 50% from August 2025.",
        "Scrap pays nothing.",
        "Steel pays 25%.",
        "British steel pays less.",
        "Trucks pay 25%.",
        "Buses pay 10%.",
    ]
    assert [sentence.passage for sentence in content.sentences] == [0, 0, 1, 1, 2, 3]
    assert [sentence.words for sentence in content.sentences] == [6, 3, 3, 4, 3, 3]


def test_a_passage_is_read_with_its_title_and_its_section_in_front(small_corpus: Path) -> None:
    content = gather(small_corpus)
    assert content.passage_texts[3] == "The measure on trucks - Buses\nBuses pay 10%."
    assert len(content.passage_texts) == len(content.passages) == 4


def test_there_is_one_title_a_document_in_the_order_of_their_passages(small_corpus: Path) -> None:
    assert gather(small_corpus).titles == [
        "The measure on copper",
        "The measure on steel",
        "The measure on trucks",
    ]


def test_a_document_without_text_has_no_passage_and_no_title(small_corpus: Path) -> None:
    write_document(small_corpus, "empty", "# A heading alone\n", title="Nothing")
    content = gather(small_corpus)
    assert "Nothing" not in content.titles
    assert "empty" not in {passage.document_id for passage in content.passages}


def test_what_kinds_of_thing_a_sentence_holds_is_kept(small_corpus: Path) -> None:
    content = gather(small_corpus)
    assert Holds.PERCENT in Holds(content.sentences[0].holds)
    assert Holds.DATE in Holds(content.sentences[0].holds)
    assert Holds.PERCENT not in Holds(content.sentences[1].holds)


def test_passages_are_measured_as_the_model_reads_them(tmp_path: Path) -> None:
    class Verbose(HashedNgrams):
        def count_wordpieces(self, text: str) -> int:
            return 100 * len(text.split())

    write_document(tmp_path, "one", "- Copper pays 50%.\n- Scrap pays nothing.\n")
    library = Library.load(tmp_path)
    assert len(gather_content(library, HashedNgrams()).passages) == 1
    assert len(gather_content(library, Verbose()).passages) > 1


ASKED = """- says: British steel pays
  asked: [what does steel from the UK pay, is UK steel cheaper]
- says: Steel pays 25%
  asked: [the rate on steel]
"""


def test_questions_beside_a_document_are_bound_to_the_sentences_that_answer_them(
    small_corpus: Path,
) -> None:
    write_asked(small_corpus, "steel", ASKED)
    content = gather(small_corpus)
    assert {a.text: content.sentence_texts[a.sentence] for a in content.asked} == {
        "what does steel from the UK pay": "British steel pays less.",
        "is UK steel cheaper": "British steel pays less.",
        "the rate on steel": "Steel pays 25%.",
    }


def test_words_in_the_middle_of_a_sentence_place_a_question_too(small_corpus: Path) -> None:
    write_asked(small_corpus, "steel", "- says: pays less\n  asked: [is it cheaper]\n")
    (asked,) = (content := gather(small_corpus)).asked
    assert content.sentence_texts[asked.sentence] == "British steel pays less."


@pytest.mark.parametrize(
    "text",
    [
        "- says: Words that stand nowhere\n  asked: [is it lost]\n",
        "- says: The measure on steel\n  asked: [the title is no sentence]\n",
        "- says: Steel pays 25%\n  asked: []\n",
        "nonsense: [",
        "",
    ],
)
def test_questions_that_cannot_be_read_or_placed_leave_their_document_as_it_is(
    small_corpus: Path, text: str
) -> None:
    before = gather(small_corpus)
    write_asked(small_corpus, "steel", text)
    after = gather(small_corpus)
    assert after.asked == []
    assert after.sentence_texts == before.sentence_texts


_LINES = st.lists(
    st.text(st.sampled_from("abc .!?\n-#>*1)%日。"), min_size=1, max_size=60), max_size=4
)


@given(_LINES)
def test_every_sentence_stands_at_its_place_and_inside_its_passage(lines: list[str]) -> None:
    body = "Copper pays.\n\n" + "\n".join(lines) + "\n"
    document = parse_document(document_text("copper", body), Path("copper.md"))
    content = gather_content(Library({"copper": document}), HashedNgrams())
    assert len(content.passage_texts) == len(content.passages)
    assert len(content.sentence_texts) == len(content.sentences) > 0
    for sentence, text in zip(content.sentences, content.sentence_texts, strict=True):
        passage = content.passages[sentence.passage]
        assert document.body[sentence.start : sentence.end] == text.strip() == text != ""
        assert passage.start <= sentence.start < sentence.end <= passage.end
    order = [(sentence.passage, sentence.start) for sentence in content.sentences]
    assert order == sorted(order)
