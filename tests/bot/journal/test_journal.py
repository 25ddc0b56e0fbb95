from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from bot.journal import FAILED, Journal
from corpus import Kind, Status
from corpus.errors import JournalError
from retrieval.answer import (
    Answer,
    Citation,
    Claim,
    Notice,
    NoticeKind,
    Outcome,
    PassageRef,
    Question,
    Timings,
    Turn,
    new_id,
)
from tests.databases import BOTH, new_database

MakeAnswer = Callable[..., Answer]
NOON = datetime(2025, 11, 3, 12, tzinfo=UTC)

# Lone surrogates are no text: neither JSON nor a database can hold them.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
numbers = st.integers(min_value=1, max_value=99)
offsets = st.integers(min_value=0, max_value=2**31 - 1)
ranks = st.none() | numbers
spent = st.floats(min_value=0, allow_nan=False, allow_infinity=False, max_value=1e9)

questions = st.builds(
    Question,
    id=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    question=texts.map(lambda words: f"Why {words}?"),
    as_of=st.none() | st.dates(),
    history=st.lists(st.builds(Turn, question=texts, answer=texts), max_size=3).map(tuple),
    language=st.sampled_from([None, "en", "ja"]),
)
answers = st.builds(
    Answer,
    id=st.builds(new_id),
    question_id=texts,
    question=texts,
    as_of=st.dates(),
    language=st.sampled_from(["en", "ja"]),
    outcome=st.sampled_from(Outcome),
    text=texts,
    claims=st.lists(
        st.builds(Claim, text=texts, citations=st.lists(numbers, min_size=1).map(tuple)),
        max_size=3,
    ).map(tuple),
    citations=st.lists(
        st.builds(
            Citation,
            number=numbers,
            document_id=texts,
            title=texts,
            kind=st.sampled_from(Kind),
            issuer=texts,
            section=texts,
            published=st.dates(),
            status=st.sampled_from(Status),
            url=st.none() | texts,
            quote=texts,
            start=offsets,
            end=offsets,
        ),
        max_size=3,
    ).map(tuple),
    notices=st.lists(
        st.builds(
            Notice,
            kind=st.sampled_from(NoticeKind),
            text=texts,
            document_id=texts,
            citations=st.lists(numbers).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    passages=st.lists(
        st.builds(
            PassageRef,
            document_id=texts,
            section=texts,
            start=offsets,
            end=offsets,
            score=st.floats(allow_nan=False, allow_infinity=False),
            dense_rank=ranks,
            keyword_rank=ranks,
        ),
        max_size=5,
    ).map(tuple),
    composer=texts,
    corpus_fingerprint=texts,
    timings_ms=st.builds(
        Timings, rewrite=spent, embed=spent, search=spent, compose=spent, verify=spent, total=spent
    ),
)


@pytest.fixture(scope="module", params=BOTH)
def filling(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Journal]:
    folder = tmp_path_factory.mktemp("filling")
    url = f"sqlite:///{folder / 'journal.db'}"
    if request.param == "postgresql":
        url = new_database(request.getfixturevalue("postgresql_server"))
    with Journal(url, key_file=folder / "journal.key") as opened:
        yield opened


@given(question=questions, answer=answers)
@settings(deadline=None, max_examples=60)
def test_a_turn_comes_back_exactly_as_it_was_written(
    filling: Journal, question: Question, answer: Answer
) -> None:
    filling.record(question, answer, channel="telegram", chat_id=-(10**12), user_id=2**40)

    turn = filling.turn(answer.id)

    assert turn.question == question
    assert turn.answer == answer
    assert (turn.channel, turn.chat_id, turn.user_id) == ("telegram", -(10**12), 2**40)
    assert turn.error is None


def test_a_list_tells_each_turn_on_one_line_newest_first(
    journal: Journal, question: Question, answered: MakeAnswer
) -> None:
    for hour, outcome in ((8, "declined"), (10, "answered"), (9, "not_in_corpus")):
        journal.record(
            question,
            answered(outcome=outcome),
            channel="terminal",
            asked_at=NOON.replace(hour=hour),
        )

    turns = journal.turns()

    assert [turn.outcome for turn in turns] == ["answered", "not_in_corpus", "declined"]
    newest = turns[0]
    assert newest.asked_at == NOON.replace(hour=10)
    assert newest.question == question.text
    assert newest.as_of == date(2025, 11, 1)
    assert (newest.language, newest.composer, newest.corpus_fingerprint) == (
        "en",
        "extractive",
        "f00d",
    )
    assert newest.total_ms == 250


def test_of_one_instant_the_turn_written_last_comes_first(
    journal: Journal, question: Question, answered: MakeAnswer
) -> None:
    made = [answered() for _ in range(5)]
    for answer in made:
        journal.record(question, answer, channel="batch", asked_at=NOON)

    assert [turn.id for turn in journal.turns(3)] == [answer.id for answer in reversed(made)][:3]


def test_a_failed_question_is_kept_with_the_reason(journal: Journal) -> None:
    asked = Question(question="And in 2024?", as_of=date(2024, 5, 1), language="en")

    journal.record_failure(asked, "the model\x00 is away\x1b[31m", channel="telegram", user_id=7)

    (summary,) = journal.turns()
    assert (summary.outcome, summary.as_of, summary.user_id) == (FAILED, date(2024, 5, 1), 7)
    turn = journal.turn(summary.id)
    assert turn.question == asked
    assert turn.answer is None
    assert turn.error == "the model is away [31m"


def test_a_turn_was_asked_before_its_answer_was_made(
    open_journal: Callable[..., Journal], question: Question, answered: MakeAnswer
) -> None:
    journal = open_journal(clock=lambda: NOON)

    journal.record(question, answered(), channel="terminal")

    assert journal.turns()[0].asked_at == NOON - timedelta(milliseconds=250)


def test_times_are_kept_in_utc_whatever_their_zone(
    journal: Journal, question: Question, answered: MakeAnswer
) -> None:
    in_tokyo = datetime(2025, 11, 3, 21, tzinfo=timezone(timedelta(hours=9)))

    journal.record(question, answered(), channel="telegram", asked_at=in_tokyo)

    kept = journal.turns()[0].asked_at
    assert kept == NOON
    assert kept.utcoffset() == timedelta(0)


def test_a_turn_is_written_only_once(
    journal: Journal, question: Question, answered: MakeAnswer
) -> None:
    first = answered(text="the first")
    journal.record(question, first, channel="terminal")

    with pytest.raises(JournalError, match="never changed"):
        journal.record(question, answered(id=first.id, text="other"), channel="terminal")

    assert journal.turn(first.id).answer == first
    assert len(journal.turns()) == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journal_turns SET outcome = 'other'",
        "UPDATE journal_passages SET score = 1",
    ],
)
def test_the_database_itself_refuses_to_change_a_turn(
    journal: Journal, url: str, question: Question, answered: MakeAnswer, change: str
) -> None:
    journal.record(question, answered(), channel="terminal")
    engine = create_engine(url)

    with engine.connect() as connection, pytest.raises(DBAPIError, match="never changed"):
        connection.execute(text(change))

    engine.dispose()


def test_passages_can_be_queried_in_the_order_they_were_found(
    journal: Journal, url: str, question: Question, answered: MakeAnswer
) -> None:
    answer = answered()
    journal.record(question, answer, channel="terminal")
    engine = create_engine(url)

    with engine.connect() as connection:
        rows = connection.execute(
            text(
                'SELECT rank, document_id, section, start, "end", score, dense_rank, keyword_rank '
                "FROM journal_passages JOIN journal_turns ON number = turn_number "
                "WHERE id = :id ORDER BY rank"
            ),
            {"id": answer.id},
        ).all()
    engine.dispose()

    assert [tuple(row) for row in rows] == [
        (1, "eo-14345-us-japan", "Automobiles", 10, 90, 0.75, 1, None),
        (2, "section-232-autos", "Rates", 0, 40, 0.5, None, 1),
    ]


def test_a_closed_journal_opens_again_when_it_is_used(
    journal: Journal, question: Question, answered: MakeAnswer
) -> None:
    journal.record(question, answered(), channel="terminal")
    journal.close()

    journal.record(question, answered(), channel="terminal")

    assert len(journal.turns()) == 2


def test_importing_the_journal_does_not_load_the_database_library() -> None:
    script = (
        "import sys, bot.journal, bot.commands.journal as command;"
        "bot.journal.Journal('sqlite:////nowhere/journal.db');"
        "sys.exit('sqlalchemy' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
