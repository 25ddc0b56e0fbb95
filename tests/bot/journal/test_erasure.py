"""An erased person's words are nowhere: the files are searched for them, byte by byte."""

from __future__ import annotations

import io
import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from bot.journal import Journal
from bot.journal.erasure import erase
from bot.journal.export import FORMS, export_goldens, export_turns
from bot.journal.review import (
    Comment,
    Draft,
    Filters,
    GoldenKind,
    Judgement,
    Reviews,
    State,
    Verdict,
)
from bot.journal.verify import verify
from corpus.errors import JournalError
from tests.embeddings import HashedNgrams

Ask = Callable[..., str]
SECRET = "zanzibarquestion"  # noqa: S105 - a word to look for
OTHER = "quokkaquestion"
HER, HIM = 7_700_112_233_445, 7_700_112_233_446


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, however small."""
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield kept
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def lived(ask: Ask, reviews: Reviews, lots: Callable[..., None]) -> list[str]:
    """Two people's turns with everything that can hang on them; hers hold the secret."""
    ids = []
    for who, word in ((HER, SECRET), (HIM, OTHER)):
        for outcome in ("answered", "not_in_corpus"):
            turn = ask(
                f"What of {word}?",
                user_id=who,
                outcome=outcome,
                text=f"Of {word} nothing is known.",
                history=[{"question": f"And {word}?", "answer": f"{word}!"}],
            )
            reviews.journal.feedback(turn, user_id=who, useful=False, comment=f"No {word}")
            reviews.save_draft(turn, Draft(comments=(Comment(text=word),)), reviewer="bob")
            judgement = Judgement(
                verdict=Verdict.WRONG,
                version=0,
                tags=("odd",),
                comments=(Comment(text=f"On {word}"),),
                correction=f"Better of {word}",
            )
            reviews.judge(turn, judgement, reviewer="ann")
            reviews.promote(turn, None, kind=GoldenKind.GOLDEN, reviewer="ann")
            ids.append(turn)
        reviews.journal.record_failure(
            reviews.detail(ids[-1], reviewer="ann").question,  # type: ignore[arg-type]
            f"{word} failed",
            channel="telegram",
            user_id=who,
        )
        reviews.journal.record_result("allocation", f'"{word}"', channel="telegram", user_id=who)
    reviews.embed = HashedNgrams()
    reviews.refresh_gaps()
    return ids


def _in_tables(journal: Journal, word: str) -> list[str]:
    """The tables in which the word stands, read through the database."""
    found = []
    with journal.database.reading() as session:
        for table in inspect(session.connection()).get_table_names():
            rows = session.execute(text(f'SELECT * FROM "{table}"')).all()  # noqa: S608
            if any(word.encode() in repr(tuple(row)).encode() for row in rows):
                found.append(table)
    return found


def _files(journal: Journal, file: Path) -> list[Path]:
    """Every file of the database, a server's too, and all of the home."""
    folders = [file.parent]
    if journal.database.engine().dialect.name == "postgresql":
        with journal.database.engine().connect() as connection:
            folders.append(Path(str(connection.scalar(text("SHOW data_directory")))))
            connection.execute(text("CHECKPOINT"))
    return [one for folder in folders for one in folder.rglob("*") if one.is_file()]


def _holding(files: list[Path], word: str) -> list[str]:
    found = []
    for one in files:
        # A server's passing files may be gone by now.
        with suppress(FileNotFoundError):
            if word.encode() in one.read_bytes():
                found.append(one.name)
    return found


def test_no_text_is_readable_in_any_file_even_before(
    reviews: Reviews, lived: list[str], file: Path
) -> None:
    files = _files(reviews.journal, file)

    for word in (SECRET, OTHER, str(HER)):
        assert _holding(files, word) == []
        assert _in_tables(reviews.journal, word) == []


def test_an_erased_person_is_in_no_database_export_index_or_log(
    reviews: Reviews, lived: list[str], file: Path, log: io.StringIO
) -> None:
    vault = reviews.journal.vault()
    file.parent.mkdir(exist_ok=True)
    exports = [file.parent / f"turns.{form}" for form in FORMS]
    for form, path in zip(FORMS, exports, strict=True):
        assert export_turns(vault, form, path, filters=Filters(), actor="ann") == 6
    export_goldens(vault, file.parent / "goldens.jsonl", actor="ann")
    assert set(_holding(exports, SECRET)) >= {"turns.csv", "turns.jsonl"}

    assert reviews.journal.erase(HER) == 3

    files = _files(reviews.journal, file)
    assert _holding(files, SECRET) == []
    assert _in_tables(reviews.journal, SECRET) == []
    assert SECRET not in log.getvalue()
    assert OTHER in exports[FORMS.index("jsonl")].read_text()
    assert OTHER in (file.parent / "goldens.jsonl").read_text()
    assert verify(vault).findings == ()


def test_what_an_erased_person_said_is_nowhere_shown_and_nothing_found(
    reviews: Reviews, lived: list[str]
) -> None:
    before = reviews.detail(lived[0], reviewer="ann").item
    reviews.journal.erase(HER)

    detail = reviews.detail(lived[0], reviewer="ann")
    assert (detail.question, detail.answer, detail.report) == (None, None, None)
    assert (detail.item.state, detail.item.question) == (State.ERASED, None)
    assert [one.comments for one in detail.reviews] == [()]
    assert (detail.corrections, detail.draft) == ((), None)
    assert [one.golden for one in detail.goldens] == [None]
    assert reviews.search(Filters(text=SECRET), reviewer="ann").items == ()
    assert reviews.queue(Filters(user=before.user), reviewer="ann").items == ()
    assert reviews.journal.turns_of(HER) == ()
    assert reviews.journal.feedback_of(HER) == ()
    assert reviews.journal.results_of(HER) == ()
    assert [one for gap in reviews.gaps() for one in gap.examples] == [f"What of {OTHER}?"]
    listed = [turn for turn in reviews.journal.turns() if turn.erased]
    assert {turn.question for turn in listed} == {""}
    with pytest.raises(JournalError, match="erased at its user's wish"):
        reviews.journal.turn(lived[0])
    with pytest.raises(JournalError, match="erased"):
        reviews.judge(lived[0], Judgement(verdict=Verdict.CORRECT, version=1), reviewer="bob")
    with pytest.raises(JournalError, match="erased"):
        reviews.promote(lived[0], None, kind=GoldenKind.GOLDEN, reviewer="bob")


def test_others_keep_all_that_is_theirs(reviews: Reviews, lived: list[str]) -> None:
    reviews.journal.erase(HER)

    assert len(reviews.journal.turns_of(HIM)) == 3
    assert len(reviews.search(Filters(text=OTHER), reviewer="ann").items) == 3
    detail = reviews.detail(lived[2], reviewer="ann")
    assert detail.corrections[0].text == f"Better of {OTHER}"
    assert len(reviews.golden_questions()) == 2


def test_who_comes_back_is_somebody_new_and_the_old_turns_stay_unreadable(
    reviews: Reviews, lived: list[str], ask: Ask
) -> None:
    reviews.journal.erase(HER)
    again = ask("What of copper?", user_id=HER)

    assert [turn.id for turn in reviews.journal.turns_of(HER)] == [again]
    assert reviews.detail(lived[0], reviewer="ann").question is None


def test_nobody_is_erased_where_nobody_is_known(
    reviews: Reviews, open_journal: Callable[..., Journal]
) -> None:
    assert open_journal().erase(1) == 0
    assert reviews.queue(Filters(), reviewer="ann").items == ()
    assert reviews.journal.erase(1) == 0


def test_a_pseudonym_is_enough_and_exports_out_of_reach_are_told(
    reviews: Reviews, lived: list[str], file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vault = reviews.journal.vault()
    file.parent.mkdir(exist_ok=True)
    moved, broken = file.parent / "moved.csv", file.parent / "broken.parquet"
    export_turns(vault, "csv", moved, filters=Filters(), actor="ann")
    export_turns(vault, "parquet", broken, filters=Filters(), actor="ann")
    export_turns(vault, "jsonl", None, filters=Filters(), actor="bob")
    shutil.move(moved, file.parent / "elsewhere.csv")
    broken.write_bytes(b"no parquet any more")

    erased = erase(vault, pseudonym=reviews.detail(lived[0], reviewer="ann").item.user)

    assert erased.turns == 3
    assert [place.split(" ")[0].rpartition("/")[2] for place in erased.left[:2]] == [
        "moved.csv",
        "broken.parquet",
    ]
    assert "bob took out on 2026-03-04 (jsonl)" in erased.left[2]


def test_feedback_of_an_erased_person_leaves_the_export_of_anothers_turn(
    reviews: Reviews, ask: Ask, lots: Callable[..., None], file: Path
) -> None:
    turn = ask("What of copper?", user_id=HIM, chat_id=-5)
    reviews.journal.feedback(turn, user_id=HER, useful=False, comment=f"No {SECRET}")
    file.parent.mkdir(exist_ok=True)
    for form in FORMS:
        path = file.parent / f"turns.{form}"
        export_turns(reviews.journal.vault(), form, path, filters=Filters(), actor="ann")

    reviews.journal.erase(HER)

    files = [file.parent / f"turns.{form}" for form in FORMS]
    assert _holding(files, SECRET) == []
    assert set(_holding(files, turn)) == {"turns.csv", "turns.jsonl", "turns.parquet"}
