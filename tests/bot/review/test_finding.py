from __future__ import annotations

import io
import json
import sys
import time

import pytest
from sqlalchemy import select

from bot.journal.schema import ExportRow
from bot.review.access import Role
from bot.review.evaluating import Evaluator
from retrieval.answer import Answer, Question
from retrieval.evaluation import latest_check
from tests.bot.review.answers import QUOTED, answer_to
from tests.bot.review.site import Site, Visitor, forms
from tests.bot.review.test_judging import judge, take_top


def promote(visitor: Visitor, turn: str, kind: str = "golden") -> str:
    """Promote a turn; returns the path of its golden question."""
    visitor.get(f"/turns/{turn}")
    return visitor.send(f"/turns/{turn}/promote", kind=kind).url.path


def wait(evaluator: Evaluator) -> None:
    deadline = time.monotonic() + 30
    while evaluator.state.running:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_turns_are_found_by_words_and_filters_that_stand_in_the_address(site: Site) -> None:
    cars, zinc = site.ask("What do cars pay?"), site.ask("What does zinc pay?", refused=True)
    visitor = site.signed_in("mika")
    page = visitor.get("/turns?q=zinc")
    assert f"/turns/{zinc}" in page.text
    assert f"/turns/{cars}" not in page.text
    assert 'name="q" type="search" value="zinc"' in page.text
    assert f"/turns/{cars}" in visitor.get("/turns?outcome=answered").text
    assert f"/turns/{zinc}" not in visitor.get("/turns?outcome=answered").text
    assert f"/turns/{cars}" in visitor.get(f"/turns?document={QUOTED[0]}&verdict=unreviewed").text
    assert "Nothing found" in visitor.get("/turns?tag=none&language=ja").text


def test_judged_turns_are_found_by_verdict_and_tag(site: Site) -> None:
    turn = site.ask("What do cars pay?")
    visitor = site.signed_in("mika")
    judge(visitor, take_top(visitor), verdict="wrong", tags="rate")
    for query in ("verdict=wrong", "tag=rate", "tag=%23Rate"):
        assert f"/turns/{turn}" in visitor.get(f"/turns?{query}").text, query
    assert f"/turns/{turn}" not in visitor.get("/turns?verdict=correct").text


@pytest.mark.parametrize("query", ["since=yesterday", "verdict=splendid", "feedback=x"])
def test_a_filter_that_cannot_be_read_is_told(site: Site, query: str) -> None:
    answer = site.signed_in("mika").get(f"/turns?{query}")
    assert answer.status_code == 400
    assert query.split("=", maxsplit=1)[0] in answer.text.split('role="alert">')[1].split("<")[0]


def test_more_turns_than_a_page_holds_are_a_link_away(site: Site) -> None:
    turns = [site.ask(f"What do cars pay in case {n}?") for n in range(30)]
    visitor = site.signed_in("mika")
    first = visitor.get("/turns?q=cars").text
    assert f"/turns/{turns[-1]}" in first
    assert f"/turns/{turns[0]}" not in first
    older = first.split('class="button" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "q=cars" in older
    assert f"/turns/{turns[0]}" in visitor.get(older).text


def test_a_turn_becomes_a_golden_question_that_is_edited_and_exported(site: Site) -> None:
    turn = site.ask("What do cars pay?")
    visitor = site.signed_in("mika")
    path = promote(visitor, turn)
    assert path.startswith("/golden/")
    page = visitor.get(path).text
    assert f'href="/turns/{turn}"' in page
    assert "Promoted by mika" in page
    form = forms(page)[path]
    assert form["question"] == "What do cars pay?"
    assert set(form["documents"].split("\n")) <= set(QUOTED)
    saved = visitor.send(
        path,
        question="What tariff do Japanese cars pay?",
        as_of="2026-11-01",
        history="Q: Hello\nA: Hello.\nHow can I help?",
        documents=QUOTED[0],
        must_include="15% | 15 percent\n16 September 2025",
        must_not_include="27.5%",
        tags="temporal, paraphrase",
    )
    assert "Saved." in saved.text
    again = forms(saved.text)[saved.url.path]
    assert again["must_include"] == "15% | 15 percent\n16 September 2025"
    visitor.get("/golden")
    exported = visitor.send("/golden/export")
    assert exported.headers["content-disposition"] == 'attachment; filename="golden.jsonl"'
    (line,) = exported.text.splitlines()
    told = json.loads(line)
    assert told["question"] == "What tariff do Japanese cars pay?"
    assert told["must_include"] == [["15%", "15 percent"], ["16 September 2025"]]
    assert told["history"] == [{"question": "Hello", "answer": "Hello.\nHow can I help?"}]
    assert "exported" in {event.kind for event in site.desk.reviews.events()}


def test_promoting_once_more_undoes_no_edit(site: Site) -> None:
    turn = site.ask("What do cars pay?")
    visitor = site.signed_in("mika")
    path = promote(visitor, turn)
    visitor.get(path)
    visitor.send(path, must_include="15%")
    assert promote(visitor, turn) == path
    assert "It is one already" in visitor.page.text
    (record,) = site.desk.reviews.goldens()
    assert record.version == 2
    assert record.golden is not None
    assert record.golden.must_include == (("15%",),)


def test_a_golden_question_is_tried_and_what_is_missing_is_told(site: Site) -> None:
    visitor = site.signed_in("mika")
    path = promote(visitor, site.ask("What do cars pay?"))
    visitor.get(path)
    assert "✓</span> right" in visitor.send(f"{path}/try").text
    visitor.send(path, must_include="a fact that no document holds")
    page = visitor.send(f"{path}/try").text
    assert "a fact is missing: a fact that no document holds" in page
    assert "The answer today" in page
    assert site.desk.reviews.runs() == ()
    viewer = site.signed_in("joe", Role.VIEWER)
    assert f"{path}/try" not in viewer.get(path).text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"documents": "us-japan-2026-statu"}, "did you mean"),
        ({"documents": ""}, "name a right source"),
        ({"question": " "}, "question"),
        ({"as_of": "soon"}, "as_of"),
        ({"history": "hello"}, "begins with a line Q:"),
    ],
)
def test_a_golden_question_that_makes_no_sense_is_told_and_kept_as_typed(
    site: Site, fields: dict[str, str], told: str
) -> None:
    visitor = site.signed_in("mika")
    path = promote(visitor, site.ask("What do cars pay?"))
    visitor.get(path)
    page = visitor.send(path, **{"must_include": "typed"} | fields)
    assert page.status_code in {400, 404}
    assert told in page.text
    if page.status_code == 400:
        assert forms(page.text)[path]["must_include"] == "typed"


def test_a_rejected_answer_becomes_a_regression_test_and_is_retired(site: Site) -> None:
    turn = site.ask("What do cars pay?")
    visitor = site.signed_in("mika")
    judge(visitor, take_top(visitor), verdict="should-have-refused")
    path = promote(visitor, turn, "regression")
    assert "regression test" in visitor.get("/golden").text
    visitor.get(path)
    visitor.send(f"{path}/retire")
    assert "There is none yet" in visitor.get("/golden").text


def test_the_golden_questions_are_run_and_the_change_is_shown(site: Site) -> None:
    visitor = site.signed_in("mika")
    path = promote(visitor, site.ask("What do cars pay?"))
    assert "not been run yet" in visitor.get("/golden").text
    for fact, wanted in (
        ("a fact that is nowhere", "right: 0 of 1"),
        ("", "100 points better than before"),
    ):
        visitor.get(path)
        path = visitor.send(path, must_include=fact).url.path
        visitor.get("/golden")
        visitor.send("/golden/run")
        wait(site.desk.evaluator)
        assert wanted in visitor.get("/golden").text


def test_a_run_is_one_at_a_time_and_needs_a_question(site: Site) -> None:
    visitor = site.signed_in("mika")
    visitor.get("/golden")
    csrf = forms(visitor.page.text)["/sign-out"]["csrf"]
    answer = visitor.http.post("/golden/run", data={"csrf": csrf})
    assert answer.status_code == 400
    assert "promote a turn first" in answer.text
    promote(visitor, site.ask("What do cars pay?"))

    def slowly(question: Question) -> Answer:
        time.sleep(0.3)
        return answer_to(question, site.library)

    held = Evaluator(site.desk.reviews, site.library, lambda _: slowly, latest_check(site.library))
    assert held.start("mika")
    assert not held.start("jun")
    held.stop(30)
    assert not held.state.running


def test_a_run_that_fails_says_why_and_the_next_one_can_go(site: Site) -> None:
    from corpus.errors import StorageError

    visitor = site.signed_in("mika")
    promote(visitor, site.ask("What do cars pay?"))

    def fail(_today: object) -> None:
        raise StorageError("the disk is full: make room")

    broken = Evaluator(
        site.desk.reviews,
        site.library,
        fail,  # type: ignore[arg-type]
        latest_check(site.library),
    )
    assert broken.start("mika")
    wait(broken)
    assert broken.state.trouble == "the disk is full: make room"
    assert broken.start("mika")
    wait(broken)


def test_insights_show_what_was_judged_and_what_is_missing(site: Site) -> None:
    site.ask("What do cars pay?")
    site.ask("What does Brazilian juice pay?", refused=True)
    visitor = site.signed_in("mika")
    judge(visitor, take_top(visitor), verdict="wrong")
    page = visitor.get("/insights")
    assert page.status_code == 200
    for words in ("Accuracy", "Coverage gaps", "Never cited documents", "95 % interval"):
        assert words in page.text or words == "95 % interval"
    assert visitor.get("/insights?since=2026-01-01&until=2026-12-31").status_code == 200
    assert visitor.get("/insights?since=soon").status_code == 400


def test_an_administrator_sees_who_did_what(site: Site) -> None:
    turn = site.ask("What do cars pay?")
    reviewer = site.signed_in("mika")
    judge(reviewer, take_top(reviewer))
    page = site.signed_in("boss", Role.ADMIN).get("/activity").text
    assert "mika" in page
    assert turn[:16] in page


def test_an_administrator_exports_what_was_found_and_it_is_noted(site: Site) -> None:
    turn = site.ask("=cmd() What does zinc pay?", refused=True)
    site.ask("What do cars pay?")
    reviewer = site.signed_in("mika")
    reviewer.get(f"/turns/{turn}")
    reviewer.send(f"/turns/{turn}/take")
    judge(reviewer, turn, verdict="wrong", tags="zinc", comment="No, it does.")
    boss = site.signed_in("boss", Role.ADMIN)
    csrf = forms(boss.get("/turns?q=zinc").text)["/export"]["csrf"]
    for kind in ("csv", "jsonl"):
        answer = boss.http.post("/export", data={"csrf": csrf, "form": kind, "q": "zinc"})
        assert answer.headers["content-disposition"] == f'attachment; filename="turns.{kind}"'
        assert turn in answer.text
        assert "No, it does." in answer.text
        assert "What do cars pay?" not in answer.text
    assert boss.http.post("/export", data={"csrf": csrf, "form": "exe"}).status_code == 400
    noted = [event for event in site.desk.reviews.events() if event.kind == "exported"]
    assert [event.actor for event in noted] == ["boss", "boss"]
    own = forms(reviewer.get("/turns").text)["/sign-out"]["csrf"]
    assert reviewer.http.post("/export", data={"csrf": own, "form": "csv"}).status_code == 403


def test_parquet_is_downloaded_whole_and_noted_with_its_number(site: Site) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="the parquet extra is not installed")
    turn = site.ask("=cmd()|'zinc'!A1")
    boss = site.signed_in("boss", Role.ADMIN)
    csrf = forms(boss.get("/turns?q=zinc").text)["/export"]["csrf"]
    answer = boss.http.post("/export", data={"csrf": csrf, "form": "parquet", "q": "zinc"})
    assert answer.headers["content-disposition"] == 'attachment; filename="turns.parquet"'
    (row,) = parquet.read_table(io.BytesIO(answer.content)).to_pylist()
    assert row["id"] == turn
    with site.journal.vault().reading() as work:
        (known,) = work.session.execute(select(ExportRow.form, ExportRow.rows, ExportRow.path))
    assert tuple(known) == ("parquet", 1, None)


def test_without_its_library_parquet_is_refused_in_one_line_and_nothing_is_noted(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    boss = site.signed_in("boss", Role.ADMIN)
    csrf = forms(boss.get("/turns").text)["/export"]["csrf"]
    answer = boss.http.post("/export", data={"csrf": csrf, "form": "parquet"})
    assert answer.status_code == 400
    assert "pip install &#34;lodestone[parquet]&#34;, or export as csv or jsonl" in answer.text
    assert "exported" not in {event.kind for event in site.desk.reviews.events()}
