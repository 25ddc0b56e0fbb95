from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.review.marking import compare, lay_out, surroundings
from corpus import Library

text = st.text(st.sampled_from("ab #-|\n1.é日"), max_size=200)
place = st.integers(0, 220)


@given(text, place, place)
def test_what_is_marked_is_the_span_and_nothing_else(body: str, start: int, end: int) -> None:
    shown = "".join(
        piece.text for block in lay_out(body, start, end) for piece in block.pieces if piece.marked
    )
    wanted = body[start:end] if start < end else ""
    # Signs of layout, and blanks at the ends of lines, are not shown.
    assert [c for c in shown if c in "abé日"] == [c for c in wanted if c in "abé日"]
    assert set(shown) <= set(wanted) | {"\n"}


@given(text)
def test_every_word_of_a_document_is_shown(body: str) -> None:
    shown = "".join(piece.text for block in lay_out(body) for piece in block.pieces)
    for word in ("é", "日", "a", "b"):
        assert shown.count(word) == body.count(word)


def test_one_place_is_where_the_quote_begins(library: Library) -> None:
    for document in library:
        middle = len(document.body) // 2
        blocks = lay_out(document.body, middle, middle + 300)
        assert sum(block.first for block in blocks) == 1


def test_headings_items_and_tables_are_told_apart() -> None:
    body = "# Title\n\n- one\n* two\n| a | b |\n| 1 | 2 |\nplain\n"
    blocks = lay_out(body)
    assert [block.shape for block in blocks] == ["heading", "item", "item", "code", "text"]
    assert blocks[0].pieces[0].text == "Title"
    assert "".join(piece.text for piece in blocks[3].pieces) == "| a | b |\n| 1 | 2 |"


def test_a_quote_is_shown_in_its_surroundings_cut_at_blanks() -> None:
    body = "begin " * 100 + "the quoted words" + " end" * 100
    start = body.index("the quoted")
    pieces = surroundings(body, start, start + len("the quoted words"))
    assert [piece.text for piece in pieces if piece.marked] == ["the quoted words"]
    assert pieces[0].text == "… "
    assert pieces[1].text.startswith("begin ")
    assert pieces[-1].text == " …"


@given(text, text)
def test_a_comparison_holds_both_texts_whole(old: str, new: str) -> None:
    changes = compare(old, new)
    assert "".join(c.text for c in changes if c.kind != "new") == old
    assert "".join(c.text for c in changes if c.kind != "old") == new


def test_a_comparison_is_of_words() -> None:
    changes = compare("They pay 15 percent [1].", "They pay 25 percent [1].")
    assert [(c.kind, c.text) for c in changes] == [
        ("same", "They pay "),
        ("old", "15"),
        ("new", "25"),
        ("same", " percent [1]."),
    ]
