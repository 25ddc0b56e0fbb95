from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import event

from bot.review.views import answer_pieces
from corpus import Library
from retrieval.answer import Question
from tests.bot.review.answers import QUOTED, answer_to
from tests.bot.review.site import Site
from tests.bot.review.test_judging import judge, take_top


def test_a_script_in_a_question_stays_text(site: Site) -> None:
    turn = site.ask("<script>alert('stored')</script> What do cars pay?")
    visitor = site.signed_in("mika")
    for path in ("/queue", "/turns", f"/turns/{turn}"):
        html = visitor.get(path).text
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(&#39;stored&#39;)&lt;/script&gt;" in html


def test_each_claim_leads_to_its_quote_and_that_to_its_place_in_the_document(site: Site) -> None:
    turn = site.ask("What do cars pay?")
    visitor = site.signed_in("mika")
    page = visitor.get(f"/turns/{turn}").text
    detail = site.desk.reviews.detail(turn, reviewer="mika")
    assert detail.answer is not None
    for citation in detail.answer.citations:
        assert f'href="#quote-{citation.number}"' in page
        assert page.count(f'id="quote-{citation.number}"') == 1
        assert f"<mark>{citation.quote}</mark>" in unescape(page)
    href = unescape(re.findall(r'href="(/documents/[^"]+)"', page)[0])
    document = visitor.get(href.split("#")[0]).text
    marked = unescape("".join(re.findall(r"<mark[^>]*>(.*?)</mark>", document, re.DOTALL)))
    assert marked == detail.answer.citations[0].quote
    assert document.count('id="quote"') == 1


def test_a_document_or_a_place_that_is_not_there_is_said_so(site: Site) -> None:
    visitor = site.signed_in("mika")
    assert visitor.get("/documents/nowhere").status_code == 404
    page = visitor.get(f"/documents/{QUOTED[0]}?start=10&end=9999999")
    assert "not in this document as it is today" in page.text
    assert visitor.get("/turns/0000").status_code == 404


def test_an_erased_person_leaves_no_words_on_any_page(site: Site) -> None:
    turn = site.ask("What do electric cars pay?", user_id=7)
    visitor = site.signed_in("mika")
    take_top(visitor)
    judge(visitor, turn, comment="They asked about electric cars.", corrected="Electric.")
    site.journal.erase(7)
    for path in ("/queue", "/turns", f"/turns/{turn}", "/golden", "/insights"):
        page = visitor.get(path)
        assert page.status_code == 200
        assert "lectric" not in page.text, path


@pytest.mark.parametrize("path", ["/queue", "/turns", "/golden"])
def test_a_page_asks_the_database_no_more_for_more_rows(site: Site, path: str) -> None:
    visitor = site.signed_in("mika")

    def statements() -> int:
        counted = 0

        def count(*_: object) -> None:
            nonlocal counted
            counted += 1

        engine = site.journal.database.engine()
        event.listen(engine, "before_cursor_execute", count)
        assert visitor.get(path).status_code == 200
        event.remove(engine, "before_cursor_execute", count)
        return counted

    for n in range(3):
        visitor.get(f"/turns/{site.ask(f'What do cars pay in case {n}?')}")
        visitor.send(visitor.page.url.path + "/promote", kind="golden")
    statements()
    few = statements()
    for n in range(12):
        visitor.get(f"/turns/{site.ask(f'What do trucks pay in case {n}?')}")
        visitor.send(visitor.page.url.path + "/promote", kind="golden")
    assert statements() == few


def test_a_mark_in_the_answer_leads_to_its_quote(site: Site) -> None:
    turn = site.ask("What do cars pay?")
    page = site.signed_in("mika").get(f"/turns/{turn}").text
    assert re.search(r'<a class="cite" href="#quote-2"[^>]*>\[2\]</a>', page.split("Claims (")[0])


def test_a_mark_of_no_citation_stays_text(library: Library) -> None:
    answer = answer_to(Question(question="What?"), library, text="Yes [1]. Array [9], [x] [2].")
    assert [(piece.text, piece.number) for piece in answer_pieces(answer)] == [
        ("Yes ", None),
        ("[1]", 1),
        (". Array ", None),
        ("[9]", None),
        (", [x] ", None),
        ("[2]", 2),
        (".", None),
    ]
