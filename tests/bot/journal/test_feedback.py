from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.journal import Journal
from corpus.errors import UnknownTurnError

Ask = Callable[..., str]


def test_what_somebody_said_comes_back_newest_first_and_to_them_alone(
    ask: Ask, journal: Journal
) -> None:
    turn = ask(user_id=1)
    journal.feedback(turn, user_id=1, useful=False, reason="outdated", comment="It\x1b[2J is 15!")
    journal.feedback(turn, user_id=1, useful=True)
    journal.feedback(turn, user_id=2, useful=False)

    newest, oldest = journal.feedback_of(1)
    assert (newest.useful, newest.reason, newest.comment) == (True, None, None)
    assert (oldest.useful, oldest.reason, oldest.comment) == (False, "outdated", "It [2J is 15!")
    assert oldest.turn_id == turn
    assert len(journal.feedback_of(2)) == 1
    assert journal.feedback_of(3) == ()


def test_feedback_on_an_unknown_turn_is_refused(ask: Ask, journal: Journal) -> None:
    ask()
    with pytest.raises(UnknownTurnError, match="no turn"):
        journal.feedback("nowhere", user_id=1, useful=True)


def test_a_comment_is_kept_to_a_bounded_length(ask: Ask, journal: Journal) -> None:
    journal.feedback(ask(), user_id=1, useful=True, comment="x" * 10_000)

    (said,) = journal.feedback_of(1)
    assert len(said.comment or "") == 4000


def test_somebodys_turns_are_theirs_alone_newest_first(ask: Ask, journal: Journal) -> None:
    mine = [ask(f"What of {word}?", user_id=1) for word in ("tin", "zinc", "lead")]
    ask(user_id=2)
    ask()

    assert [turn.id for turn in journal.turns_of(1)] == mine[::-1]
    assert [turn.id for turn in journal.turns_of(1, limit=2)] == mine[:0:-1]
    assert len(journal.turns_of(None)) == 1
    assert journal.turns_of(3) == ()
