from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from bot.journal.review import Verdict
from tests.bot.review.results import allocation_for
from tests.e2e.review.conftest import Served

pytestmark = pytest.mark.e2e


def announced(page: Page, text: str) -> None:
    expect(page.locator("#live")).to_contain_text(text)


def open_turn(page: Page) -> str:
    page.wait_for_url("**/turns/*")
    return page.url.split("?")[0].rsplit("/", 1)[1]


def test_a_reviewer_signs_in_takes_the_top_and_judges_with_keys_alone(served: Served) -> None:
    for n in range(2):
        served.ask(f"What do cars pay in case {n}?")
    page = served.person("mika")
    page.keyboard.type("mika")
    page.keyboard.press("Tab")
    page.keyboard.type("correct horse battery")
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue")
    page.keyboard.press("n")
    turn = open_turn(page)
    page.keyboard.press("3")
    announced(page, "wrong")
    page.keyboard.press("t")
    page.keyboard.type("rate, 12 outdated")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.keyboard.type("Which cars? Not 1, not 2.")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("They pay 15 percent.")
    page.keyboard.press("ControlOrMeta+Enter")
    page.wait_for_url(lambda url: turn not in url)
    expect(page.get_by_text("Saved. This is the next one.")).to_be_visible()
    detail = served.desk.reviews.detail(turn, reviewer="mika")
    (review,) = detail.reviews
    assert review.verdict is Verdict.WRONG
    assert review.tags == ("rate", "12", "outdated")
    (comment,) = review.comments
    assert (comment.anchor, comment.position) == ("claim", 2)
    assert comment.text == "Which cars? Not 1, not 2."
    assert [one.text for one in detail.corrections] == ["They pay 15 percent."]
    page.keyboard.press("1")
    page.keyboard.press("ControlOrMeta+Enter")
    page.wait_for_url("**/queue?said=saved-last")


def test_an_allocation_is_judged_with_the_same_keys(served: Served) -> None:
    mix = served.journal.record_result(
        "allocation", allocation_for(served.library), channel="telegram", user_id=1
    )
    page = served.signed_in_person("mika")
    page.keyboard.press("n")
    assert open_turn(page) == mix
    page.keyboard.press("6")
    announced(page, "not reviewable")
    # What makes no sense of a mix has no key here.
    page.keyboard.press("5")
    expect(page.get_by_label("not reviewable")).to_be_checked()
    page.keyboard.press("2")
    announced(page, "partly correct")
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.keyboard.type("Why so much cash?")
    page.keyboard.press("ControlOrMeta+Enter")
    page.wait_for_url("**/queue?said=saved-last")
    (review,) = served.desk.reviews.detail(mix, reviewer="mika").reviews
    assert review.verdict is Verdict.PARTLY
    (comment,) = review.comments
    assert (comment.anchor, comment.position, comment.text) == ("sleeve", 1, "Why so much cash?")


def test_keys_move_along_a_list_open_it_search_and_help(served: Served) -> None:
    for n in range(3):
        served.ask(f"What do cars pay in case {n}?")
    page = served.signed_in_person("mika")
    rows = page.locator("[data-item]")
    for presses, here in (("j", 0), ("j", 1), ("k", 0), ("j", 1), ("j", 2), ("j", 2)):
        page.keyboard.press(presses)
        expect(rows.nth(here)).to_have_class("turn here")
        expect(rows.nth(here).locator("a")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/turns/*")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    # While the help is open, the other keys rest.
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("/")
    page.wait_for_url("**/turns")
    page.keyboard.press("/")
    expect(page.get_by_label("Words in question or answer")).to_be_focused()
    page.keyboard.type("case 1 ?jk")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_label("Words in question or answer")).to_have_value("case 1 ?jk")


def test_searching_as_one_types_keeps_the_focus_and_the_address(served: Served) -> None:
    served.ask("What do cars pay?")
    served.ask("What does zinc pay?", refused=True)
    page = served.signed_in_person("mika")
    page.goto(f"{served.url}/turns")
    box = page.get_by_label("Words in question or answer")
    box.press_sequentially("zinc", delay=30)
    expect(page.locator("#results [data-item]")).to_have_count(1)
    expect(box).to_be_focused()
    expect(page).to_have_url(f"{served.url}/turns?q=zinc")
    page.get_by_label("Outcome").select_option("answered")
    expect(page.locator("#results")).to_contain_text("Nothing found")
    page.reload()
    expect(page.locator("#results")).to_contain_text("Nothing found")
    expect(page.get_by_label("Outcome")).to_have_value("answered")


def test_a_quote_opens_where_it_is_pointed_at_and_is_marked_in_its_document(
    served: Served,
) -> None:
    turn = served.ask("What do cars pay?")
    page = served.signed_in_person("mika")
    page.goto(f"{served.url}/turns/{turn}")
    quote = page.locator("#quote-2")
    expect(quote.locator("mark")).to_be_hidden()
    page.locator(".claim a.cite", has_text="[2]").click()
    expect(quote.locator("mark")).to_be_visible()
    quote.get_by_role("link", name="In its document").click()
    page.wait_for_url("**/documents/**")
    expect(page.locator("mark#quote")).to_be_in_viewport()


def test_a_script_in_a_question_is_never_run(served: Served) -> None:
    attack = "<img src=x onerror=\"document.title='owned'\"><script>alert(1)</script> cars?"
    turn = served.ask(attack)
    page = served.signed_in_person("mika")
    page.on("dialog", lambda dialog: served.problems.append(f"dialog: {dialog.message}"))
    for path in ("/queue", "/turns", f"/turns/{turn}"):
        page.goto(f"{served.url}{path}")
        expect(page.get_by_text("<script>alert(1)</script>").first).to_be_visible()
        assert "owned" not in page.title() or "<img" in page.title()


def test_two_who_press_at_once_are_given_different_turns(served: Served) -> None:
    for n in range(2):
        served.ask(f"What do cars pay in case {n}?")
    mika, jun = served.signed_in_person("mika"), served.signed_in_person("jun")
    # Sent without waiting for either.
    for page in (mika, jun):
        page.evaluate("document.querySelector('#take-form').requestSubmit()")
    assert open_turn(mika) != open_turn(jun)


def test_a_double_press_is_one_review(served: Served) -> None:
    turn = served.ask("What do cars pay?")
    page = served.signed_in_person("mika")
    page.keyboard.press("n")
    open_turn(page)
    page.keyboard.press("1")
    page.get_by_role("button", name="Save", exact=True).dblclick()
    page.wait_for_url("**?said=saved")
    assert len(served.desk.reviews.detail(turn, reviewer="mika").reviews) == 1


def test_a_second_reviewer_is_blind_until_the_own_verdict(served: Served) -> None:
    from bot.journal.review import State

    mika = served.signed_in_person("mika")
    turn = ""
    for n in range(200):
        served.ask(f"What do cars pay in case {n}?")
        mika.goto(f"{served.url}/queue")
        mika.keyboard.press("n")
        turn = open_turn(mika)
        mika.keyboard.press("3")
        mika.get_by_label("Comment on the whole").fill("seen by the first")
        mika.keyboard.press("ControlOrMeta+Enter")
        mika.wait_for_url("**/queue?said=*")
        if served.desk.reviews.detail(turn, reviewer="jun").item.state is State.SECOND:
            break
    jun = served.signed_in_person("jun")
    jun.keyboard.press("n")
    assert open_turn(jun) == turn
    expect(jun.get_by_text("blind second review")).to_be_visible()
    expect(jun.get_by_text("seen by the first")).to_have_count(0)
    jun.keyboard.press("1")
    jun.get_by_role("button", name="Save", exact=True).click()
    expect(jun.get_by_text("seen by the first")).to_be_visible()
