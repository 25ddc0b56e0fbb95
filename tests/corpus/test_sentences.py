from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sentences import sentence_spans

pieces = st.sampled_from(["A", "b", "15", ".", "!", "?", "。", "」", " ", "\n", "U.S.", "no.", "é"])
prose = st.lists(pieces).map("".join) | st.text()


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@given(text=prose, data=st.data())
def test_sentences_follow_each_other_and_leave_only_white_space_out(
    text: str, data: st.DataObject
) -> None:
    begin = data.draw(st.integers(0, len(text)))
    finish = data.draw(st.integers(begin, len(text)))
    position = begin
    for start, end in sentence_spans(text, begin, finish):
        assert position <= start < end <= finish
        assert not text[position:start].strip()
        assert text[start:end].strip() == text[start:end]
        position = end
    assert not text[position:finish].strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It pays 15%. It holds.", ["It pays 15%.", "It holds."]),
        ("The U.S. duty is 2.5%. Cars pay it.", ["The U.S. duty is 2.5%.", "Cars pay it."]),
        ("See No. 5 and Sec. 232. It holds.", ["See No. 5 and Sec. 232.", "It holds."]),
        ("At 12:01 a.m. Eastern it starts.", ["At 12:01 a.m. Eastern it starts."]),
        ("It ends approx. in May.", ["It ends approx. in May."]),
        ("J. Smith signed. Who else? He!", ["J. Smith signed.", "Who else?", "He!"]),
        ("関税は15%です。車も同じです。", ["関税は15%です。", "車も同じです。"]),
        ("「15%だ。」と言った。", ["「15%だ。」と言った。"]),
        ('He said "yes." Then he left.', ['He said "yes."', "Then he left."]),
    ],
)
def test_a_stop_ends_a_sentence_only_where_a_reader_would_say_so(
    text: str, expected: list[str]
) -> None:
    assert sentences(text) == expected
