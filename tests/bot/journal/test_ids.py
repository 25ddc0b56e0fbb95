from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.journal import Journal
from corpus.errors import JournalError
from retrieval.answer import (
    Answer,
    Question,
)

MakeAnswer = Callable[..., Answer]


def test_a_beginning_that_only_one_id_has_is_enough(
    journal: Journal, question: Question, answered: MakeAnswer
) -> None:
    for name in ("abc1", "abd2"):
        journal.record(question, answered(id=name), channel="terminal")

    assert journal.turn("abc").id == "abc1"


def test_a_whole_id_is_found_even_where_another_goes_on_from_it(
    journal: Journal, question: Question, answered: MakeAnswer
) -> None:
    for name in ("abc", "abcd"):
        journal.record(question, answered(id=name), channel="terminal")

    assert journal.turn("abc").id == "abc"


def test_an_ambiguous_beginning_is_refused_with_the_ids_it_may_mean(
    journal: Journal, question: Question, answered: MakeAnswer
) -> None:
    for name in ("abc1", "abc2"):
        journal.record(question, answered(id=name), channel="terminal")

    with pytest.raises(JournalError, match=r'"ab" begins .* \(abc1, abc2\): give more'):
        journal.turn("ab")


@pytest.mark.parametrize("unknown", ["zz", "", "%", "_", "a\x1b[31m\nb"])
def test_an_unknown_id_is_told_on_one_line_with_where_to_look(
    journal: Journal, question: Question, answered: MakeAnswer, unknown: str
) -> None:
    journal.record(question, answered(), channel="terminal")

    with pytest.raises(JournalError, match=r"no turn .* See: lodestone journal list") as refusal:
        journal.turn(unknown)

    assert str(refusal.value).isprintable()
